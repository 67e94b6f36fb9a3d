package mockserver_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/assay/mockserver"
)

// post sends a body over a connection of its own.
func post(t *testing.T, address, path, body string) answer {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	raw := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\napikey: API_KEY\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	answers := sendRaw(t, conn, raw, http.MethodPost)
	if len(answers) != 1 {
		t.Fatalf("%d responses to %.100s, want 1", len(answers), body)
	}
	return answers[0]
}

// goWords returns parts of the texts of Go's own packages.
func goWords() []string {
	return []string{"looking for", "unexpected end", "json:", "json.", "Go value", "Go struct", "strconv", "invalid character", "invalid syntax", "unexpected EOF", "net/http", "math/big"}
}

// TestBodiesThatAreNotReadAlike sends JSON that readers of JSON disagree about, and
// JSON that is none. The refusal names it, in the words of the mock.
func TestBodiesThatAreNotReadAlike(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{ControlAddr: "127.0.0.1:0"})
	pair := func(member string) string { return strings.Replace(newAssessment, "{", "{"+member+",", 1) }
	digits := strings.Repeat("9", 900_000)
	tests := []struct{ name, body, want string }{
		{"name twice", pair(`"template_id":"x"`), `the name "template_id" twice in one object`},
		{"name twice, once escaped", pair(`"templ\u0061te_id":"x"`), `the name "template_id" twice in one object`},
		{"name twice, deeper", pair(`"a":[0,{"b":1,"b":1}]`), `the name "b" twice in one object at "/a/1"`},
		{"half a character", pair(`"a":"\ud800"`), `half of a surrogate pair, \ud800`},
		{"cut", `{"entity_id"`, "incomplete JSON (byte 12)"},
		{"a word", `{"entity_id":nope}`, `invalid JSON at "o" (byte 14)`},
		{"no quotes", `{entity_id:1}`, "put the body in single quotes"},
		{"two values", "{} {}", "more after the value (byte 3)"},
		{"deep", strings.Repeat("[", 101) + strings.Repeat("]", 101), "nested deeper than 100 levels"},
		{"long number", pair(`"a":` + digits), "number out of range, 9999"},
		{"long number for an ID", `{"entity_id":` + digits + `}`, "number out of range, 9999"},
		{"long name twice", pair(`"` + digits[:400_000] + `":1,"` + digits[:400_000] + `":1`), "twice in one object"},
		{"long string", `{"entity_id":"` + digits + `"}`, "bytes more"},
		{"long word", digits + "x", "more after the value"},
		{"minus", "-", "incomplete JSON"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for address, path := range map[string]string{s.Addr().String(): "/v5/assessments", strings.TrimPrefix(s.ControlURL(), "http://"): "/control/v1/institutions/API_KEY/assessments"} {
				got := post(t, address, path, tt.body)
				text := strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(got.body)
				if got.status != http.StatusBadRequest || !strings.Contains(text, tt.want) && tt.name != "long string" || len(text) > 2000 {
					t.Errorf("%s: got %d %.2000s, want 400 that says %q", path, got.status, text, tt.want)
				}
				for _, word := range goWords() {
					if strings.Contains(text, word) {
						t.Errorf("%s: got %q in %.500s", path, word, text)
					}
				}
			}
		})
	}
}

// TestControlPlaneHasItsOwnWords asks for values that no type of Go holds.
func TestControlPlaneHasItsOwnWords(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	plane, err := s.ControlHandler()
	if err != nil {
		t.Fatal(err)
	}
	const journal, faults = "/control/v1/institutions/API_KEY/journal", "/control/v1/institutions/API_KEY/faults"
	for _, tt := range []struct{ method, path, body string }{
		{"GET", journal + "?limit=x", ""}, {"GET", journal + "?after=1e3", ""}, {"GET", journal + "?refused=maybe", ""}, {"GET", journal + "?limit=5%zz", ""},
		{"GET", journal + "?after=%2B5", ""}, {"GET", journal + "?after=99999999999999999999999", ""}, {"GET", journal + "?since=yesterday", ""},
		{"POST", faults, `{"fault":"delay","limit":1e30}`}, {"POST", faults, `{"fault":"delay","delay":{"fixed":"abc"}}`},
		{"POST", faults, `{"fault":"delay","delay":{"sigma":1e400}}`}, {"POST", faults, `{"fault":"answer","status":500.5}`}, {"POST", faults, ``},
	} {
		r := request(tt.method, "/", "", tt.body)
		r.Header.Set("Content-Type", "application/json")
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(tt.path, "?")
		w := serve(plane, r)
		if w.Code != http.StatusBadRequest {
			t.Errorf("%s %s: got %d %s, want 400", tt.path, tt.body, w.Code, w.Body)
		}
		for _, word := range goWords() {
			if strings.Contains(w.Body.String(), word) {
				t.Errorf("%s %s: got %q in %s", tt.path, tt.body, word, w.Body)
			}
		}
	}
}

// TestADuplicateIsFoundAnywhere puts the same name twice into an object of any JSON.
func TestADuplicateIsFoundAnywhere(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-zA-Z0-9_é-]{0,8}`).Draw(t, "name")
		inner := fmt.Sprintf(`{%q:1,%q:%s}`, name, name, rapid.SampledFrom([]string{"1", "null", "{}", `"x"`}).Draw(t, "value"))
		for range rapid.IntRange(0, 5).Draw(t, "depth") {
			inner = fmt.Sprintf(rapid.SampledFrom([]string{"[%s]", `{"a":%s}`, `[1,{"b":%s}]`}).Draw(t, "around"), inner)
		}
		r := request(http.MethodPost, "/v5/assessments", "API_KEY", inner)
		w := serve(s, r)
		if want := fmt.Sprintf("the name %q twice", name); w.Code != http.StatusBadRequest || !strings.Contains(strings.ReplaceAll(w.Body.String(), `\"`, `"`), want) {
			t.Errorf("%s: got %d %s, want 400 that says %s", inner, w.Code, w.Body, want)
		}
	})
}
