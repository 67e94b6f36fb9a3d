package mockserver_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver"
	"example.com/assay/openapi"
)

const (
	guideEntity   = "8161163a-f227-466f-bc01-090a01e80165"
	guideTemplate = "c6d67e98-83ea-49f0-8812-e4abae2b68bc"
	guideID       = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
)

// TestTheGuidesExampleIsServedExactly compares with the example of the contract.
func TestTheGuidesExampleIsServedExactly(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := do(newServer(t, mockserver.Config{}), http.MethodGet, guideAssessment, "")
	got := decode[map[string]any](t, w)
	if diff := cmp.Diff(doc.Components.Examples["Assessment"].Value.Value, any(got)); diff != "" {
		t.Errorf("the guide's assessment (-want +got):\n%s", diff)
	}
	encoded, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(encoded), w.Body.String()); diff != "" {
		t.Errorf("fields not in the guide's order (-want +got):\n%s", diff)
	}
}

func TestTheDefaultListIsAlive(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	list := decode[page](t, do(s, http.MethodGet, "/v5/assessments", ""))
	if len(list.Items) != 25 || list.Next != nil {
		t.Fatalf("assessments: got %d, want 25", len(list.Items))
	}
	seen := map[string]int{}
	for _, a := range list.Items {
		seen[a.State]++
		if failed := a.State == "Error"; failed != (a.Message != nil && a.Step != nil && a.Type != nil && a.Details != nil) {
			t.Errorf("assessment %s in state %s: got error fields %v %v %v %v", a.ID, a.State, a.Message, a.Step, a.Type, a.Details)
		}
		if got := get(t, s, a.ID); !cmp.Equal(a, got) {
			t.Errorf("assessment %s: the list and GET differ:\n%s", a.ID, cmp.Diff(a, got))
		}
	}
	for _, state := range []string{"Active", "Cancelled", "Error"} {
		if seen[state] < 3 {
			t.Errorf("assessments in state %s: got %d, want 3 or more", state, seen[state])
		}
	}
	ordered := slices.IsSortedFunc(list.Items, func(a, b record) int { return strings.Compare(b.Created, a.Created) })
	if !ordered {
		t.Error("got a list that is not newest first")
	}
}

func TestTheGuidesTemplateAndEntityAreFirst(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for path, want := range map[string]string{"/v5/assessments/templates": guideTemplate, "/v5/entities": guideEntity} {
		got := decode[page](t, do(s, http.MethodGet, path, ""))
		if len(got.Items) < 2 || got.Items[0].ID != want {
			t.Errorf("%s: got %+v, want %s first of several", path, got.Items, want)
		}
	}
}

func TestSamplesWork(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]map[string]string{
		"defaults": nil,
		"outcomes": {"outcome-path": "/outcomes/{outcome_id}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{Settings: settings})
			samples := s.Samples()
			if len(samples) != 11 {
				t.Errorf("samples: got %d, want one for each of the 11 operations", len(samples))
			}
			for _, sample := range samples {
				r := request(sample.Method, sample.Path, sample.Key, sample.Body)
				r.Header.Set("If-Match", sample.IfMatch)
				w := serve(s, r)
				if w.Code >= 300 {
					t.Errorf("%s: %s %s %s: got %d %s", sample.OperationID, sample.Method, sample.Path, sample.Body, w.Code, w.Body)
				}
			}
		})
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	c := s.Credentials()
	tests := []struct {
		name, key, host string
		want            int
	}{
		{"the key", c.Key, "127.0.0.1:1", http.StatusOK},
		{"the key in its own region", c.Key, "api.eu.localhost:1", http.StatusOK},
		{"the key in another region", c.Key, c.OtherRegionHost + ":1", http.StatusUnauthorized},
		{"the key of another institution", c.OtherKey, "127.0.0.1:1", http.StatusNotFound},
		{"the key that is not good from here", c.DeniedKey, "127.0.0.1:1", http.StatusUnauthorized},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := request(http.MethodGet, guideAssessment, tt.key, "")
			r.Host = tt.host
			if w := serve(s, r); tt.key == "" || w.Code != tt.want {
				t.Errorf("key %q on %s: got %d, want %d", tt.key, tt.host, w.Code, tt.want)
			}
		})
	}
	denied := request(http.MethodGet, guideAssessment, c.DeniedKey, "")
	denied.RemoteAddr = "192.0.2.7:5"
	if w := serve(s, denied); w.Code != http.StatusOK {
		t.Errorf("the denied key from its network: got %d, want 200", w.Code)
	}
}

// TestCredentialsAreEmptyWithoutKeys has fixtures that no caller can use.
func TestCredentialsAreEmptyWithoutKeys(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: []byte("institutions:\n  - id: " + guideID + "\n    name: A\n    starting_status: " + guideID + "\n")})
	if got := s.Credentials(); got != (mockserver.Credentials{}) {
		t.Errorf("credentials: got %+v, want none", got)
	}
	if got := s.Samples(); len(got) > 0 {
		t.Errorf("samples: got %+v, want none", got)
	}
}

// TestTheGuidesWorkflowStaysActive is what somebody relies on who follows the
// create guide and then the cancel guide, with a coffee in between.
func TestTheGuidesWorkflowStaysActive(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := newServer(t, mockserver.Config{Clock: c})
	guide, quick := create(t, s, guideEntity, guideTemplate), create(t, s, guideEntity, templateNamed(t, s, "Quick check"))
	broken := create(t, s, guideEntity, templateNamed(t, s, "Deep screening (its data provider is down)"))
	c.advance(1000 * 3600e9)
	if got := get(t, s, guide.ID); got.State != "Active" || *got.Outcome != *guide.Outcome {
		t.Errorf("the guide's template after 1000 hours: got %+v, want it active", got)
	}
	if got := get(t, s, quick.ID); got.State != "Active" || *got.Outcome == *quick.Outcome {
		t.Errorf("the quick template: got %+v, want its end outcome", got)
	}
	if got := get(t, s, broken.ID); got.State != "Error" || got.Message == nil {
		t.Errorf("the broken template: got %+v, want an error", got)
	}
}

func templateNamed(t *testing.T, s http.Handler, name string) string {
	t.Helper()
	list := decode[struct{ Items []struct{ ID, Name string } }](t, do(s, http.MethodGet, "/v5/assessments/templates", ""))
	for _, template := range list.Items {
		if template.Name == name {
			return template.ID
		}
	}
	t.Fatalf("template %q: got %+v", name, list.Items)
	return ""
}

// TestSameSeedSameBytes plays the same requests to two servers.
func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	play := func(seed uint64) string {
		c := newClock()
		s := newServer(t, mockserver.Config{Seed: seed, Clock: c, Settings: map[string]string{"list-order": "shuffled"}})
		var all strings.Builder
		for range 3 {
			a := create(t, s, guideEntity, guideTemplate)
			c.advance(1500e6)
			for _, w := range []*http.Request{
				request(http.MethodGet, "/v5/assessments", "API_KEY", ""),
				request(http.MethodPost, "/v5/assessments/"+a.ID+"/cancel-workflow", "API_KEY", ""),
				request(http.MethodGet, "/v5/assessments", "DENIED_API_KEY", ""),
			} {
				got := serve(s, w)
				if err := got.Header().Write(&all); err != nil {
					t.Fatal(err)
				}
				all.WriteString(got.Body.String())
			}
		}
		return all.String()
	}
	if diff := cmp.Diff(play(7), play(7)); diff != "" {
		t.Errorf("the same seed gives other bytes:\n%s", diff)
	}
	if play(7) == play(8) {
		t.Error("another seed gives the same bytes")
	}
}
