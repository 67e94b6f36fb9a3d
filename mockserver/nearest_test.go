package mockserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver"
)

// TestNearMisses says in what the entries differ that nearly count, nearest first.
func TestNearMisses(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	in := institution(t, s, "near", newClock().Now())
	as(t, s, in.Key(), http.MethodGet, guideAssessment, 200)
	as(t, s, in.Key(), http.MethodPost, guideAssessment+"/cancel-workflow", 204)
	as(t, s, in.Key(), http.MethodGet, "/v5/entities", 200)
	if _, err := in.CreateAssessment(mockserver.AssessmentDraft{}); err != nil {
		t.Fatal(err)
	}
	yes, one := true, 1
	tests := []struct {
		name string
		mockserver.Expectation
		want []string
	}{
		{"nothing is near", mockserver.Expectation{Filter: mockserver.ExchangeFilter{Operation: "getOutcome"}}, nil},
		{"one thing", mockserver.Expectation{Filter: mockserver.ExchangeFilter{Operation: "cancelWorkflow", Status: 409}}, []string{"2 status: expected 409, got 204"}},
		{"the nearest first", mockserver.Expectation{Filter: mockserver.ExchangeFilter{Operation: "getAssessment", Assessment: guideID, State: "Cancelled", Effective: &yes}}, []string{
			"2 operation: expected getAssessment, got cancelWorkflow",
			"1 effective: expected true, got false; state: expected Cancelled, got Active",
			"4 kind: expected exchange, got control; operation: expected getAssessment, got addAssessment; assessment_id: expected " + guideID + ", got NEW; state: expected Cancelled, got Active",
		}},
		{"another kind", mockserver.Expectation{Filter: mockserver.ExchangeFilter{Text: "made the assessment"}}, []string{"4 kind: expected exchange, got control"}},
		{"too early", mockserver.Expectation{Filter: mockserver.ExchangeFilter{Operation: "getAssessment", After: 2}}, []string{"1 number: expected one above 2, got 1"}},
		{"contradictory criteria", mockserver.Expectation{Filter: mockserver.ExchangeFilter{Operation: "listEntities", Method: "POST", Refused: &yes}}, []string{
			"3 method: expected POST, got GET; refused: expected true, got false",
			"2 operation: expected listEntities, got cancelWorkflow; refused: expected true, got false",
		}},
		{"too many", mockserver.Expectation{AtMost: &one, Filter: mockserver.ExchangeFilter{Status: 200}}, nil},
	}
	for _, tt := range tests {
		v, err := in.Verify(tt.Expectation)
		if err != nil || v.OK {
			t.Fatalf("%s: got %+v, %v, want it not met", tt.name, v, err)
		}
		var got []string
		for _, near := range v.Results[0].Nearest {
			got = append(got, fmt.Sprintf("%d %s", near.Number, strings.Join(near.Differs, "; ")))
		}
		if len(got) > 2 {
			created, _ := in.Assessments(mockserver.AssessmentFilter{Limit: 1})
			got[2] = strings.ReplaceAll(got[2], "got "+created[0].ID, "got NEW")
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestGuesses says what was meant by a reference that leads nowhere.
func TestGuesses(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{JournalEntries: 2})
	in := institution(t, s, "guessed", newClock().Now())
	for range 3 {
		as(t, s, in.Key(), http.MethodGet, guideAssessment, 200)
	}
	id := in.Journal(mockserver.ExchangeFilter{}, 1).Entries[0].ID
	for ref, want := range map[string]string{
		"1": "it has the numbers 2 to 3; earlier ones were evicted", "9": "2 to 3", id[:31] + "x": "did you mean " + id, guideID: "that is an assessment; see entry 3",
		"": "may have been evicted", "nothing like it": "may have been evicted",
	} {
		for name, explain := range map[string]func(string) (mockserver.Explanation, error){"institution": in.Explain, "server": s.Explain} {
			if name == "server" && len(ref) == 1 {
				continue // numbers are of one journal
			}
			if _, err := explain(ref); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s, %q: got %v, want %q in it", name, ref, err, want)
			}
		}
	}
}
