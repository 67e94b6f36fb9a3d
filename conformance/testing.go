package conformance

import (
	"fmt"
	"strings"
	"testing"

	"example.com/assay/conformance/report"
)

// RunT checks the target as [Run] does, with a subtest per scenario: red after a
// failure that decides or a scenario that could not run, skipped with the reason
// where the target or the options lack something. The test is red unless the
// verdict is conformant.
func RunT(t *testing.T, target Target, o Options) *report.Report {
	t.Helper()
	r, err := Run(t.Context(), target, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, sc := range r.Scenarios {
		t.Run(strings.TrimSuffix(sc.File, ".feature")+"/"+sc.Name, func(t *testing.T) {
			t.Helper()
			tell(t, sc, o.Selection)
		})
	}
	if r.Verdict != report.Conformant && r.Verdict != report.ConformantExcept {
		for _, reason := range r.Reasons {
			t.Errorf("%s: %s", r.Verdict, strings.TrimSpace(reason.Text+" "+reason.Hint))
		}
	}
	return r
}

// tell gives a subtest the outcome of its scenario.
func tell(t *testing.T, sc report.Scenario, s Selection) {
	t.Helper()
	switch sc.Outcome {
	case report.Passed:
	case report.Failed:
		for _, f := range sc.Failures {
			line := fmt.Sprintf("%s (%s): expected %s, got %s\n%s", f.Requirement, f.Level, f.Expected, f.Got, f.Curl)
			if sc.Known != nil || !s.decides(f.Level) {
				t.Log("does not decide: " + line)
			} else {
				t.Error(line)
			}
		}
	case report.CouldNotRun:
		t.Error(sc.Reason)
	default:
		t.Skip(strings.TrimSpace(sc.Reason + " " + sc.Hint))
	}
}
