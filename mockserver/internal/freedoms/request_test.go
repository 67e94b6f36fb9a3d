package freedoms_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
)

func TestCancelRulesByDefaultAllowEverything(t *testing.T) {
	t.Parallel()
	s := freedoms.Default()
	for _, before := range states() {
		r := s.ForRequest(1)
		if diff := cmp.Diff(domain.CancelRules{}, r.CancelRules("a", before)); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", before, diff)
		}
	}
}

// TestCancelRulesReadDecisiveFreedoms cancels in each state: a freedom is read only
// if another value could change the response or the assessment.
func TestCancelRulesReadDecisiveFreedoms(t *testing.T) {
	t.Parallel()
	accepting := map[string]string{"cancel-visibility": "2s", "cancel-status": "terminal"}
	refusing := map[string]string{"second-cancel": "unprocessable", "cancel-in-error": "conflict", "cancel-after-completion": "conflict"}
	takesEffect := domain.CancelRules{Visibility: 2 * time.Second, Terminal: true}
	tests := []struct {
		name     string
		settings map[string]string
		before   domain.View
		want     domain.CancelRules
		read     []string
	}{
		{"active", refusing, states()[0], domain.CancelRules{}, []string{"cancel-status", "cancel-visibility"}},
		{"active, takes effect", accepting, states()[0], takesEffect, []string{"cancel-status", "cancel-visibility"}},
		{"cancelled", refusing, states()[1], domain.CancelRules{Again: domain.Unprocessable}, []string{"second-cancel"}},
		{"cancelled, accepted", accepting, states()[1], domain.CancelRules{}, []string{"second-cancel"}},
		{"failed", refusing, states()[2], domain.CancelRules{InError: domain.Conflict}, []string{"cancel-in-error"}},
		{"failed, takes effect", accepting, states()[2], takesEffect, []string{"cancel-in-error", "cancel-status", "cancel-visibility"}},
		{"completed", refusing, states()[3], domain.CancelRules{AfterEnd: domain.Conflict}, []string{"cancel-after-completion"}},
		{"completed, takes effect", accepting, states()[3], takesEffect, []string{"cancel-after-completion", "cancel-status", "cancel-visibility"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := freedoms.Parse(tt.settings)
			if err != nil {
				t.Fatal(err)
			}
			r := s.ForRequest(1)
			if diff := cmp.Diff(tt.want, r.CancelRules("a", tt.before)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			if got := slices.Sorted(maps.Keys(r.Read())); !slices.Equal(got, tt.read) {
				t.Errorf("read: got %v, want %v", got, tt.read)
			}
		})
	}
}
