package mockserver_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver"
)

// TestExportLoadsBack exports an institution with an assessment in every state,
// loads it into another server a day later, and exports it again.
func TestExportLoadsBack(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := newServer(t, mockserver.Config{Clock: c, Fixtures: smallFixtures(), Settings: map[string]string{"cancel-visibility": "750ms"}})
	in, err := s.Institution("API_KEY")
	if err != nil {
		t.Fatal(err)
	}
	everyState(t, in, c)
	exported := export(t, in)

	c.advance(24 * time.Hour)
	again := newServer(t, mockserver.Config{Clock: c, Fixtures: exported, FixturesName: "exported.yaml"})
	loaded, err := again.Institution(in.ID())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(exported), string(export(t, loaded))); diff != "" {
		t.Errorf("exported again (-first +second):\n%s", diff)
	}
}

// everyState makes assessments in every state, one of them cancelled so lately
// that nobody sees it yet.
func everyState(t *testing.T, in *mockserver.Institution, c *clock) {
	t.Helper()
	var ids []string
	for _, d := range []mockserver.AssessmentDraft{
		{Template: quickID}, {Template: quickID}, {Template: brokenID}, {Template: manualID}, {Template: quickID}, {State: "completed"}, {State: "cancelled"},
		{State: "error", Error: &mockserver.Failure{Step: "it's: #1", Type: "yes", Message: "a \"quote\",\na line\u2028 and ü", Details: map[string]any{"a": []any{1.5, nil, "- x"}}}},
		{Template: quickID, State: "active", Step: 1},
	} {
		a, err := in.CreateAssessment(d)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, a.ID)
		c.advance(1500 * time.Millisecond)
	}
	for i, change := range []func(string) (mockserver.Assessment, error){
		in.Cancel, in.Finish, in.Cancel, func(id string) (mockserver.Assessment, error) { return in.ForceError(id, mockserver.Failure{}) }, in.Cancel,
	} {
		if _, err := change(ids[i]); err != nil {
			t.Fatal(err)
		}
	}
	c.advance(time.Millisecond)
}

func export(t *testing.T, in *mockserver.Institution) []byte {
	t.Helper()
	exported, err := in.Export()
	if err != nil {
		t.Fatal(err)
	}
	return exported
}
