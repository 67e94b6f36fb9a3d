// Package freedoms names what the documentation leaves open, as the catalogue
// in package openapi lists it, and holds a choice for each. The reason for each
// freedom and an example of setting it stand in the catalogue.
package freedoms

import (
	"time"

	"example.com/assay/mockserver/internal/domain"
)

// SecondCancel is the answer to cancelling what is Cancelled already.
type SecondCancel string

// The guide names no precondition on the state, so a second cancel may succeed
// without effect or be refused.
const (
	SecondCancelNoContent     SecondCancel = "no-content"
	SecondCancelConflict      SecondCancel = "conflict"
	SecondCancelBadRequest    SecondCancel = "bad-request"
	SecondCancelUnprocessable SecondCancel = "unprocessable"
)

func (v SecondCancel) refusal() domain.Kind {
	if v == SecondCancelNoContent {
		return ""
	}
	return domain.Kind(v)
}

// Permission says whether something that no page forbids is allowed.
type Permission string

// What no page forbids is allowed unless it is in conflict with the state.
const (
	Allowed  Permission = "allowed"
	Conflict Permission = "conflict"
)

func (v Permission) refusal() domain.Kind {
	if v == Conflict {
		return domain.Conflict
	}
	return ""
}

// Visibility is how long after the 204 of a cancel reads may show the state
// before it; 0 is written immediate.
type Visibility time.Duration

// CancelStatus says whether cancelling changes status_id.
type CancelStatus string

// The guide speaks of state and outcome alone.
const (
	CancelStatusKeep     CancelStatus = "keep"
	CancelStatusTerminal CancelStatus = "terminal"
)

// MalformedID is the answer to an ID in the path that is not a UUID.
type MalformedID string

// Only the ID of nothing is documented.
const (
	MalformedNotFound      MalformedID = "not-found"
	MalformedBadRequest    MalformedID = "bad-request"
	MalformedUnprocessable MalformedID = "unprocessable"
)

// Kind returns the refusal that it stands for.
func (v MalformedID) Kind() domain.Kind { return domain.Kind(v) }

// CreateStatus is the status of a creation.
type CreateStatus string

// The guide prints the body of the answer and not its status.
const (
	CreateStatusCreated CreateStatus = "created"
	CreateStatusOK      CreateStatus = "ok"
)

// Code returns the HTTP status.
func (v CreateStatus) Code() int {
	if v == CreateStatusOK {
		return 200
	}
	return 201
}

// ListShape is the envelope of a list.
type ListShape string

// No list is printed.
const (
	ListShapePage  ListShape = "page"
	ListShapeArray ListShape = "array"
)

// ListOrder is the order of the list of assessments.
type ListOrder string

// No order is documented. The shuffled one is drawn from the seed and stays, so
// that pages fit together.
const (
	NewestFirst ListOrder = "newest-first"
	OldestFirst ListOrder = "oldest-first"
	Shuffled    ListOrder = "shuffled"
)

// ErrorBody is the form of the body of an error.
type ErrorBody string

// No error body is printed.
const (
	ErrorBodyProblem ErrorBody = "problem"
	ErrorBodyErrors  ErrorBody = "errors"
	ErrorBodyMessage ErrorBody = "message"
	ErrorBodyEmpty   ErrorBody = "empty"
)

// OutcomeBeforeEnd is outcome_id while the workflow runs.
type OutcomeBeforeEnd string

// The current outcome before there is a result may be an initial one, or none.
const (
	OutcomeInitial OutcomeBeforeEnd = "initial"
	OutcomeNull    OutcomeBeforeEnd = "null"
)

// Leniency says what happens to a part of a request that nobody declared.
type Leniency string

// Undeclared parts are ignored unless they are to be rejected.
const (
	Ignore Leniency = "ignore"
	Reject Leniency = "reject"
)

// OutcomePath is where an outcome is read.
type OutcomePath string

// The operation is named, and its path is never printed.
const (
	OutcomeBelowAssessments OutcomePath = "/assessments/outcomes/{outcome_id}"
	OutcomeAtRoot           OutcomePath = "/outcomes/{outcome_id}"
)
