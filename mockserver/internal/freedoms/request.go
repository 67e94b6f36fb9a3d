package freedoms

import (
	"net/http"
	"strings"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/openapi"
)

// Request reads the settings for one request, and records the freedoms that it
// reads: they are decisive for the response. It must not be used concurrently. The
// zero value has read nothing.
type Request struct {
	settings   *Settings
	number     uint64 // of the request, in its institution
	read       uint64 // bit i: freedom i of the catalogue was read
	paged      uint64 // bit i: it was read for a part of a list
	assessment string // the last one that a freedom was read for
}

// ForRequest returns the settings for the n-th request of an institution.
func (s *Settings) ForRequest(n uint64) Request { return Request{settings: s, number: n} }

// Read returns the freedoms that were read, with their values, or nil.
func (r *Request) Read() map[string]string {
	if r.read == 0 {
		return nil
	}
	values := map[string]string{}
	for i, f := range catalogue().freedoms {
		if r.read&(1<<i) != 0 {
			values[f.Name] = r.at(i)
		}
	}
	return values
}

// value reads a freedom, by name.
func (r *Request) value(name string) string {
	i := indexOf(name)
	r.read |= 1 << i
	return r.at(i)
}

func (r *Request) at(i int) string {
	f, awkward := &catalogue().freedoms[i], r.settings.Awkward
	if !awkward.varies(f.Name) {
		return r.settings.values[i]
	}
	switch {
	case f.Scope == openapi.ScopeAssessment:
		return awkward.draw(*f, r.assessment, 0)
	case f.Scope == openapi.ScopeInstitution:
		return awkward.draw(*f, "institution", 0)
	case r.paged&(1<<i) != 0:
		return awkward.draw(*f, "pages", 0)
	}
	return awkward.draw(*f, "request", r.number)
}

// listValue reads a freedom of a list. The parts of a list must fit together, so
// they share one value.
func (r *Request) listValue(name string, part bool) string {
	i := indexOf(name)
	r.paged &^= 1 << i
	if part {
		r.paged |= 1 << i
	}
	return r.value(name)
}

// CancelRules returns the rules for cancelling an assessment that is in the given
// state. It reads only the freedoms that matter in this state.
func (r *Request) CancelRules(assessment string, before domain.View) domain.CancelRules {
	var rules domain.CancelRules
	r.assessment = assessment
	switch {
	case before.State == domain.Cancelled:
		return domain.CancelRules{Again: r.refusal("second-cancel")}
	case before.State == domain.Failed:
		rules.InError = r.refusal("cancel-in-error")
	case before.Completed():
		rules.AfterEnd = r.refusal("cancel-after-completion")
	}
	if rules == (domain.CancelRules{}) {
		rules.Visibility, _ = time.ParseDuration(r.value("cancel-visibility")) // 0 for the value "immediate"
		rules.Terminal = r.value("cancel-status") == "terminal"
	}
	return rules
}

// refusal returns the kind of refusal that a value names, or "" for acceptance.
func (r *Request) refusal(name string) domain.Kind {
	switch value := r.value(name); value {
	case "allowed", "no-content":
		return ""
	default:
		return domain.Kind(value)
	}
}

// MalformedID returns the kind of refusal of a path ID that is not a UUID.
func (r *Request) MalformedID() domain.Kind { return r.refusal("malformed-id") }

// CreateStatus returns the HTTP status of a creation.
func (r *Request) CreateStatus() int {
	if r.value("create-status") == "ok" {
		return http.StatusOK
	}
	return http.StatusCreated
}

// ListShape is the form of a list.
type ListShape string

// The forms: pages that name the next one by a token, pages with offsets, and an array
// that is always whole.
const (
	TokenPage  ListShape = "token-page"
	OffsetPage ListShape = "offset-page"
	BareArray  ListShape = "array"
)

// ListShape returns the form of lists.
func (r *Request) ListShape() ListShape { return ListShape(r.value("list-shape")) }

// ListOrder is the order of the list of assessments.
type ListOrder string

// The orders. The shuffled one is drawn from the seed and stays the same, so that
// pages fit together.
const (
	NewestFirst ListOrder = "newest-first"
	OldestFirst ListOrder = "oldest-first"
	Shuffled    ListOrder = "shuffled"
)

// ListOrder returns the order of the list of assessments, or of a part of it.
func (r *Request) ListOrder(part bool) ListOrder { return ListOrder(r.listValue("list-order", part)) }

// ErrorBody is the form of the body of an error.
type ErrorBody string

// The forms.
const (
	ErrorBodyProblem ErrorBody = "problem"
	ErrorBodyErrors  ErrorBody = "errors"
	ErrorBodyMessage ErrorBody = "message"
	ErrorBodyEmpty   ErrorBody = "empty"
)

// ErrorBody returns the form of the body of an error.
func (r *Request) ErrorBody() ErrorBody { return ErrorBody(r.value("error-body")) }

// HidesInterim reports whether assessments show no outcome before the end of their
// workflow. If that varies, it returns a function of the ID instead.
func (r *Request) HidesInterim(assessment string) (all bool, each func(id string) bool) {
	const name, hidden = "outcome-before-end", "null"
	r.assessment = strings.ToLower(assessment)
	all = r.value(name) == hidden
	if awkward := r.settings.Awkward; awkward.varies(name) {
		f := catalogue().freedoms[indexOf(name)]
		each = func(id string) bool { return awkward.draw(f, id, 0) == hidden }
	}
	return all, each
}

// RejectsUnknownQuery reports whether an undeclared query parameter is refused.
func (r *Request) RejectsUnknownQuery() bool { return r.value("unknown-query") == "reject" }

// RejectsCancelBody reports whether the body of a cancel is refused.
func (r *Request) RejectsCancelBody() bool { return r.value("cancel-body") == "reject" }

// OutcomePath returns the path of an outcome, in the contract.
func (r *Request) OutcomePath() string { return r.value("outcome-path") }

// OmitsLastToken reports whether the last page of a list has no token, rather than a
// null one.
func (r *Request) OmitsLastToken() bool { return r.value("last-page-token") == "absent" }

// TaskStatus returns the status of a task as clients read it, and whether the task is
// shown.
func (r *Request) TaskStatus(t *domain.Task) (status string, shown bool) {
	const incomplete = "INCOMPLETE"
	switch {
	case t.State == domain.TaskCompleted:
		return r.value("completed-task"), true
	case t.State != domain.TaskStopped || t.Assessment.Ending.Reason != domain.CancelAsked:
		return incomplete, true
	}
	r.assessment = t.Assessment.ID
	switch value := r.value("cancelled-tasks"); value {
	case "keep":
		return incomplete, true
	case "hide":
		return "", false
	default:
		return value, true
	}
}

// StaleTask returns the kind of refusal of an update of a task that has changed since it
// was read.
func (r *Request) StaleTask() domain.Kind { return r.refusal("stale-task") }

// AnswersAssignment reports whether an update of an assignment answers with the task,
// rather than without a body.
func (r *Request) AnswersAssignment() bool { return r.value("assignment-answer") == "task" }
