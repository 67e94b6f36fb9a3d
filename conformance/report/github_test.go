package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/conformance/report"
)

func annotations(t *testing.T, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteAnnotations(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAnnotationsGolden(t *testing.T) {
	t.Parallel()
	golden(t, "failing.annotations.txt", []byte(annotations(t, failing())))
	if got := annotations(t, passing()); got != "" {
		t.Errorf("expected no annotation of a run that passed, got %q", got)
	}
}

// Each line is one command, whatever the target sent.
func TestAnnotationsCannotBeForged(t *testing.T) {
	t.Parallel()
	r := passing()
	sc := stateScenario()
	sc.Outcome, sc.Name = report.Failed, "a,b:c%\nd"
	sc.Failures = []report.Failure{{Requirement: "CAN-04", Step: "s", Expected: "e", Got: "x\n::error::forged\r\n::set-output name=a::b"}}
	r.Scenarios = []report.Scenario{sc}
	want := "::error file=features/cancel.feature,line=28,title=CAN-04 does not hold%3A a%2Cb%3Ac%25%0Ad::" +
		"s%0Aexpected: e%0Agot: x%0A::error::forged%0A::set-output name=a::b%0Asource:\n"
	if diff := cmp.Diff(annotations(t, r), want); diff != "" {
		t.Errorf("-got +want:\n%s", diff)
	}
}

func TestAnnotationsTellErrorsFromWarnings(t *testing.T) {
	t.Parallel()
	got := annotations(t, failing())
	for prefix, want := range map[string]int{"::error ": 2, "::warning ": 2} {
		if n := strings.Count("\n"+got, "\n"+prefix); n != want {
			t.Errorf("expected %d lines that start with %q, got %d in\n%s", want, prefix, n, got)
		}
	}
}

func TestAnnotationsOfWhatDecidesNothingAreWarnings(t *testing.T) {
	t.Parallel()
	r := failing()
	for i := range r.Requirements {
		r.Requirements[i].Counts = r.Requirements[i].ID != "CAN-04"
	}
	got := annotations(t, r)
	if !strings.Contains(got, "::warning file=features/cancel.feature,line=28,title=CAN-04 ") || !strings.Contains(got, "::error ") {
		t.Errorf("expected a warning for CAN-04, which decides nothing, and an error for another, got\n%s", got)
	}
}
