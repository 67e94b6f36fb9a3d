package mockserver_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver"
)

const (
	alphaID = "aaaaaaaa-0000-4000-8000-000000000001"
	betaID  = "bbbbbbbb-0000-4000-8000-000000000001"
	gammaID = "cccccccc-0000-4000-8000-000000000001"
)

// bankNamed is the fixtures of an institution that has one assessment, whose ID
// and key begin with the letter of the institution.
type bankNamed struct{ id, name, entity string }

func (b bankNamed) own(kind string) string { return b.id[:35] + kind }
func (b bankNamed) key() string            { return b.id[:1] + "-key" }
func (b bankNamed) assessment() string     { return b.own("8") }

// fixturesOf writes fixtures with the banks.
func fixturesOf(banks ...bankNamed) []byte {
	sections := []struct{ name, entry string }{
		{"institutions", "- {id: ID, name: NAME, region: eu, starting_status: ID2, terminal_status: ID3}"},
		{"keys", "- {value: KEY, institution: ID}"},
		{"outcomes", "- {id: ID4, institution: ID, name: Done}\n- {id: ID5, institution: ID, name: Canceled}"},
		{"templates", "- {id: ID6, institution: ID, name: Check, initial_outcome: ID4, end_outcome: ID4, canceled_outcome: ID5, steps: [{name: Look, manual: true}]}"},
		{"entities", "- {id: ID7, institution: ID, name: ENTITY, type: company}"},
		{"assessments", "- {id: ID8, entity: ID7, template: ID6, age: 1h}"},
	}
	var text strings.Builder
	for _, section := range sections {
		text.WriteString(section.name + ":\n")
		for _, b := range banks {
			pairs := []string{"NAME", b.name, "KEY", b.key(), "ENTITY", b.entity}
			for _, n := range []string{"2", "3", "4", "5", "6", "7", "8"} {
				pairs = append(pairs, "ID"+n, b.own(n))
			}
			text.WriteString(strings.NewReplacer(append(pairs, "ID", b.id)...).Replace(section.entry) + "\n")
		}
	}
	return []byte(text.String())
}

func alpha() bankNamed { return bankNamed{alphaID, "Alpha", "First"} }
func beta() bankNamed  { return bankNamed{betaID, "Beta", "Second"} }
func gamma() bankNamed { return bankNamed{gammaID, "Gamma", "Third"} }

// stateOf returns the state of the bank's assessment as its key sees it, or the
// status of a refusal.
func stateOf(s *mockserver.Server, b bankNamed) string {
	w := serve(s, request(http.MethodGet, "/v5/assessments/"+b.assessment(), b.key(), ""))
	if w.Code != http.StatusOK {
		return http.StatusText(w.Code)
	}
	for _, state := range []string{"Active", "Cancelled", "Error"} {
		if strings.Contains(w.Body.String(), `"workflow_state":"`+state+`"`) {
			return state
		}
	}
	return w.Body.String()
}

func cancelOf(t *testing.T, s *mockserver.Server, b bankNamed) {
	t.Helper()
	if w := serve(s, request(http.MethodPost, "/v5/assessments/"+b.assessment()+"/cancel-workflow", b.key(), "")); w.Code != http.StatusNoContent {
		t.Fatalf("cancel: got %d %s, want 204", w.Code, w.Body)
	}
}

// TestReload changes one institution, leaves one alone, takes one away and adds
// one; a fourth was made at run time.
func TestReload(t *testing.T) {
	t.Parallel()
	delta := bankNamed{"dddddddd-0000-4000-8000-000000000001", "Delta", "Fourth"}
	s := newServer(t, mockserver.Config{Fixtures: fixturesOf(alpha(), beta(), gamma())})
	made, err := s.NewInstitution(mockserver.InstitutionOptions{Name: "worker"})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []bankNamed{alpha(), beta(), gamma()} {
		cancelOf(t, s, b)
	}
	changed := beta()
	changed.entity = "Another"
	told, err := s.Reload("mine.yaml", fixturesOf(alpha(), changed, delta))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(mockserver.Reloaded{Added: []string{"Delta"}, Changed: []string{"Beta"}, Removed: []string{"Gamma"}}, told); diff != "" {
		t.Errorf("what was told (-want +got):\n%s", diff)
	}
	for name, want := range map[bankNamed]string{alpha(): "Cancelled", beta(): "Active", gamma(): "Unauthorized", delta: "Active"} {
		if got := stateOf(s, name); got != want {
			t.Errorf("%s: got %s, want %s", name.name, got, want)
		}
	}
	if w := serve(s, request(http.MethodGet, "/v5/entities", beta().key(), "")); !strings.Contains(w.Body.String(), "Another") {
		t.Errorf("entities of Beta: got %s, want the new one", w.Body)
	}
	if w := serve(s, request(http.MethodGet, "/v5/assessments/"+alpha().assessment(), made.Key(), "")); w.Code != http.StatusOK {
		t.Errorf("an institution that was made at run time: got %d %s, want 200", w.Code, w.Body)
	}
	if got := s.Credentials(); got.Key != alpha().key() || got.OtherKey != beta().key() {
		t.Errorf("credentials: got %+v, want those of the new fixtures", got)
	}
}

func TestReloadOfWhatIsWrongChangesNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: fixturesOf(alpha(), beta())})
	made, err := s.NewInstitution(mockserver.InstitutionOptions{Name: "worker"})
	if err != nil {
		t.Fatal(err)
	}
	cancelOf(t, s, alpha())
	good := string(fixturesOf(alpha(), gamma()))
	tests := []struct{ name, fixtures, want string }{
		{"half a file", good[:len(good)/2], "mine.yaml:"},
		{"nothing", "", "mine.yaml: empty file"},
		{"a misspelt word", strings.Replace(good, "region", "regoin", 1), "mine.yaml:2: "},
		{"a key that was made at run time", strings.Replace(good, "c-key", made.Key(), 1), `a key of cccccccc-0000-4000-8000-000000000001 is in use by the institution "worker"`},
		{"an ID that was made at run time", strings.ReplaceAll(good, gammaID, made.ID()), "the ID " + made.ID() + ` is in use by the institution "worker"`},
	}
	for _, tt := range tests { // one after another: each would change the same server
		if _, err := s.Reload("mine.yaml", []byte(tt.fixtures)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got the error %v, want one with %q", tt.name, err, tt.want)
		}
		for b, want := range map[bankNamed]string{alpha(): "Cancelled", beta(): "Active", gamma(): "Unauthorized"} {
			if got := stateOf(s, b); got != want {
				t.Errorf("%s: %s: got %s, want %s", tt.name, b.name, got, want)
			}
		}
	}
}

// TestReloadWhileServing looks for a moment at which an institution that is there
// before and after is not there.
func TestReloadWhileServing(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: fixturesOf(alpha(), beta())})
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if got := stateOf(s, alpha()); got != "Active" {
					t.Errorf("while reloading: got %s, want Active", got)
					return
				}
				_ = s.Credentials()
			}
		})
	}
	for i := range 50 {
		changed := alpha()
		changed.entity = strings.Repeat("x", i+1)
		if _, err := s.Reload("mine.yaml", fixturesOf(changed)); err != nil {
			t.Error(err)
		}
		if _, err := s.Reload("mine.yaml", fixturesOf(beta(), alpha())); err != nil {
			t.Error(err)
		}
	}
	close(done)
	readers.Wait()
}
