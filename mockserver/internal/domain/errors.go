package domain

import "fmt"

// Kind is the kind of a refusal. The API has one table from kinds to statuses.
type Kind string

// The kinds of refusal.
const (
	Unauthorized    Kind = "unauthorized"     // the key does not open this door
	NotFound        Kind = "not-found"        // nothing of this ID, or nothing at this path
	BadRequest      Kind = "bad-request"      // the request breaks the contract
	Conflict        Kind = "conflict"         // the state does not allow it
	Unprocessable   Kind = "unprocessable"    // well formed, but it does not fit
	TooLarge        Kind = "too-large"        // more than the server reads
	UnsupportedType Kind = "unsupported-type" // a media type that is not read
	WrongMethod     Kind = "wrong-method"     // a path that has other methods
	Internal        Kind = "internal"         // a defect of this server
)

// Kinds lists all kinds.
func Kinds() []Kind {
	return []Kind{Unauthorized, NotFound, BadRequest, Conflict, Unprocessable, TooLarge, UnsupportedType, WrongMethod, Internal}
}

// Error is a refusal.
type Error struct {
	Kind   Kind
	Detail string // what was expected, what came, and what to do
}

// Error returns the detail.
func (e *Error) Error() string { return e.Detail }

// Is makes errors.Is compare by kind alone.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Detail == "" && other.Kind == e.Kind
}

// Full makes the refusal of what a quota leaves no room for: which one, how much it
// allows, what came, and the two ways out of it.
func Full(kind Kind, quota string, most int, got, instead, option string) *Error {
	return Errorf(kind, "quota of %s: expected at most %d, got %s: %s, or start the mock with a higher %s", quota, most, got, instead, option)
}

// Errorf makes a refusal.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Detail: fmt.Sprintf(format, args...)}
}
