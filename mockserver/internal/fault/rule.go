// Package fault makes the mock misbehave deliberately: late, wrong or interrupted
// responses, before or after the request takes effect.
//
// Begin with kinds.go, the table of all kinds. A [Rule] names a kind and the
// requests that it affects; [Rules] draw the [Plan] of a request. Whether a rule
// affects a request depends on its own counter and the seed alone, never on
// concurrent requests of others.
package fault

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"

	"example.com/assay/internal/suggest"
)

// Rule is an armed fault: a kind, and the requests of an institution that it
// affects. All fields are optional.
type Rule struct {
	ID         string `json:"id,omitempty"`            // assigned on arming
	Fault      Name   `json:"fault,omitempty"`         // default: answer with a Status, else delay
	Operation  string `json:"operation,omitempty"`     // operationId; default: all
	Assessment string `json:"assessment_id,omitempty"` // ID in the path; default: all

	// At most one of these limits the matching requests that the fault affects.
	Nth    int     `json:"nth,omitempty"`    // only the nth
	First  int     `json:"first,omitempty"`  // the first ones
	Every  int     `json:"every,omitempty"`  // one of so many
	Chance float64 `json:"chance,omitempty"` // each with this probability, above 0, at most 1

	Delay *Distribution `json:"delay,omitempty"` // for kind slow: the duration of the body

	// The other response, of kinds that need a status.
	Status      int    `json:"status,omitempty"`
	Body        string `json:"body,omitempty"`
	ContentType string `json:"content_type,omitempty"` // default: application/json
	RetryAfter  int    `json:"retry_after,omitempty"`  // seconds

	Matched   uint64 `json:"matched"`   // requests that match
	Triggered uint64 `json:"triggered"` // matching requests that were affected
}

// MaxBody limits the body of another response, in bytes.
const MaxBody = 64 << 10

const (
	maxCount  = 1_000_000_000
	minStatus = 200
	maxStatus = 599
	maxText   = 100 // bytes of an ID or a media type
)

// complete returns the rule with its defaults, or an error that lists every
// problem. Nil operations leave the operation unchecked.
func (r Rule) complete(operations []string) (Rule, error) {
	r.Fault = cmp.Or(r.Fault, defaultKind(r.Status))
	r.ID, r.Matched, r.Triggered = "", 0, 0
	r.Assessment = strings.ToLower(r.Assessment)
	var wrong []string
	kind, known := kindOf(r.Fault)
	for _, problem := range []string{
		checkKind(r.Fault, known), r.checkScope(operations), r.checkCounts(), r.checkDelay(kind), r.checkOther(kind),
	} {
		if problem != "" {
			wrong = append(wrong, problem)
		}
	}
	if len(wrong) > 0 {
		return Rule{}, fmt.Errorf("fault: %s", strings.Join(wrong, "; "))
	}
	return r, nil
}

func checkKind(name Name, known bool) string {
	if known {
		return ""
	}
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k.Name))
	}
	return fmt.Sprintf("unknown kind %.64q; use one of %s%s", name, strings.Join(names, ", "), suggest.Hint(string(name), names))
}

func (r Rule) checkScope(operations []string) string {
	switch {
	case len(r.Assessment) > maxText:
		return "assessment_id: too long for an ID"
	case r.Operation == "" || slices.Contains(operations, r.Operation):
		return ""
	}
	return fmt.Sprintf("operation: unknown operation %.64q; use one of %s%s", r.Operation, strings.Join(operations, ", "), suggest.Hint(r.Operation, operations))
}

func (r Rule) checkCounts() string {
	given := 0
	for _, n := range []int{r.Nth, r.First, r.Every} {
		if n < 0 || n > maxCount {
			return fmt.Sprintf("nth, first, every: %d is out of range; use a number from 1 to %d", n, maxCount)
		}
		given += min(n, 1)
	}
	if !(r.Chance >= 0 && r.Chance <= 1) { // also true for NaN
		return fmt.Sprintf("chance: %g is out of range; use a number above 0 and at most 1", r.Chance)
	}
	if r.Chance > 0 {
		given++
	}
	if given > 1 {
		return "set at most one of nth, first, every and chance"
	}
	return ""
}

func (r Rule) checkDelay(k Kind) string {
	switch {
	case r.Delay != nil:
		return r.Delay.check()
	case slices.Contains(k.Needs, needsDelay):
		return fmt.Sprintf("delay: required for %s", k.Name)
	}
	return ""
}

func (r Rule) checkOther(k Kind) string {
	needed := slices.Contains(k.Needs, needsStatus)
	switch {
	case k.Name == "":
		return "" // an unknown kind is reported already
	case needed && (r.Status < minStatus || r.Status > maxStatus):
		return fmt.Sprintf("status: %d is out of range; %s needs one from %d to %d", r.Status, k.Name, minStatus, maxStatus)
	case !needed && (r.Status != 0 || r.Body != "" || r.ContentType != "" || r.RetryAfter != 0):
		return fmt.Sprintf("status, body, content_type and retry_after are not allowed for %s", r.Fault)
	case len(r.Body) > MaxBody:
		return fmt.Sprintf("body: %d bytes are too many; the limit is %d", len(r.Body), MaxBody)
	case r.Body != "" && (r.Status == http.StatusNoContent || r.Status == http.StatusNotModified):
		return fmt.Sprintf("body: not allowed with status %d", r.Status)
	case strings.ContainsFunc(r.ContentType, func(c rune) bool { return c < ' ' || c > '~' }) || len(r.ContentType) > maxText:
		return "content_type: invalid; use a media type such as text/html"
	case r.RetryAfter < 0 || r.RetryAfter > maxCount:
		return fmt.Sprintf("retry_after: %d is out of range; use a number of seconds", r.RetryAfter)
	}
	return ""
}

// Description returns the kind and the affected requests in words.
func (r Rule) Description() string {
	text := string(r.Fault)
	if r.Status != 0 {
		text += fmt.Sprintf(" with status %d", r.Status)
	}
	text += " for " + cmp.Or(r.Operation, "every operation")
	if r.Assessment != "" {
		text += " of " + r.Assessment
	}
	switch {
	case r.Nth > 0:
		text += fmt.Sprintf(", request %d only", r.Nth)
	case r.First > 0:
		text += fmt.Sprintf(", the first %d", r.First)
	case r.Every > 0:
		text += fmt.Sprintf(", one in %d", r.Every)
	case r.Chance > 0:
		text += fmt.Sprintf(", with probability %g", r.Chance)
	}
	return text
}

// triggers reports whether the rule affects the n-th matching request, n from 1.
func (r Rule) triggers(n uint64, random func() float64) bool {
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

// plan draws the delay of one request. The rule must be complete.
func (r Rule) plan(random *rand.Rand) *Plan {
	kind, _ := kindOf(r.Fault)
	return &Plan{
		Rule: r.ID, Kind: kind, Delay: r.Delay.draw(random),
		other: other{status: r.Status, body: r.Body, contentType: cmp.Or(r.ContentType, "application/json"), retryAfter: r.RetryAfter},
	}
}
