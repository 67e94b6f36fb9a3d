package domain

import (
	"fmt"
	"strings"
)

// Kind is the kind of a refusal. Package wire maps kinds to HTTP statuses.
type Kind string

// The kinds of refusal.
const (
	Unauthorized       Kind = "unauthorized"        // the key is missing or does not allow the call
	NotFound           Kind = "not-found"           // unknown ID or path
	BadRequest         Kind = "bad-request"         // the request breaks the contract
	Conflict           Kind = "conflict"            // the state does not allow it
	Unprocessable      Kind = "unprocessable"       // well formed, but it refers to something unknown or exceeds a quota
	TooLarge           Kind = "too-large"           // the body exceeds the limit
	UnsupportedType    Kind = "unsupported-type"    // unsupported media type
	WrongMethod        Kind = "wrong-method"        // the path has other methods
	BadExpectation     Kind = "bad-expectation"     // unsupported Expect header
	HeadTooLarge       Kind = "head-too-large"      // the request line and the headers exceed the limit
	BadEncoding        Kind = "bad-encoding"        // unsupported transfer encoding
	BadVersion         Kind = "bad-version"         // unsupported version of HTTP
	PreconditionFailed Kind = "precondition-failed" // the resource has changed since the client read it
	NotOffered         Kind = "not-offered"         // what this server leaves out of a documented operation
	Internal           Kind = "internal"            // a defect of this server
)

// Kinds lists all kinds.
func Kinds() []Kind {
	return []Kind{Unauthorized, NotFound, BadRequest, Conflict, Unprocessable, TooLarge, UnsupportedType, WrongMethod, BadExpectation, HeadTooLarge, BadEncoding, BadVersion, PreconditionFailed, NotOffered, Internal}
}

// Error is a refusal.
type Error struct {
	Kind   Kind
	Detail string // what is wrong; what to do
}

// Error returns the detail.
func (e *Error) Error() string { return e.Detail }

// Is makes errors.Is compare the kind alone.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Detail == "" && other.Kind == e.Kind
}

// Errorf returns a refusal.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Detail: fmt.Sprintf(format, args...)}
}

// QuotaExceeded returns the refusal of so many institutions, assessments or
// snapshots, with two ways out.
func QuotaExceeded(kind Kind, things string, count, limit int, remedy string) *Error {
	option := fmt.Sprintf("--max-%s (Config.Max%s%s)", things, strings.ToUpper(things[:1]), things[1:])
	return Errorf(kind, "quota of %s: %d are more than the limit of %d; %s, or raise %s", things, count, limit, remedy, option)
}
