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
	wrong := slices.Concat(r.checkScope(operations), r.checkCounts(), r.checkDelay(), r.checkOther())
	if len(wrong) > 0 {
		return Rule{}, fmt.Errorf("fault: %s", strings.Join(wrong, "; "))
	}
	return r, nil
}

// problems collects messages about a rule.
type problems []string

func (p *problems) add(wrong bool, format string, args ...any) {
	if wrong {
		*p = append(*p, fmt.Sprintf(format, args...))
	}
}

func (p *problems) addUnless(names []string, field, name string) {
	if !slices.Contains(names, name) {
		*p = append(*p, fmt.Sprintf("unknown %s %.64q; use one of %s%s", field, name, strings.Join(names, ", "), suggest.Hint(name, names)))
	}
}

func (r Rule) checkScope(operations []string) (p problems) {
	var kinds []string
	for _, k := range Kinds() {
		kinds = append(kinds, string(k.Name))
	}
	p.addUnless(kinds, "kind", string(r.Fault))
	if r.Operation != "" {
		p.addUnless(operations, "operation", r.Operation)
	}
	p.add(len(r.Assessment) > maxText, "assessment_id: too long for an ID")
	return p
}

func (r Rule) checkCounts() (p problems) {
	given := 0
	for _, n := range []int{r.Nth, r.First, r.Every} {
		p.add(n < 0 || n > maxCount, "nth, first, every: %d is out of range; use a number from 1 to %d", n, maxCount)
		given += min(max(n, 0), 1)
	}
	p.add(!(r.Chance >= 0 && r.Chance <= 1), "chance: %g is out of range; use a number above 0 and at most 1", r.Chance) // also for NaN
	p.add(given > 1 || given == 1 && r.Chance > 0, "set at most one of nth, first, every and chance")
	return p
}

func (r Rule) checkDelay() (p problems) {
	if kind, _ := kindOf(r.Fault); r.Delay == nil {
		p.add(slices.Contains(kind.Needs, needsDelay), "delay: required for %s", kind.Name)
		return p
	}
	problem := r.Delay.check()
	p.add(problem != "", "%s", problem)
	return p
}

func (r Rule) checkOther() (p problems) {
	kind, known := kindOf(r.Fault)
	needed := slices.Contains(kind.Needs, needsStatus)
	p.add(needed && (r.Status < minStatus || r.Status > maxStatus), "status: %d is out of range; %s needs one from %d to %d", r.Status, r.Fault, minStatus, maxStatus)
	p.add(known && !needed && (r.Status != 0 || r.Body != "" || r.ContentType != "" || r.RetryAfter != 0), "status, body, content_type and retry_after are not allowed for %s", r.Fault)
	p.add(len(r.Body) > MaxBody, "body: %d bytes are too many; the limit is %d", len(r.Body), MaxBody)
	p.add(r.Body != "" && (r.Status == http.StatusNoContent || r.Status == http.StatusNotModified), "body: not allowed with status %d", r.Status)
	unprintable := strings.ContainsFunc(r.ContentType, func(c rune) bool { return c < ' ' || c > '~' })
	p.add(unprintable || len(r.ContentType) > maxText, "content_type: invalid; use a media type such as text/html")
	p.add(r.RetryAfter < 0 || r.RetryAfter > maxCount, "retry_after: %d is out of range; use a number of seconds", r.RetryAfter)
	return p
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
