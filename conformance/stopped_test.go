package conformance_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
)

// TestStoppedRun: a run that ends early names the cause and how much was done, and
// nothing else.
func TestStoppedRun(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		deadline time.Duration
		cancel   bool
		want     string
	}{
		{"deadline", 300 * time.Millisecond, false, "the deadline of 300ms passed after "},
		{"interrupt", 0, true, "interrupted after "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			o := conformance.Options{AllowCancel: true, Deadline: tt.deadline, Settle: time.Hour}
			o.Progress = func(report.Scenario) {
				if tt.cancel {
					cancel()
				}
			}
			r, err := conformance.Run(ctx, targetOf(startMock(t, nil)), o)
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != report.Inconclusive || len(r.Reasons) != 1 || !strings.HasPrefix(r.Reasons[0].Text, tt.want) {
				t.Errorf("got verdict %s, reasons %+v, want inconclusive and %q", r.Verdict, r.Reasons, tt.want)
			}
		})
	}
}
