package api

import (
	"encoding/json"
	"errors"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/wire"
)

// breach is a request that breaks the contract, or refers to an unknown resource in
// its body.
type breach struct {
	kind       domain.Kind
	mismatches []contract.Mismatch
	body       any // the readable part of the body
}

// Error describes the first mismatch.
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

// kindOf returns the kind of a refusal; any other error is a defect.
func kindOf(err error) domain.Kind {
	if b, ok := errors.AsType[*breach](err); ok {
		return b.kind
	}
	if refusal, ok := errors.AsType[*domain.Error](err); ok {
		return refusal.Kind
	}
	return domain.Internal
}

// problem is an error to be encoded.
type problem struct {
	wire.Problem
	legacyCode int
}

func problemOf(err error) problem {
	kind := kindOf(err)
	p := problem{wire.NewProblem(kind, err.Error()), wire.LegacyCode(kind)}
	if b, ok := errors.AsType[*breach](err); ok {
		p.Errors = b.mismatches
	}
	return p
}

// encoder returns the body of an error, and its media type.
type encoder func(problem) (contentType string, body []byte, err error)

// encoders is the one table of error bodies.
func encoders() map[freedoms.ErrorBody]encoder {
	return map[freedoms.ErrorBody]encoder{
		freedoms.ErrorBodyProblem: func(p problem) (string, []byte, error) {
			body, err := json.Marshal(p.Problem)
			return "application/problem+json", body, err
		},
		freedoms.ErrorBodyErrors: func(p problem) (string, []byte, error) {
			body, err := json.Marshal(p.list())
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

// list returns one error for each mismatch.
func (p problem) list() map[string][]listedError {
	list := []listedError{{Code: p.legacyCode, Message: p.Detail, Source: "API"}}
	if len(p.Errors) > 0 {
		list = nil
	}
	for _, m := range p.Errors {
		one := breach{mismatches: []contract.Mismatch{m}}
		list = append(list, listedError{Code: p.legacyCode, Message: one.Error(), Source: "API", Info: map[string]any{"in": m.In}})
	}
	return map[string][]listedError{"errors": list}
}
