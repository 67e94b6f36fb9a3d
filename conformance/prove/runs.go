package prove

import (
	"fmt"
	"slices"

	"example.com/assay/conformance/mutants"
	"example.com/assay/conformance/report"
)

// ReferenceRun is one run of the suite on the reference, which must conform.
type ReferenceRun struct {
	Settings map[string]string `json:"settings"` // of the freedoms, without defaults
	Why      string            `json:"why"`      // the reason for this combination
	OK       bool              `json:"ok"`
	Verdict  report.Verdict    `json:"verdict"`
	Alarms   []string          `json:"alarms,omitempty"` // failed and unchecked scenarios
	Requests int               `json:"requests"`
}

// Name writes the settings as flags.
func (r *ReferenceRun) Name() string { return spell(r.Settings) }

// judge requires a conformant verdict, and an answer to every scenario: the mock
// offers everything.
func (r *ReferenceRun) judge(rep *report.Report) {
	r.Verdict, r.Requests = rep.Verdict, rep.Run.Requests
	for _, reason := range rep.Reasons {
		r.Alarms = append(r.Alarms, reason.Text)
	}
	for _, sc := range rep.Scenarios {
		if sc.Outcome != report.Passed && !r.mayBeOpen(sc) {
			r.Alarms = append(r.Alarms, fmt.Sprintf("%s: %s: %s", sc.Outcome, sc.Name, sc.Reason))
		}
	}
	r.OK = r.Verdict == report.Conformant && len(r.Alarms) == 0
}

// mayBeOpen reports whether the settings take from a scenario what it needs: an array
// has no pages.
func (r *ReferenceRun) mayBeOpen(sc report.Scenario) bool {
	return sc.Outcome == report.NotSupported && r.Settings["list-shape"] == "array"
}

// MutantRun is one run of the suite on a mutant, which must not conform.
type MutantRun struct {
	ID          string              `json:"id"`
	Requirement string              `json:"requirement"` // the broken one
	Subtle      bool                `json:"subtle"`
	How         string              `json:"how"`
	Caught      bool                `json:"caught"` // by an assertion of that requirement
	Skipped     bool                `json:"skipped,omitempty"`
	Verdict     report.Verdict      `json:"verdict"`
	By          report.List[string] `json:"by"`               // the scenarios that caught it
	Also        report.List[string] `json:"also"`             // other failed requirements
	Missed      string              `json:"missed,omitempty"` // why it was not caught or tried
}

func newMutantRun(m mutants.Mutant) MutantRun {
	return MutantRun{ID: m.ID, Requirement: m.Requirement, Subtle: m.Subtle, How: m.How}
}

// judged reports whether an assertion of its requirement caught the mutant.
func judged(m mutants.Mutant, r *report.Report) MutantRun {
	run := newMutantRun(m)
	run.Verdict = r.Verdict
	for _, sc := range r.Scenarios {
		for _, f := range sc.Failures {
			switch {
			case sc.Outcome != report.Failed:
			case f.Requirement == m.Requirement && !slices.Contains(run.By, sc.Name):
				run.By = append(run.By, sc.Name)
			case f.Requirement != m.Requirement && !slices.Contains(run.Also, f.Requirement):
				run.Also = append(run.Also, f.Requirement)
			}
		}
	}
	slices.Sort(run.Also)
	run.Caught = len(run.By) > 0 && r.Verdict == report.Nonconformant
	if !run.Caught {
		run.Missed = missed(m, r)
	}
	return run
}

// missed says why the scenarios of its requirement did not catch a mutant.
func missed(m mutants.Mutant, r *report.Report) string {
	for _, req := range r.Requirements {
		if req.ID == m.Requirement && req.Outcome != report.Passed {
			return fmt.Sprintf("no assertion of %s failed; it is %s: %s", m.Requirement, req.Outcome, reasonOf(m.Requirement, r))
		}
	}
	return fmt.Sprintf("no assertion of %s failed; the verdict is %s", m.Requirement, r.Verdict)
}

func reasonOf(requirement string, r *report.Report) string {
	for _, sc := range r.Scenarios {
		if slices.Contains(sc.Requirements, requirement) && sc.Outcome != report.Passed && sc.Reason != "" {
			return sc.Reason
		}
	}
	return "no scenario gives a reason"
}
