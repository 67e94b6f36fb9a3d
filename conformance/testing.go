package conformance

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"example.com/assay/conformance/report"
	"example.com/assay/openapi"
)

// RunT checks the target as [Run] does, with a subtest per scenario: red after a
// failure that decides or a scenario that could not run, skipped with the reason
// where the target or the options lack something. The test is red unless the
// verdict is conformant. A handler has no other region and no allow list, so AUT-03 and
// AUT-04 may stay unchecked without a target for them.
func RunT(t *testing.T, target Target, o Options) *report.Report {
	t.Helper()
	o.Selection.AcceptUnchecked = target.acceptMissing(o.Selection)
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
			t.Errorf("%s: %s", r.Verdict, strings.TrimSpace(reason.Text+" "+inGo(reason.Hint)))
		}
	}
	return r
}

// acceptMissing adds the requirements that need what no handler has.
func (t Target) acceptMissing(s Selection) map[string]string {
	accepted, missing := map[string]string{}, map[string]string{}
	maps.Copy(accepted, s.AcceptUnchecked)
	if t.OtherRegionURL == "" {
		missing["AUT-03"] = "Target.OtherRegionURL is empty"
	}
	if t.DeniedAPIKey == "" {
		missing["AUT-04"] = "Target.DeniedAPIKey is empty"
	}
	for _, r := range openapi.Requirements() {
		if missing[r.ID] != "" && s.takes(r) && accepted[r.ID] == "" {
			accepted[r.ID] = missing[r.ID]
		}
	}
	return accepted
}

// inGo gives a hint the names of fields in place of flags and variables.
func inGo(hint string) string {
	return strings.NewReplacer(
		"--allow-cancel", "Options.AllowCancel", "--assessment-id", "Target.AssessmentIDs", "--canceled-outcome-id", "Target.CanceledOutcomeIDs",
		"--entity-id", "Target.EntityID", "--template-id", "Target.TemplateID", "--other-region-url", "Target.OtherRegionURL",
		"--rate", "Options.Rate", "--deadline", "Options.Deadline", "--visibility-timeout", "Options.VisibilityTimeout",
		"--unavailable-timeout", "Options.UnavailableTimeout", "--timeout", "Options.Timeout", "--accept-unchecked", "Selection.AcceptUnchecked",
		"ASSAY_OTHER_APIKEY", "Target.OtherAPIKey", "ASSAY_DENIED_APIKEY", "Target.DeniedAPIKey", "ASSAY_APIKEY", "Target.APIKey",
	).Replace(hint)
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
		t.Skip(strings.TrimSpace(sc.Reason + " " + inGo(sc.Hint)))
	}
}
