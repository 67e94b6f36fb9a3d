// Package fault makes a server misbehave on purpose: late, wrong, cut off, and
// placed before or after the request has had its effect, so that a client can be
// shown every way in which an answer gets lost.
//
// Which requests a fault strikes is counted, or drawn from the seed and the
// rule's own counter alone: what others do at the same time changes nothing.
package fault

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/assay/internal/suggest"
)

// Name says what goes wrong, and when.
type Name string

// The faults. Those whose name starts with commit-then have the request carried
// out first, as have those that need the real answer: after-headers, truncate
// and slow.
const (
	Delay             Name = "delay"               // the request is carried out late
	Answer            Name = "answer"              // another answer, and nothing is carried out
	Reset             Name = "reset-before-commit" // the connection is reset, and nothing is carried out
	CommitThenDelay   Name = "commit-then-delay"   // carried out at once, answered late
	CommitThenAnswer  Name = "commit-then-answer"  // carried out, and another answer
	CommitThenReset   Name = "commit-then-reset"   // carried out, and the connection is reset before any answer
	ResetAfterHeaders Name = "reset-after-headers" // carried out, and reset between headers and body
	Truncate          Name = "truncate"            // carried out, and the connection ends within the body
	Slow              Name = "slow"                // carried out, and the body comes in small pieces
)

// Names lists all faults.
func Names() []Name {
	return []Name{Delay, Answer, Reset, CommitThenDelay, CommitThenAnswer, CommitThenReset, ResetAfterHeaders, Truncate, Slow}
}

// Rule says which requests of an institution a fault strikes. A field that is
// left out matches, or decides, nothing.
type Rule struct {
	// ID is given when the rule is armed.
	ID string `json:"id,omitempty"`
	// Fault is what goes wrong. Empty stands for an answer if there is a status,
	// and else for a delay.
	Fault Name `json:"fault,omitempty"`
	// Operation is the operationId of the requests, Assessment the ID in their path.
	Operation  string `json:"operation,omitempty"`
	Assessment string `json:"assessment_id,omitempty"`

	// Of the requests that match, at most one of these says which are struck: the
	// nth alone, the first few, one in every so many, or each by chance. None of
	// them: all.
	Nth    int     `json:"nth,omitempty"`
	First  int     `json:"first,omitempty"`
	Every  int     `json:"every,omitempty"`
	Chance float64 `json:"chance,omitempty"` // above 0, at most 1

	// Delay is how long the delay is, or how long a slow body takes.
	Delay *Distribution `json:"delay,omitempty"`
	// Status, Body and the rest are the other answer.
	Status      int    `json:"status,omitempty"`
	Body        string `json:"body,omitempty"`
	ContentType string `json:"content_type,omitempty"` // of the body; empty: application/json
	RetryAfter  int    `json:"retry_after,omitempty"`  // seconds, in the header Retry-After

	// Matched and Triggered count the requests that match and those affected.
	Matched   uint64 `json:"matched"`
	Triggered uint64 `json:"triggered"`
}

// The limits of a rule.
const (
	MaxDelay   = 5 * time.Minute
	MaxBody    = 64 << 10
	maxCount   = 1_000_000_000
	minStatus  = 200
	maxStatus  = 599
	longestRef = 100 // bytes of an operation or of an ID
)

// whole returns the rule with what was left out filled in, and everything that
// is wrong with it.
func (r Rule) whole(operations []string) (Rule, error) {
	if r.Fault == "" {
		r.Fault = Delay
		if r.Status != 0 {
			r.Fault = Answer
		}
	}
	r.ID, r.Matched, r.Triggered = "", 0, 0
	r.Assessment = strings.ToLower(r.Assessment)
	var wrong []string
	for _, check := range []func(Rule, []string) string{
		checkFault, checkOperation, checkWhen, checkDelay, checkAnswer,
	} {
		if w := check(r, operations); w != "" {
			wrong = append(wrong, w)
		}
	}
	if len(wrong) > 0 {
		return Rule{}, fmt.Errorf("fault: %s", strings.Join(wrong, "; "))
	}
	return r, nil
}

func checkFault(r Rule, _ []string) string {
	if slices.Contains(Names(), r.Fault) {
		return ""
	}
	return "fault: " + expectedName(string(r.Fault))
}

func expectedName(got string) string {
	names := make([]string, len(Names()))
	for i, n := range Names() {
		names[i] = string(n)
	}
	return fmt.Sprintf("expected one of %s, got %.64q%s", strings.Join(names, ", "), got, suggest.Hint(got, names))
}

func checkOperation(r Rule, operations []string) string {
	switch {
	case len(r.Assessment) > longestRef:
		return "assessment_id: expected the ID of an assessment, got a longer text"
	case r.Operation == "" || slices.Contains(operations, r.Operation):
		return ""
	}
	return fmt.Sprintf("operation: expected one of %s, got %.64q%s", strings.Join(operations, ", "), r.Operation, suggest.Hint(r.Operation, operations))
}

func checkWhen(r Rule, _ []string) string {
	given := 0
	for _, n := range []int{r.Nth, r.First, r.Every} {
		if n < 0 || n > maxCount {
			return fmt.Sprintf("nth, first, every: expected a number from 1 to %d, got %d", maxCount, n)
		}
		given += min(n, 1)
	}
	if !(r.Chance >= 0 && r.Chance <= 1) { // so that it holds for NaN
		return fmt.Sprintf("chance: expected a number above 0 and at most 1, got %g", r.Chance)
	}
	if r.Chance > 0 {
		given++
	}
	if given > 1 {
		return "expected at most one of nth, first, every and chance, got several"
	}
	return ""
}

func checkDelay(r Rule, _ []string) string {
	late := r.Fault == Delay || r.Fault == CommitThenDelay || r.Fault == Slow
	switch {
	case late && r.Delay == nil:
		return fmt.Sprintf("delay: expected one with the fault %s, got none", r.Fault)
	case r.Delay == nil:
		return ""
	}
	return r.Delay.check()
}

func checkAnswer(r Rule, _ []string) string {
	other := r.Fault == Answer || r.Fault == CommitThenAnswer
	switch {
	case other && (r.Status < minStatus || r.Status > maxStatus):
		return fmt.Sprintf("status: expected one from %d to %d with the fault %s, got %d", minStatus, maxStatus, r.Fault, r.Status)
	case !other && (r.Status != 0 || r.Body != "" || r.ContentType != "" || r.RetryAfter != 0):
		return fmt.Sprintf("expected no status, body, content_type and retry_after with the fault %s: %s and %s have them", r.Fault, Answer, CommitThenAnswer)
	case len(r.Body) > MaxBody:
		return fmt.Sprintf("body: expected at most %d bytes, got %d", MaxBody, len(r.Body))
	case r.Body != "" && !bodyAllowed(r.Status):
		return fmt.Sprintf("body: expected none with the status %d, got %d bytes", r.Status, len(r.Body))
	case strings.ContainsFunc(r.ContentType, func(c rune) bool { return c < ' ' || c > '~' }) || len(r.ContentType) > longestRef:
		return "content_type: expected a media type such as text/html"
	case r.RetryAfter < 0 || r.RetryAfter > maxCount:
		return fmt.Sprintf("retry_after: expected seconds, got %d", r.RetryAfter)
	}
	return ""
}

func bodyAllowed(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}

// Words says in words what goes wrong with which requests.
func (r Rule) Words() string {
	words := string(r.Fault)
	if r.Status != 0 {
		words += fmt.Sprintf(" with status %d", r.Status)
	}
	words += " for " + cmp.Or(r.Operation, "every operation")
	if r.Assessment != "" {
		words += " of " + r.Assessment
	}
	switch {
	case r.Nth > 0:
		words += fmt.Sprintf(", request %d alone", r.Nth)
	case r.First > 0:
		words += fmt.Sprintf(", the first %d", r.First)
	case r.Every > 0:
		words += fmt.Sprintf(", one in %d", r.Every)
	case r.Chance > 0:
		words += fmt.Sprintf(", by a chance of %g", r.Chance)
	}
	return words
}

// strikes says whether the rule strikes the n-th request that matches it, n
// from 1.
func (r Rule) strikes(n uint64, random func() float64) bool {
	switch {
	case r.Nth > 0:
		return n == uint64(r.Nth)
	case r.First > 0:
		return n <= uint64(r.First)
	case r.Every > 0:
		return n%uint64(r.Every) == 0
	case r.Chance > 0:
		return random() < r.Chance
	}
	return true
}

func (r Rule) matches(operation, assessment string) bool {
	return (r.Operation == "" || r.Operation == operation) && (r.Assessment == "" || r.Assessment == assessment)
}
