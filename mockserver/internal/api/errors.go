package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
)

// answer is how a kind of refusal looks from outside.
type answer struct {
	status int
	title  string
	code   int // in the manner of the API before v5
}

// answers is the one table from the kinds of refusals to statuses.
func answers() map[domain.Kind]answer {
	return map[domain.Kind]answer{
		domain.Unauthorized:    {http.StatusUnauthorized, "The key does not allow this call", 204},
		domain.NotFound:        {http.StatusNotFound, "There is nothing here", 201},
		domain.BadRequest:      {http.StatusBadRequest, "The request breaks the contract", 201},
		domain.Conflict:        {http.StatusConflict, "The state does not allow this", 402},
		domain.Unprocessable:   {http.StatusUnprocessableEntity, "The request does not fit what is here", 201},
		domain.TooLarge:        {http.StatusRequestEntityTooLarge, "The body is too large", 201},
		domain.UnsupportedType: {http.StatusUnsupportedMediaType, "The media type is not supported", 201},
		domain.WrongMethod:     {http.StatusMethodNotAllowed, "The path has other methods", 201},
		domain.Internal:        {http.StatusInternalServerError, "The server failed", 401},
	}
}

// Status returns the HTTP status of a kind of refusal.
func Status(k domain.Kind) int { return answers()[k].status }

// breach is a request that breaks the contract, or names in its body what is not
// there.
type breach struct {
	kind       domain.Kind
	mismatches []contract.Mismatch
	body       any // what could be read of the body
}

func (b *breach) Error() string {
	m := b.mismatches[0]
	where := m.In
	if m.Parameter != "" {
		where += " parameter " + m.Parameter
	}
	if m.Pointer != "" {
		where += " " + m.Pointer
	}
	detail := where + ": expected " + m.Expected + ", got " + m.Got
	if m.Hint != "" {
		detail += "; " + m.Hint
	}
	return detail
}

// problem is an error on its way out.
type problem struct {
	Type   string              `json:"type"`
	Title  string              `json:"title"`
	Status int                 `json:"status"`
	Detail string              `json:"detail,omitempty"`
	Errors []contract.Mismatch `json:"errors,omitempty"`
	Try    string              `json:"try,omitempty"` // a command that would have worked

	code int
}

// kindOf tells refusals from defects.
func kindOf(err error) domain.Kind {
	if b, ok := errors.AsType[*breach](err); ok {
		return b.kind
	}
	if refusal, ok := errors.AsType[*domain.Error](err); ok {
		return refusal.Kind
	}
	return domain.Internal
}

func problemOf(err error) problem {
	kind := kindOf(err)
	a := answers()[kind]
	p := problem{Type: "urn:assay:problem:" + string(kind), Title: a.title, Status: a.status, Detail: err.Error(), code: a.code}
	if kind == domain.Internal {
		p.Detail = "A defect of the mock, which its log tells more about."
	}
	if b, ok := errors.AsType[*breach](err); ok {
		p.Errors = b.mismatches
	}
	return p
}

// encoder makes the body of an error, and says of which type it is.
type encoder func(problem) (contentType string, body []byte, err error)

// encoders is the one table of error bodies.
func encoders() map[freedoms.ErrorBody]encoder {
	return map[freedoms.ErrorBody]encoder{
		freedoms.ErrorBodyProblem: func(p problem) (string, []byte, error) {
			body, err := json.Marshal(p)
			return "application/problem+json", body, err
		},
		freedoms.ErrorBodyErrors: func(p problem) (string, []byte, error) {
			body, err := json.Marshal(listOf(p))
			return "application/json", body, err
		},
		freedoms.ErrorBodyMessage: func(p problem) (string, []byte, error) {
			body, err := json.Marshal(map[string]string{"message": p.Detail})
			return "application/json", body, err
		},
		freedoms.ErrorBodyEmpty: func(problem) (string, []byte, error) { return "text/plain", nil, nil },
	}
}

type listedError struct {
	Code    int            `json:"code"`
	Message string         `json:"message"`
	Source  string         `json:"source"`
	Info    map[string]any `json:"info,omitempty"`
}

// listOf gives each mismatch an entry of its own.
func listOf(p problem) map[string][]listedError {
	list := []listedError{{Code: p.code, Message: p.Detail, Source: "API"}}
	if len(p.Errors) > 0 {
		list = nil
	}
	for _, m := range p.Errors {
		one := breach{mismatches: []contract.Mismatch{m}}
		list = append(list, listedError{Code: p.code, Message: one.Error(), Source: "API", Info: map[string]any{"in": m.In}})
	}
	return map[string][]listedError{"errors": list}
}
