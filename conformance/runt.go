package conformance

import (
	"fmt"
	"strings"
	"testing"

	"example.com/assay/conformance/report"
)

// RunT checks the target as [Run] does, and makes a subtest of each scenario:
// red if it failed in a way that counts or could not run, skipped with the reason
// if the target does not offer what it asks for or something was not given. The
// test is red as well if the verdict is any but conformant.
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
	if r.Verdict != report.Conformant {
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
