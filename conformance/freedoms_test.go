package conformance_test

import (
	"testing"

	"example.com/assay/conformance/report"
	"example.com/assay/openapi"
)

// TestEveryFreedomConforms: whatever the documentation leaves open, no choice of
// it is held against anyone.
func TestEveryFreedomConforms(t *testing.T) {
	t.Parallel()
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range catalogue.Freedoms {
		values := f.Values[1:] // the default is what every other test runs against
		if f.Duration {
			values = append(values, "100ms")
		}
		for _, value := range values {
			t.Run(f.Name+"="+value, func(t *testing.T) {
				t.Parallel()
				r := run(t, targetOf(startMock(t, map[string]string{f.Name: value})), quick())
				unchecked := r.Counts.Failed + r.Counts.CouldNotRun + r.Counts.Skipped // an array has no second page
				if r.Verdict != report.Conformant || unchecked > 0 {
					logReasons(t, r)
					t.Errorf("verdict %s, %+v; want conformant, with every scenario passed or not supported", r.Verdict, r.Counts)
				}
				wantObserved(t, r, f.Name, value)
			})
		}
	}
}

// wantObserved: the run says which value the mock was set to, where a run can
// tell.
func wantObserved(t *testing.T, r *report.Report, freedom, value string) {
	t.Helper()
	for _, o := range r.Observations {
		switch {
		case o.Freedom != freedom, o.Value == value:
		case freedom == "cancel-in-error", freedom == "cancel-after-completion": // nothing of the kind may be cancelled
		case freedom == "cancel-visibility" && o.Value != "": // a duration, as it was measured
		default:
			t.Errorf("observed %s: got %q (%s), want %q", freedom, o.Value, o.Evidence, value)
		}
	}
}
