package mockserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver"
)

func newInstitution(t testing.TB, s *mockserver.Server, o mockserver.InstitutionOptions) *mockserver.Institution {
	t.Helper()
	in, err := s.NewInstitution(o)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// as sends a request with the key of the institution.
func as(t testing.TB, s *mockserver.Server, key, method, path string, want int) string {
	t.Helper()
	w := serve(s, request(method, path, key, ""))
	if w.Code != want {
		t.Fatalf("%s %s: got %d %s, want %d", method, path, w.Code, w.Body, want)
	}
	return w.Body.String()
}

// TestInstitutionsShareNothing cancels the guide's assessment, which each has, in
// one of them.
func TestInstitutionsShareNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	one, two := newInstitution(t, s, mockserver.InstitutionOptions{}), newInstitution(t, s, mockserver.InstitutionOptions{Name: "worker 2"})
	as(t, s, one.Key(), http.MethodPost, guideAssessment+"/cancel-workflow", 204)
	for key, want := range map[string]string{one.Key(): "Cancelled", two.Key(): "Active", "API_KEY": "Active"} {
		if got := as(t, s, key, http.MethodGet, guideAssessment, 200); !strings.Contains(got, want) {
			t.Errorf("key %s: got %s, want %s", key, got, want)
		}
	}
	if got := as(t, s, two.Key(), http.MethodGet, guideAssessment, 200); !strings.Contains(got, `"institution_id":"`+two.ID()+`"`) {
		t.Errorf("got %s, want the institution %s", got, two.ID())
	}
	if err := one.Reset(); err != nil {
		t.Fatal(err)
	}
	if got := as(t, s, one.Key(), http.MethodGet, guideAssessment, 200); !strings.Contains(got, "Active") {
		t.Errorf("after the reset: got %s, want it Active", got)
	}
	one.Delete()
	as(t, s, one.Key(), http.MethodGet, guideAssessment, 401)
	as(t, s, two.Key(), http.MethodGet, guideAssessment, 200)
}

// TestNamesMakeKeys shows that the order in which others come does not matter.
func TestNamesMakeKeys(t *testing.T) {
	t.Parallel()
	made := func(names ...string) map[string]string {
		s := newServer(t, mockserver.Config{Seed: 7})
		keys := map[string]string{}
		for _, name := range names {
			in := newInstitution(t, s, mockserver.InstitutionOptions{Name: name})
			keys[name] = in.ID() + " " + in.Key()
		}
		return keys
	}
	one, two := made("a", "b"), made("b", "a")
	if diff := cmp.Diff(one, two); diff != "" || one["a"] == one["b"] {
		t.Errorf("keys by name (-one order +other):\n%s", diff)
	}
	s := newServer(t, mockserver.Config{Seed: 7})
	in := newInstitution(t, s, mockserver.InstitutionOptions{Name: "a"})
	if _, err := s.NewInstitution(mockserver.InstitutionOptions{Name: "a"}); err == nil {
		t.Error("a name twice: got no error")
	}
	for _, ref := range []string{in.ID(), in.Key(), "a"} {
		if found, err := s.Institution(ref); err != nil || found.ID() != in.ID() {
			t.Errorf("find %q: got %v, %v", ref, found, err)
		}
	}
	if _, err := s.Institution("b"); err == nil {
		t.Error("find an unknown one: got no error")
	}
	if got := len(s.Institutions()); got != 3 {
		t.Errorf("institutions: got %d, want the 2 of the fixtures and 1", got)
	}
}

func TestInstitutionOptionsAreChecked(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	tests := []struct {
		name string
		o    mockserver.InstitutionOptions
		want string
	}{
		{"a name", mockserver.InstitutionOptions{Name: "../x"}, "letters, digits"},
		{"a fixture", mockserver.InstitutionOptions{Fixture: "nobody"}, `fixture: no institution "nobody" in the fixtures`},
		{"a snapshot", mockserver.InstitutionOptions{Snapshot: "none"}, `no snapshot named "none"`},
		{"both", mockserver.InstitutionOptions{Snapshot: "none", Fixture: "x"}, "snapshot: not allowed with fixture"},
		{"a freedom", mockserver.InstitutionOptions{Settings: map[string]string{"second-cancle": "conflict"}}, "second-cancel"},
		{"a mode", mockserver.InstitutionOptions{Clock: mockserver.ClockOptions{Mode: "slow"}}, "real or frozen"},
		{"a time", mockserver.InstitutionOptions{Clock: mockserver.ClockOptions{At: time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)}}, "1970 to 2200"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := s.NewInstitution(tt.o); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got the error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// TestClocksAreTheInstitutions freezes one at a time of its own, and walks through
// a workflow.
func TestClocksAreTheInstitutions(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: smallFixtures()})
	start := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	in := newInstitution(t, s, mockserver.InstitutionOptions{Clock: mockserver.ClockOptions{Mode: mockserver.ClockFrozen, At: start}})
	a, err := in.CreateAssessment(mockserver.AssessmentDraft{Template: quickID})
	if err != nil || !a.Created.Equal(start) || a.Steps[0].Progress != "running" || a.Next == nil {
		t.Fatalf("create: got %+v, %v", a, err)
	}
	var got []string
	for range 3 {
		moved := in.AdvanceToNext()
		for _, e := range moved.Events {
			got = append(got, fmt.Sprint(e.At.Sub(start), " ", e.Kind, " ", e.Step))
		}
	}
	want := []string{"2s step-ended one", "6s workflow-ended two"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if a, err = in.Assessment(a.ID); err != nil || !a.Completed || a.Reason != "completed" || a.Ended == nil || !a.Ended.Equal(start.Add(6*time.Second)) {
		t.Errorf("at the end: got %+v, %v", a, err)
	}
	if got := in.Clock(); got.Mode != mockserver.ClockFrozen || !got.Now.Equal(start.Add(6*time.Second)) {
		t.Errorf("clock: got %+v", got)
	}
	if _, err := in.Advance(-1); err == nil {
		t.Error("advance backwards: got no error")
	}
	moved, err := in.Advance(time.Hour)
	if err != nil || len(moved.Events) != 0 || moved.To.Sub(moved.From) != time.Hour {
		t.Errorf("advance: got %+v, %v", moved, err)
	}
	if in.Run(); in.Clock().Mode != mockserver.ClockReal || in.Clock().Now.Before(moved.To) {
		t.Errorf("running again: got %+v", in.Clock())
	}
}

// TestSnapshotsComeBackExactly restores, and forks, with workflows under way.
func TestSnapshotsComeBackExactly(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: smallFixtures()})
	in := newInstitution(t, s, mockserver.InstitutionOptions{Name: "origin", Clock: mockserver.ClockOptions{Mode: mockserver.ClockFrozen}})
	if _, err := in.CreateAssessment(mockserver.AssessmentDraft{Template: quickID}); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Advance(time.Second); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Snapshot("before"); err != nil {
		t.Fatal(err)
	}
	before := as(t, s, in.Key(), http.MethodGet, "/v5/assessments", 200)
	next, err := in.CreateAssessment(mockserver.AssessmentDraft{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := in.Set("second-cancel", "conflict"); err != nil {
		t.Fatal(err)
	}
	diff, err := s.Diff("before", "origin")
	if err != nil || len(diff.OnlyInB) != 1 || len(diff.Changed) != 1 || len(diff.Settings) != 1 || len(diff.Clock) != 1 {
		t.Errorf("diff: got %+v, %v", diff, err)
	}
	if err := in.Restore("before"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, as(t, s, in.Key(), http.MethodGet, "/v5/assessments", 200)); diff != "" {
		t.Errorf("restored (-before +after):\n%s", diff)
	}
	if again, err := in.CreateAssessment(mockserver.AssessmentDraft{}); err != nil || again.ID != next.ID {
		t.Errorf("created after the restoration: got %s, %v, want %s as the first time", again.ID, err, next.ID)
	}
	fork := newInstitution(t, s, mockserver.InstitutionOptions{Snapshot: "before"})
	forked := strings.ReplaceAll(as(t, s, fork.Key(), http.MethodGet, "/v5/assessments", 200), fork.ID(), in.ID())
	if diff := cmp.Diff(before, forked); diff != "" {
		t.Errorf("forked (-before +fork):\n%s", diff)
	}
	if diff, err := s.Diff("before", "before"); err != nil || len(diff.OnlyInA)+len(diff.OnlyInB)+len(diff.Changed)+len(diff.Settings)+len(diff.Clock) > 0 {
		t.Errorf("diff of one with itself: got %+v, %v", diff, err)
	}
}

// TestCancelledStaysCancelled: not even from outside of the API is it brought back.
func TestCancelledStaysCancelled(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	in, err := s.Institution("API_KEY")
	if err != nil {
		t.Fatal(err)
	}
	if a, err := in.Cancel(guideID); err != nil || a.State != "Cancelled" || a.Reason != "cancelled" {
		t.Fatalf("cancel: got %+v, %v", a, err)
	}
	if _, err := in.ForceError(guideID, mockserver.Failure{}); err == nil {
		t.Error("force an error: got no error")
	}
	if _, err := in.Finish(guideID); err == nil {
		t.Error("finish: got no error")
	}
}

// TestAwkwardIsDeterministic sends the same requests to two servers of one seed,
// and to one of another.
func TestAwkwardIsDeterministic(t *testing.T) {
	t.Parallel()
	answers := func(seed uint64) string {
		s := newServer(t, mockserver.Config{Seed: seed, Awkward: true, Clock: newClock(), Settings: map[string]string{"error-body": "message"}})
		var all strings.Builder
		for i := range 40 {
			for _, path := range []string{"/v5/assessments?limit=3", "/v5/assessments", guideAssessment, "/v5/assessments/nonsense"} {
				w := do(s, http.MethodGet, path, "")
				fmt.Fprintln(&all, i, w.Code, w.Body)
				if w.Code >= 400 && !strings.HasPrefix(w.Body.String(), `{"message":`) {
					t.Errorf("%s: got %s, want the error body that is set", path, w.Body)
				}
			}
		}
		return all.String()
	}
	one := answers(1)
	if answers(1) != one {
		t.Error("the same seed: got other answers")
	}
	if answers(2) == one {
		t.Error("another seed: got the same answers")
	}
}

// BenchmarkNewInstitution makes institutions from fixtures of different sizes.
func BenchmarkNewInstitution(b *testing.B) {
	for _, size := range []int{10, 1_000, 10_000} {
		b.Run(fmt.Sprint(size, " assessments"), func(b *testing.B) {
			s := newServer(b, mockserver.Config{Fixtures: manyFixtures(size)})
			b.ReportAllocs()
			for b.Loop() {
				newInstitution(b, s, mockserver.InstitutionOptions{Name: "one"}).Delete()
			}
		})
	}
}

func manyFixtures(n int) []byte {
	var all strings.Builder
	all.Write(smallFixtures())
	all.WriteString("assessments:\n")
	for i := range n {
		fmt.Fprintf(&all, "  - {id: 90000000-0000-4000-8000-%012d, entity: %s, template: %s, age: %dm}\n", i, entityID, quickID, i)
	}
	return []byte(all.String())
}
