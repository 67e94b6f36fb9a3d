package mutants_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"example.com/assay/conformance/mutants"
	"example.com/assay/openapi"
)

const (
	fewest       = 60 // mutants in all
	fewestOfEach = 2  // of each requirement, one of them subtle
)

func TestEveryRequirementHasMutants(t *testing.T) {
	t.Parallel()
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	all, subtle := map[string]int{}, map[string]int{}
	for _, m := range mutants.All() {
		all[m.Requirement]++
		if m.Subtle {
			subtle[m.Requirement]++
		}
		if _, known := catalogue.Requirement(m.Requirement); !known {
			t.Errorf("mutant %s breaks the unknown requirement %q", m.ID, m.Requirement)
		}
	}
	for _, r := range catalogue.Requirements {
		if all[r.ID] < fewestOfEach || subtle[r.ID] < 1 {
			t.Errorf("requirement %s: got %d mutants, %d of them subtle; want %d and 1 at least", r.ID, all[r.ID], subtle[r.ID], fewestOfEach)
		}
	}
	if n := len(mutants.All()); n < fewest {
		t.Errorf("got %d mutants, want %d at least", n, fewest)
	}
}

func TestMutantsAreDescribed(t *testing.T) {
	t.Parallel()
	id := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
	seen := map[string]bool{}
	for _, m := range mutants.All() {
		if seen[m.ID] || seen[m.How] {
			t.Errorf("two mutants have the ID %q or the description %q", m.ID, m.How)
		}
		seen[m.ID], seen[m.How] = true, true
		if !id.MatchString(m.ID) {
			t.Errorf("mutant %q: want an ID of words and dashes", m.ID)
		}
		if !strings.HasSuffix(m.How, ".") || len(m.How) < 15 {
			t.Errorf("mutant %s: got %q, want a sentence", m.ID, m.How)
		}
		if !m.MockOnly && m.Settings != nil {
			t.Errorf("mutant %s needs settings, which a proxy cannot choose", m.ID)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	for _, m := range mutants.All() {
		if found, ok := mutants.Find(m.ID); !ok || found.How != m.How {
			t.Errorf("Find(%q): got %q, %t", m.ID, found.How, ok)
		}
	}
	if m, ok := mutants.Find("no-such-mutant"); ok {
		t.Errorf("Find of an unknown ID: got %q, want none", m.ID)
	}
}

// TestMutantsPassUnknownPaths sends each mutant a request outside the contract,
// below any base path.
func TestMutantsPassUnknownPaths(t *testing.T) {
	t.Parallel()
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Seen", r.Header.Get("X-Sent"))
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte("as it was"))
	})
	for _, m := range mutants.All() {
		t.Run(m.ID, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "/gateway/v5/healthz", nil)
			r.Header.Set("apikey", "key")
			r.Header.Set("X-Sent", "1")
			w := httptest.NewRecorder()
			m.Wrap(inner, mutants.Target{Key: "key"}).ServeHTTP(w, r)
			if w.Code != http.StatusTeapot || w.Body.String() != "as it was" || w.Header().Get("X-Seen") != "1" {
				t.Errorf("got %d %q %v, want the inner response", w.Code, w.Body, w.Header())
			}
		})
	}
}

// TestWrapStartsWithAnEmptyMemory guards the runs of a mutant against each other.
func TestWrapStartsWithAnEmptyMemory(t *testing.T) {
	t.Parallel()
	m, _ := mutants.Find("cancel-works-once")
	cancelled := 0
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			cancelled++
		}
	})
	for run := range 2 {
		h := m.Wrap(inner, mutants.Target{Key: "key"})
		for _, id := range []string{"a", "b"} {
			r := httptest.NewRequest(http.MethodPost, "/v5/assessments/"+id+"/cancel-workflow", nil)
			r.Header.Set("apikey", "key")
			h.ServeHTTP(httptest.NewRecorder(), r)
		}
		if cancelled != run+1 {
			t.Errorf("after run %d: got %d cancels that act, want %d", run+1, cancelled, run+1)
		}
	}
}
