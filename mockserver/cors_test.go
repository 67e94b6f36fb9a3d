package mockserver_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"example.com/assay/mockserver"
)

// preflight is the question of a browser whose page wants to send a request.
func preflight(origin, method, headers string) *http.Request {
	r := request(http.MethodOptions, guideAssessment+"/cancel-workflow", "", "")
	r.Header.Set("Origin", origin)
	r.Header.Set("Access-Control-Request-Method", method)
	r.Header.Set("Access-Control-Request-Headers", headers)
	return r
}

// TestPreflightsThatFailTeach asks the log and the journal for the reason, and
// for the flag that would help.
func TestPreflightsThatFailTeach(t *testing.T) {
	t.Parallel()
	const local = "http://localhost:5173"
	tests := []struct {
		name, origin, method, headers string
		cfg                           mockserver.Config
		want                          string // empty: it does not fail
	}{
		{"allowed", local, "POST", "apikey,content-type,prefer", mockserver.Config{}, ""},
		{"origin", "https://app.example.com", "POST", "apikey", mockserver.Config{}, "--cors-origin https://app.example.com allows it"},
		{"a file", "null", "POST", "apikey", mockserver.Config{}, "--cors-origin null allows it"},
		{"header", local, "POST", "apikey, X-Trace-Id", mockserver.Config{}, "--cors-header x-trace-id allows it"},
		{"header by flag", local, "POST", "apikey, x-trace-id", mockserver.Config{CORSHeaders: []string{"X-Trace-Id"}}, ""},
		{"prefer off", local, "POST", "prefer", mockserver.Config{NoPrefer: true}, `the header "prefer" is not allowed`},
		{"method", local, "DELETE", "apikey", mockserver.Config{}, `the method "DELETE" is not allowed`},
		{"strict", local, "POST", "apikey", mockserver.Config{CORSStrict: true}, "because of --cors strict; proxy the calls through your server, or drop the flag"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			tt.cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
			s := newServer(t, tt.cfg)
			id := serve(s, preflight(tt.origin, tt.method, tt.headers)).Header().Get("X-Request-Id")
			refused := true
			found := s.Strays(mockserver.ExchangeFilter{ID: id, Refused: &refused}, 0)
			if tt.want == "" {
				if log.Len() > 0 || found.Count != 0 {
					t.Errorf("got %s, %+v, want no complaint", &log, found)
				}
				return
			}
			plain := strings.ReplaceAll(log.String(), `\"`, `"`)
			if found.Count != 1 || !strings.Contains(found.Entries[0].Problem+strings.Join(found.Entries[0].Notes, ""), tt.want) || !strings.Contains(plain, tt.want) {
				t.Errorf("got the log %s\nand the journal %+v\nwant both to say %q", plain, found.Entries, tt.want)
			}
		})
	}
}

// TestStrictCORS is an API that knows nothing of browsers.
func TestStrictCORS(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{CORSStrict: true})
	w := serve(s, preflight("http://localhost:5173", "POST", "apikey"))
	if w.Code != http.StatusUnauthorized {
		t.Errorf("a preflight: got %d, want 401", w.Code)
	}
	r := request(http.MethodGet, guideAssessment, "API_KEY", "")
	r.Header.Set("Origin", "http://localhost:5173")
	w = serve(s, r)
	for name := range w.Header() {
		if strings.HasPrefix(name, "Access-Control-") || name == "Vary" {
			t.Errorf("got the header %s, want nothing for browsers", name)
		}
	}
	in, err := s.Institution("API_KEY")
	if err != nil {
		t.Fatal(err)
	}
	if e := in.Journal(mockserver.ExchangeFilter{}, 1).Entries[0]; len(e.Notes) != 1 || !strings.Contains(e.Notes[0], "hides the response") {
		t.Errorf("the journal: got %+v, want a note", e)
	}
}

func TestCORSThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, cfg := range []mockserver.Config{
		{CORSStrict: true, CORSOrigins: []string{"http://localhost"}},
		{CORSHeaders: []string{"a b"}},
		{CORSHeaders: []string{""}},
		{CORSHeaders: []string{"*"}},
		{CORSCredentials: true},
		{CORSCredentials: true, CORSOrigins: []string{}},
		{CORSCredentials: true, CORSOrigins: []string{"http://localhost:*"}},
		{CORSOrigins: []string{"*"}},
		{CORSOrigins: []string{"app.example.com"}},
		{CORSOrigins: []string{"https://app.example.com/path"}},
		{CORSOrigins: []string{"https://app.example.com:0"}},
		{CORSOrigins: []string{"https://app.example.com:99999"}},
		{CORSOrigins: []string{"https://app.example.com:"}},
		{CORSOrigins: []string{"https://*example.com"}},
		{CORSOrigins: []string{"https://a.*.example.com"}},
		{CORSOrigins: []string{"https://user@app.example.com"}},
		{CORSOrigins: []string{"https://"}},
		{CORSOrigins: []string{"capacitor://*"}},
		{CORSOrigins: []string{"https://a_b.example.com%20"}},
	} {
		if _, err := mockserver.New(cfg); err == nil || !strings.Contains(err.Error(), "CORS") {
			t.Errorf("%+v: got %v, want an error about CORS", cfg, err)
		}
	}
}

// TestOriginsAreThoseOfBrowsers compares origins as people write them with origins as
// browsers send them.
func TestOriginsAreThoseOfBrowsers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		given, sent string
		want        bool
	}{
		{"https://app.example.com:443", "https://app.example.com", true},
		{"http://APP.example.com:80/", "http://app.example.com", true},
		{"https://app.example.com:80", "https://app.example.com", false},
		{"https://app.example.com:80", "https://app.example.com:80", true},
		{"https://münchen.example", "https://xn--mnchen-3ya.example", true},
		{"http://*.example.com", "http://a.b.example.com", true},
		{"http://*.example.com", "http://example.com", false},
		{"http://*.example.com:*", "http://a.example.com:8080", true},
		{"http://[::1]:5173", "http://[::1]:5173", true},
		{"null", "null", true},
		{"https://app.example.com", "null", false},
		{"capacitor://localhost", "capacitor://localhost", true},
		{"capacitor://localhost", "http://localhost", false},
		{"chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop", true},
		{"file://", "file://", true},
		{"https://app.example.com", "https://app.example.com.evil.example", false},
		{"https://app.example.com", "https://app.example.com/x", false},
	} {
		s := newServer(t, mockserver.Config{CORSOrigins: []string{tt.given}})
		if got := serve(s, preflight(tt.sent, "POST", "apikey")).Header().Get("Access-Control-Allow-Origin"); (got == tt.sent) != tt.want {
			t.Errorf("%s for a page of %s: got %q, want allowed: %t", tt.given, tt.sent, got, tt.want)
		}
	}
}

// TestPagesMaySendCookies allows credentials, and says how where a page tries.
func TestPagesMaySendCookies(t *testing.T) {
	t.Parallel()
	const origin = "https://app.example.com"
	for _, allowed := range []bool{true, false} {
		s := newServer(t, mockserver.Config{CORSOrigins: []string{origin}, CORSCredentials: allowed})
		r := request(http.MethodGet, guideAssessment, "API_KEY", "")
		r.Header.Set("Origin", origin)
		r.Header.Set("Cookie", "a=b")
		got := serve(s, r).Header().Get("Access-Control-Allow-Credentials")
		preflighted := serve(s, preflight(origin, "POST", "apikey")).Header().Get("Access-Control-Allow-Credentials")
		if (got == "true") != allowed || preflighted != got {
			t.Errorf("allowed %t: got %q and %q", allowed, got, preflighted)
		}
		in, err := s.Institution("API_KEY")
		if err != nil {
			t.Fatal(err)
		}
		if notes := in.Journal(mockserver.ExchangeFilter{}, 1).Entries[0].Notes; (len(notes) == 0) != allowed || !allowed && !strings.Contains(notes[0], "--cors-credentials") {
			t.Errorf("allowed %t: got the notes %q", allowed, notes)
		}
	}
}

// TestErrorsTeach sends what people get wrong, and then the command that the
// answer proposes.
func TestErrorsTeach(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Settings: map[string]string{"unknown-query": "reject", "malformed-id": "bad-request", "cancel-body": "reject"}})
	const entity, template = "8161163a-f227-466f-bc01-090a01e80165", "c6d67e98-83ea-49f0-8812-e4abae2b68bc"
	tests := []struct {
		name, method, path, body string
		want                     []string
	}{
		{"camel case", "POST", "/v5/assessments", `{"entityId":"` + entity + `","template_id":"` + template + `"}`, []string{
			`"hint":"did you mean \"entity_id\" by \"entityId\"?"`, `"contract":"/components/schemas/NewAssessment`, `--data-raw '{\"entity_id\":`,
		}},
		{"not JSON", "POST", "/v5/assessments", `{`, []string{`"contract":"/paths/~1assessments/post/requestBody"`, "curl -i -X POST http://127.0.0.1:8080/v5/assessments"}},
		{"query", "GET", "/v5/assessments?limt=3", "", []string{`did you mean \"limit\"?`, "'http://127.0.0.1:8080/v5/assessments?limit=3'"}},
		{"value", "GET", "/v5/assessments?limit=0&offset=2", "", []string{`"contract":"/components/parameters/Limit"`, "'http://127.0.0.1:8080/v5/assessments?offset=2'"}},
		{"ID", "GET", "/v5/assessments/12", "", []string{`"in":"path"`, "curl -i http://127.0.0.1:8080/v5/assessments/"}},
		{"path", "POST", "/v5/assessments/" + guideID + "/cancel", "", []string{"cancel-workflow", "curl -i -X POST http://127.0.0.1:8080" + guideAssessment + "/cancel-workflow"}},
		{"base path", "GET", "/assessments", "", []string{`did you mean \"/v5/assessments\"?`}},
		{"slash", "GET", "/v5/entities/", "", []string{`did you mean \"/v5/entities\"?`}},
		{"method", "GET", guideAssessment + "/cancel-workflow", "", []string{"curl -i -X POST http://127.0.0.1:8080" + guideAssessment + "/cancel-workflow"}},
		{"a body for cancel", "POST", guideAssessment + "/cancel-workflow", `{"reason":"x"}`, []string{`"expected":"no body"`, "cancel-workflow -H"}},
	}
	for _, tt := range tests {
		w := do(s, tt.method, tt.path, tt.body)
		text := strings.NewReplacer(`\u0026`, "&", `\u003c`, "<").Replace(w.Body.String())
		for _, want := range append(tt.want, `$ASSAY_APIKEY`) {
			if !strings.Contains(text, want) {
				t.Errorf("%s: got %d %s\nwant %s in it", tt.name, w.Code, text, want)
			}
		}
		if strings.Contains(text, "API_KEY\"}") || strings.Contains(text, "apikey: API_KEY") {
			t.Errorf("%s: got %s, want no key in it", tt.name, text)
		}
	}
}

// TestWhatIsFarFromEverythingHasNoHint does not guess wildly.
func TestWhatIsFarFromEverythingHasNoHint(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for _, path := range []string{"/v5/customers", "/v5/", "/", "/v5/assessments/a/b/c/d", "/v5/" + strings.Repeat("x", 5000)} {
		if w := do(s, http.MethodGet, path, ""); strings.Contains(w.Body.String(), "did you mean") || strings.Contains(w.Body.String(), "try") {
			t.Errorf("%s: got %s, want no guess", path, w.Body)
		}
	}
}
