package journal_test

import (
	"context"
	"strings"
	"testing"

	"example.com/assay/mockserver/internal/journal"
)

// TestFiltersThatFindNothingWhateverHappensAreRefused: a test that expects none of
// a misspelt operation would pass for ever.
func TestFiltersThatFindNothingWhateverHappensAreRefused(t *testing.T) {
	t.Parallel()
	j := journal.New(1, "i", journal.DefaultLimits(), operations())
	tests := []struct {
		name   string
		filter journal.Filter
		want   string // empty: it is fine
	}{
		{"none", journal.Filter{}, ""},
		{"of the API", journal.Filter{Operation: "cancelWorkflow"}, ""},
		{"of the API, either kind", journal.Filter{Operation: "cancelWorkflow", Kind: journal.KindAny}, ""},
		{"of a change", journal.Filter{Operation: journal.OperationCancel, Kind: journal.KindControl}, ""},
		{"of a change, either kind", journal.Filter{Operation: journal.OperationReload, Kind: journal.KindAny}, ""},
		{"misspelt", journal.Filter{Operation: "cancelWorkflo"}, `unknown operation "cancelWorkflo"; use one of cancelWorkflow, getAssessment; did you mean "cancelWorkflow"?`},
		{"of a change, among exchanges", journal.Filter{Operation: journal.OperationCancel}, "use the kind control or any"},
		{"of the API, among changes", journal.Filter{Operation: "cancelWorkflow", Kind: journal.KindControl}, `unknown operation "cancelWorkflow"; use one of addAssessment, `},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			none := 0
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, verifyErr := j.Verify([]journal.Expectation{{Filter: tt.filter, Exactly: &none}})
			_, waitErr := j.Wait(ctx, tt.filter, 0)
			for call, err := range map[string]error{"Verify": verifyErr, "Wait": waitErr} {
				if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
					t.Errorf("%s: got %v, want an error with %q", call, err, tt.want)
				}
			}
		})
	}
}
