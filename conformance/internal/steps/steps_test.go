package steps_test

import (
	"strings"
	"testing"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/steps"
	"example.com/assay/conformance/report"
)

// TestPanicOfAStepIsADefect: a step that panics ends its scenario as a defect of the
// suite, with the stack.
func TestPanicOfAStepIsADefect(t *testing.T) {
	t.Parallel()
	w := steps.NewRun(steps.Config{Redactor: client.NewRedactor()}).NewWorld()
	w.Begin("a scenario", "CAN-01")
	w.End(w.Call(func(*steps.World) error {
		var nothing *strings.Builder
		nothing.WriteString("x")
		return nil
	}))
	r := w.Result()
	if r.Outcome != report.CouldNotRun || !strings.Contains(r.Reason, "defect of the suite") || !strings.Contains(r.Defect, "steps_test.go") {
		t.Errorf("got %s (%s), stack %q; want could-not-run as a defect, and the stack", r.Outcome, r.Reason, r.Defect)
	}
}
