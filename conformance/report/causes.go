package report

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// cause is one thing wrong with the target: all failures with the same requirement,
// expectation and observation.
type cause struct {
	Failure

	Text      string // of the requirement; empty unless it was selected
	Decides   bool
	Known     *Known
	Scenarios []Scenario
}

// causes returns the causes of all failures, those first that matter most: the ones
// that decide the verdict, then by level, then by the order of the run.
func (r *Report) causes() []*cause {
	var all []*cause
	at := map[string]*cause{}
	for _, sc := range r.Scenarios {
		for _, f := range sc.Failures {
			key := fmt.Sprintf("%s\n%t\n%s\n%s", f.Requirement, sc.Known != nil, f.Expected, alike(f.Got))
			c := at[key]
			if c == nil {
				c = &cause{Failure: f, Known: sc.Known, Text: r.textOf(f.Requirement), Decides: sc.Known == nil && r.decides(f.Requirement)}
				all, at[key] = append(all, c), c
			}
			c.add(sc)
		}
	}
	slices.SortStableFunc(all, func(a, b *cause) int { return cmp.Compare(a.rank(), b.rank()) })
	return all
}

func (c *cause) add(sc Scenario) {
	if n := len(c.Scenarios); n == 0 || c.Scenarios[n-1].Name != sc.Name || c.Scenarios[n-1].Line != sc.Line {
		c.Scenarios = append(c.Scenarios, sc)
	}
}

// rank orders causes, the most important first.
func (c *cause) rank() int {
	rank := slices.Index([]string{"core", "documented", "derived"}, c.Level)
	if !c.Decides {
		rank += 10
	}
	if c.Known != nil {
		rank += 10
	}
	return rank
}

// variableParts matches what differs between two runs of the same scenario.
var variableParts = regexp.MustCompile(`(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(Z|[+-]\d\d:\d\d)?|\b\d+(\.\d+)?(ms|µs|s)\b|\b[0-9a-f]{8,}\b`)

// alike replaces IDs and times, so that equal observations compare equal.
func alike(text string) string { return variableParts.ReplaceAllString(text, "…") }

func (r *Report) textOf(requirement string) string {
	if i := r.index(requirement); i >= 0 {
		return r.Requirements[i].Text
	}
	return ""
}

// decides reports whether any of the requirements decides the verdict. One outside
// the report does: a failure must not get lost.
func (r *Report) decides(ids ...string) bool {
	return slices.ContainsFunc(ids, func(id string) bool {
		i := r.index(id)
		return i < 0 || r.Requirements[i].Counts
	})
}

func (r *Report) index(requirement string) int {
	return slices.IndexFunc(r.Requirements, func(req Requirement) bool { return req.ID == requirement })
}

// gap is one reason for scenarios without an answer.
type gap struct {
	Outcome      Outcome
	Reason, Hint string
	Requirements []string
	Scenarios    []Scenario
}

// gaps groups the scenarios without an answer.
func (r *Report) gaps() []*gap {
	return r.grouped(CouldNotRun, NotSupported, Skipped)
}

// withoutFailures groups the scenarios that failed without an assertion or could
// not run.
func (r *Report) withoutFailures() []*gap {
	return slices.DeleteFunc(r.grouped(Failed, CouldNotRun), func(g *gap) bool { return len(g.Scenarios[0].Failures) > 0 })
}

// grouped groups scenarios by outcome, reason and hint.
func (r *Report) grouped(outcomes ...Outcome) []*gap {
	var all []*gap
	for _, outcome := range outcomes {
		at := map[string]*gap{}
		for _, sc := range r.Scenarios {
			if sc.Outcome != outcome {
				continue
			}
			key := fmt.Sprintf("%t\n%s\n%s", len(sc.Failures) > 0, alike(sc.Reason), sc.Hint)
			if at[key] == nil {
				at[key] = &gap{Outcome: outcome, Reason: sc.Reason, Hint: sc.Hint}
				all = append(all, at[key])
			}
			at[key].add(sc)
		}
	}
	return all
}

func (g *gap) add(sc Scenario) {
	g.Scenarios = append(g.Scenarios, sc)
	for _, id := range sc.Requirements {
		if !slices.Contains(g.Requirements, id) {
			g.Requirements = append(g.Requirements, id)
		}
	}
}

// foldedReason is a reason of the verdict, and the other requirements with the same.
type foldedReason struct {
	Reason

	others []string
}

func foldReasons(reasons []Reason) []*foldedReason {
	var all []*foldedReason
	at := map[string]*foldedReason{}
	for _, reason := range reasons {
		key := strings.TrimPrefix(alike(reason.Text), reason.Requirement) + "\n" + reason.Hint
		if f := at[key]; f != nil && reason.Requirement != "" {
			f.others = append(f.others, reason.Requirement)
			continue
		}
		at[key] = &foldedReason{Reason: reason}
		all = append(all, at[key])
	}
	return all
}

// names lists scenarios with their places, the first ones if there are many.
func names(scenarios []Scenario, most int) []string {
	var list []string
	for i, sc := range scenarios {
		if i == most {
			return append(list, fmt.Sprintf("and %d more", len(scenarios)-most))
		}
		list = append(list, fmt.Sprintf("%s (%s:%d)", sc.Name, sc.File, sc.Line))
	}
	return list
}

// remark returns the remarks on a failure that is known.
func (k *Known) remark() string {
	if k == nil {
		return ""
	}
	return fmt.Sprintf("known to fail until %s, owner %s: %s", k.Expires, k.Owner, strings.TrimSpace(k.Reason))
}
