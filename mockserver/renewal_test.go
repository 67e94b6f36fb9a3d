package mockserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver"
)

// worked returns a mock of alpha with some choices in its fixtures, and alpha after
// all that can be done to it at run time.
func worked(t *testing.T) (*mockserver.Server, *mockserver.Institution) {
	t.Helper()
	s := newServer(t, mockserver.Config{Fixtures: withChoices("settings: {list-shape: array, second-cancel: conflict}")})
	in, err := s.Institution("Alpha")
	if err != nil {
		t.Fatal(err)
	}
	in.Freeze()
	for freedom, value := range map[string]string{"create-status": "ok", "second-cancel": "bad-request"} {
		if err := in.Set(freedom, value); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := in.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Arm(mockserver.Fault{Operation: "listEntities", Status: 503, First: 2}); err != nil {
		t.Fatal(err)
	}
	as(t, s, alpha().key(), http.MethodGet, "/v5/entities", 503)
	cancelOf(t, s, alpha())
	return s, in
}

func reload(t *testing.T, s *mockserver.Server, fixtures []byte) {
	t.Helper()
	if told, err := s.Reload("mine.yaml", fixtures); err != nil || len(told.Changed) != 1 {
		t.Fatalf("reload: got %+v, %v, want one that has changed", told, err)
	}
}

// TestReloadKeepsWhatWasDoneAtRunTime changes an entity in the file, and nothing
// else.
func TestReloadKeepsWhatWasDoneAtRunTime(t *testing.T) {
	t.Parallel()
	s, in := worked(t)
	first, err := in.CreateAssessment(mockserver.AssessmentDraft{})
	if err != nil {
		t.Fatal(err)
	}
	clock, choices, before := in.Clock(), in.Settings(), in.Journal(mockserver.ExchangeFilter{}, 0)
	reload(t, s, []byte(strings.Replace(string(withChoices("settings: {list-shape: array, second-cancel: conflict}")), "First", "Another", 1)))

	as(t, s, alpha().key(), http.MethodGet, "/v5/entities", 503)
	if got := as(t, s, alpha().key(), http.MethodGet, "/v5/entities", 200); !strings.Contains(got, "Another") {
		t.Errorf("entities: got %s, want those of the new file", got)
	}
	if got := stateOf(s, alpha()); got != "Active" {
		t.Errorf("the assessment: got %s, want Active, as the file has it", got)
	}
	if diff := cmp.Diff(clock, in.Clock()); diff != "" {
		t.Errorf("clock (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(choices, in.Settings()); diff != "" {
		t.Errorf("choices (-before +after):\n%s", diff)
	}
	after := in.Journal(mockserver.ExchangeFilter{}, 0)
	if got := after.Entries[len(after.Entries)-len(before.Entries):]; cmp.Diff(before.Entries, got) != "" {
		t.Errorf("journal: got %d entries, want the %d from before among them", len(after.Entries), len(before.Entries))
	}
	changes := changesOf(in)
	if last := changes[len(changes)-1]; last.Operation != "reloadFixtures" || !strings.Contains(last.Control.Words, "armed faults, of which there are 1, go on") || last.Number <= before.Stats.Last {
		t.Errorf("journal: got %+v at the end, want that the fixtures were loaded", last)
	}
	if second, err := in.CreateAssessment(mockserver.AssessmentDraft{}); err != nil || second.ID == first.ID {
		t.Errorf("a new assessment: got the ID %s, %v, which the journal knows as another one", second.ID, err)
	}
	if err := in.Reset(); err != nil || in.Clock().Mode != mockserver.ClockReal || len(in.Faults()) != 0 {
		t.Errorf("a reset: got %+v, %d faults, %v, want it as the new file has it", in.Clock(), len(in.Faults()), err)
	}
}

// TestReloadTakesWhatTheFileHasChanged changes the name, the key, a choice and the
// clock in the file.
func TestReloadTakesWhatTheFileHasChanged(t *testing.T) {
	t.Parallel()
	s, in := worked(t)
	old := in.Key()
	changed := string(withChoices("clock: {mode: frozen, at: 2040-01-01T00:00:00Z}, settings: {list-shape: array, second-cancel: unprocessable}, awkward: true"))
	reload(t, s, []byte(strings.NewReplacer("Alpha", "Omega", "a-key", "o-key").Replace(changed)))

	if got := in.Info(); got.Name != "Omega" || in.Key() != "o-key" || got.Clock.Mode != mockserver.ClockFrozen || got.Clock.Now.Year() != 2040 || !got.Awkward {
		t.Errorf("got %+v, want what the file has", got)
	}
	if got := in.Settings().Values; got["second-cancel"] != "unprocessable" || got["create-status"] != "ok" || got["list-shape"] != "array" {
		t.Errorf("choices: got %v, want that of the file where it has changed, and that of run time elsewhere", got)
	}
	as(t, s, old, http.MethodGet, "/v5/assessments", 401)
	as(t, s, "o-key", http.MethodGet, "/v5/assessments", 200)
	if found, err := s.Institution("Omega"); err != nil || found.ID() != alphaID {
		t.Errorf("by its new name: got %v, %v", found, err)
	}
}

// TestNothingIsLostBesideReloads sets and advances while the file changes
// again and again.
func TestNothingIsLostBesideReloads(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: fixturesOf(alpha())})
	in, err := s.Institution(alphaID)
	if err != nil {
		t.Fatal(err)
	}
	begin := in.Freeze().Now
	const rounds = 20
	var wg sync.WaitGroup
	loaded := make(chan struct{})
	wg.Go(func() {
		defer close(loaded)
		for i := range rounds {
			changed := []bankNamed{alpha()}
			for n := range 10 { // which are prepared after the first, and before all of them are let in
				changed = append(changed, bankNamed{fmt.Sprint(n, betaID[1:]), fmt.Sprint("Bank ", n), ""})
			}
			for n := range changed {
				changed[n].entity = fmt.Sprint("E", i)
			}
			if _, err := s.Reload("mine.yaml", fixturesOf(changed...)); err != nil {
				t.Error(err)
			}
		}
	})
	done := 0 // how often all of it was done
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-loaded:
				return
			default:
			}
			value := []string{"token-page", "array"}[i%2]
			if err := in.Set("list-shape", value); err != nil || in.Settings().Values["list-shape"] != value {
				t.Errorf("set %s: got %v, %v", value, in.Settings().Values, err)
			}
			if _, err := in.Advance(time.Second); err != nil {
				t.Error(err)
			}
			if name := in.Info().Name; name != "Alpha" || in.Key() != alpha().key() {
				t.Errorf("got the name %s and the key %s", name, in.Key())
			}
			done++
		}
	})
	wg.Wait()
	if got := in.Clock().Now.Sub(begin); got != time.Duration(done)*time.Second {
		t.Errorf("got %s later, want %d s", got, done)
	}
	if got, want := in.Journal(mockserver.ExchangeFilter{}, 1).Stats.Last, uint64(1+rounds+2*done); got != want { // the oldest may have been let go
		t.Errorf("journal: got the number %d at the end, want %d", got, want)
	}
}

// TestReloadBesideManyOthers keeps what was made of the fixtures at run time.
func TestReloadBesideManyOthers(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: fixturesOf(alpha(), beta())})
	const workers = 300
	made := make([]*mockserver.Institution, workers)
	for i := range made {
		made[i] = newInstitution(t, s, mockserver.InstitutionOptions{Name: fmt.Sprint("worker ", i)})
		as(t, s, made[i].Key(), http.MethodPost, "/v5/assessments/"+alpha().assessment()+"/cancel-workflow", 204)
	}
	changed := alpha()
	changed.entity = "Another"
	for _, fixtures := range [][]byte{fixturesOf(changed, gamma()), fixturesOf(gamma()), fixturesOf(beta(), alpha())} {
		if _, err := s.Reload("mine.yaml", fixtures); err != nil {
			t.Fatal(err)
		}
	}
	for _, in := range made {
		if got := as(t, s, in.Key(), http.MethodGet, "/v5/assessments/"+alpha().assessment(), 200); !strings.Contains(got, "Cancelled") {
			t.Fatalf("%s: got %s, want it as it was", in.Name(), got)
		}
		if err := in.Reset(); err != nil {
			t.Fatal(err)
		}
		if got := as(t, s, in.Key(), http.MethodGet, "/v5/entities", 200); !strings.Contains(got, "First") {
			t.Fatalf("%s after a reset: got %s, want what it was made from", in.Name(), got)
		}
	}
}

// TestResetsWhileClientsCreate shows that a create is before a reset or after it,
// and never half of both.
func TestResetsWhileClientsCreate(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: fixturesOf(alpha())})
	in := newInstitution(t, s, mockserver.InstitutionOptions{})
	body := `{"entity_id":"` + alpha().own("7") + `","template_id":"` + alpha().own("6") + `"}`
	done := make(chan struct{})
	var clients sync.WaitGroup
	for range 3 {
		clients.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if w := serve(s, request(http.MethodPost, "/v5/assessments", in.Key(), body)); w.Code != http.StatusCreated {
					t.Errorf("create: got %d %s", w.Code, w.Body)
					return
				}
			}
		})
	}
	for range 50 {
		if err := in.Reset(); err != nil {
			t.Error(err)
		}
	}
	close(done)
	clients.Wait()
	if err := in.Reset(); err != nil || in.Info().Assessments != 1 {
		t.Errorf("at the end: got %d assessments, %v, want the 1 of the fixtures", in.Info().Assessments, err)
	}
}

// TestReloadOfTheDeleted lets an institution of the fixtures that was deleted at run
// time be, until the file has it differently.
func TestReloadOfTheDeleted(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: fixturesOf(alpha(), beta()), MaxInstitutions: 2})
	in, err := s.Institution(alphaID)
	if err != nil {
		t.Fatal(err)
	}
	in.Delete()
	changed := beta()
	changed.entity = "Another"
	reload(t, s, fixturesOf(alpha(), changed))
	if got := stateOf(s, alpha()); got != "Unauthorized" {
		t.Errorf("unchanged in the file: got %s, want it deleted still", got)
	}
	back := alpha()
	back.entity = "Another"
	reload(t, s, fixturesOf(back, changed))
	if got := stateOf(s, alpha()); got != "Active" {
		t.Errorf("changed in the file: got %s, want it back", got)
	}
	if _, err := in.CreateAssessment(mockserver.AssessmentDraft{}); err != nil || len(s.Institutions()) != 2 {
		t.Errorf("the deleted one: got %v, and %d institutions, want that it works by itself, and 2", err, len(s.Institutions()))
	}
}

// TestDeletedUnderRequests deletes institutions while clients work: each of their
// requests is before it, or refused.
func TestDeletedUnderRequests(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: fixturesOf(alpha())})
	body := `{"entity_id":"` + alpha().own("7") + `","template_id":"` + alpha().own("6") + `"}`
	for round := range 30 {
		in := newInstitution(t, s, mockserver.InstitutionOptions{Name: fmt.Sprint("round ", round)})
		begun := make(chan struct{}, 3)
		var clients sync.WaitGroup
		for range cap(begun) {
			clients.Go(func() {
				for i := 0; ; i++ {
					w := serve(s, request(http.MethodPost, "/v5/assessments", in.Key(), body))
					if i == 0 {
						begun <- struct{}{}
					}
					if w.Code == http.StatusUnauthorized {
						return
					}
					if w.Code != http.StatusCreated {
						t.Errorf("got %d %s, want 201, and 401 in the end", w.Code, w.Body)
						return
					}
				}
			})
		}
		for range cap(begun) {
			<-begun
		}
		in.Delete()
		clients.Wait()
	}
}
