package control_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver"
)

func asJSON(t *testing.T, v any) string {
	t.Helper()
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// TestFixturesAreGiven sends what a snapshot was exported as, and exports it again.
func TestFixturesAreGiven(t *testing.T) {
	t.Parallel()
	p := newPlane(t, mockserver.Config{})
	p.want(201, "POST", "/institutions", `{"name":"origin","clock":{"mode":"frozen"},"settings":{"second-cancel":"conflict"}}`)
	p.want(201, "POST", "/institutions/origin/snapshots", `{"name":"s"}`)
	exported := p.call("GET", "/snapshots/s/fixtures", "").Body.String()
	made := p.want(201, "POST", "/institutions", asJSON(t, map[string]any{"fixtures": exported, "name": "fresh"}))
	if made["name"] != "fresh" || made["from"] != "given fixture origin" || made["assessments"] != 25.0 {
		t.Errorf("with a new key: got %v", made)
	}
	if w := p.call("POST", "/institutions", asJSON(t, map[string]any{"fixtures": exported, "keep": true})); w.Code != http.StatusConflict {
		t.Errorf("to keep what is taken: got %d %s, want 409", w.Code, w.Body)
	}
	p.want(204, "DELETE", "/institutions/origin", "")
	p.want(201, "POST", "/institutions", asJSON(t, map[string]any{"fixtures": exported, "keep": true}))
	if diff := cmp.Diff(exported, p.call("GET", "/institutions/origin/fixtures", "").Body.String()); diff != "" {
		t.Errorf("exported again (-first +second):\n%s", diff)
	}
	p.want(200, "POST", "/institutions/origin/reset", "")
}

// TestGivenFixturesAreRefusedWithTheirLines sends what is wrong, and what is large.
func TestGivenFixturesAreRefusedWithTheirLines(t *testing.T) {
	t.Parallel()
	p := newPlane(t, mockserver.Config{})
	large := strings.Repeat("\t", 8<<20) // JSON makes it twice as long
	tests := []struct {
		name string
		body map[string]any
		want string
	}{
		{"wrong", map[string]any{"fixtures": "institutions:\n  - id: x\n    name: ''\n", "fixtures_name": "mine.yaml"}, `mine.yaml:2: institution: invalid UUID \"x\"; write it like 497f6eca-6276-4993-bfeb-53cbbbba6f08\nmine.yaml:3: institution: name`},
		{"as large as may be", map[string]any{"fixtures": large}, "fixtures: empty file"},
		{"a byte larger", map[string]any{"fixtures": large + " "}, "fixtures: 8388609 bytes; the limit is 8388608"},
		{"an object", map[string]any{"fixtures": map[string]any{}}, "body /fixtures"},
		{"nothing", map[string]any{"fixtures": ""}, "body /fixtures"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if w := p.call("POST", "/institutions", asJSON(t, tt.body)); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("got %d %.400s, want 400 with %q", w.Code, w.Body, tt.want)
			}
		})
	}
}

// TestInstitutionWithoutKeys creates one that only the control plane reaches.
func TestInstitutionWithoutKeys(t *testing.T) {
	t.Parallel()
	const bare = "institutions: [{id: 11111111-1111-4111-8111-111111111111, name: Bare, starting_status: 22222222-2222-4222-8222-222222222222}]"
	p := newPlane(t, mockserver.Config{Fixtures: []byte(bare)})
	p.want(200, "GET", "/institutions", "")
	p.want(200, "GET", "/institutions/Bare/catalogue", "")
	p.want(200, "GET", "/institutions/Bare/assessments", "")
	p.want(409, "POST", "/institutions/Bare/assessments", "{}")
	p.want(200, "POST", "/institutions/Bare/clock/advance", "{}")
	p.want(201, "POST", "/institutions/Bare/snapshots", `{"name":"s"}`)
	p.want(200, "GET", "/diff?a=s&b=Bare", "")
	p.want(204, "DELETE", "/institutions/Bare", "")
	if got := p.want(201, "POST", "/institutions", asJSON(t, map[string]any{"fixtures": bare, "keep": true})); len(got["keys"].([]any)) != 0 {
		t.Errorf("created: got the keys %v, want none", got["keys"])
	}
	if got := p.want(201, "POST", "/institutions", `{"snapshot":"s"}`); len(got["keys"].([]any)) != 1 {
		t.Errorf("a fork: got the keys %v, want one of its own", got["keys"])
	}
}
