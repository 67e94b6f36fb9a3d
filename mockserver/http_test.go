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

func TestKeysAreAskedForFirst(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	good := []struct{ method, path, body string }{
		{http.MethodGet, "/v5/assessments", ""},
		{http.MethodPost, "/v5/assessments", "{"},
		{http.MethodGet, "/v5/assessments/templates", ""},
		{http.MethodGet, "/v5/entities?limit=x", ""},
		{http.MethodGet, guideAssessment, ""},
		{http.MethodGet, "/v5/assessments/nonsense", ""},
		{http.MethodPost, guideAssessment + "/cancel-workflow", strings.Repeat("x", 2<<20)},
		{http.MethodGet, "/v5/assessments/outcomes/" + guideID, ""},
		{http.MethodGet, "/v5/outcomes/" + guideID, ""},
		{http.MethodDelete, guideAssessment, ""},
		{http.MethodOptions, guideAssessment, ""},
		{http.MethodHead, guideAssessment, ""},
		{http.MethodGet, "/v5/nothing", ""},
		{http.MethodGet, "/v5", ""},
	}
	keys := map[string][]string{
		"missing":  nil,
		"empty":    {""},
		"unknown":  {"api_key"},
		"revoked":  {"REVOKED_API_KEY"},
		"two":      {"API_KEY", "OTHER_API_KEY"},
		"region":   {"US_API_KEY"},
		"denied":   {"DENIED_API_KEY"},
		"spaces":   {" API_KEY"},
		"too long": {strings.Repeat("A", 60_000)},
	}
	for name, values := range keys {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, g := range good {
				r := request(g.method, g.path, "", g.body)
				r.Header["Apikey"] = values
				w := serve(s, r)
				if w.Code != http.StatusUnauthorized || w.Header().Get("Allow") != "" {
					t.Errorf("%s %s: got %d %v, want 401", g.method, g.path, w.Code, w.Header())
				}
			}
		})
	}
	twice := request(http.MethodGet, guideAssessment, "API_KEY", "")
	twice.Header.Add("apikey", "API_KEY")
	if w := serve(s, twice); w.Code != http.StatusOK {
		t.Errorf("the same key twice: got %d, want 200", w.Code)
	}
	if got := get(t, s, guideID); got.State != "Active" {
		t.Errorf("after refused cancels: got %s, want Active", got.State)
	}
}

func TestRouting(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	tests := []struct {
		method, path, body string
		want               int
		allow              string
	}{
		{http.MethodGet, guideAssessment, "", 200, ""},
		{http.MethodHead, guideAssessment, "", 200, ""},
		{http.MethodGet, strings.ToUpper(guideAssessment[len("/v5/assessments/"):]), "", 404, ""},
		{http.MethodGet, "/v5/assessments/" + strings.ToUpper(guideID), "", 200, ""},
		{http.MethodGet, "/v5/assessments/%34" + guideID[1:], "", 200, ""},
		{http.MethodGet, guideAssessment + "/", "", 404, ""},
		{http.MethodGet, "/v5/assessments/", "", 404, ""},
		{http.MethodGet, "/v5/assessments/a%2Fb", "", 404, ""},
		{http.MethodGet, "/v5//assessments", "", 404, ""},
		{http.MethodGet, "/V5/assessments", "", 404, ""},
		{http.MethodGet, "/assessments", "", 404, ""},
		{http.MethodGet, "/", "", 404, ""},
		{http.MethodGet, "/v5/outcomes/" + guideID, "", 404, ""},
		{http.MethodGet, "/healthz", "", 200, ""},
		{http.MethodDelete, guideAssessment, "", 405, "GET, HEAD, OPTIONS"},
		{http.MethodGet, guideAssessment + "/cancel-workflow", "", 405, "OPTIONS, POST"},
		{http.MethodPut, "/v5/assessments", "", 405, "GET, HEAD, OPTIONS, POST"},
		{http.MethodPost, "/v5/assessments/templates", "{}", 405, "GET, HEAD, OPTIONS"},
		{"BREW", "/v5/entities", "", 405, "GET, HEAD, OPTIONS"},
		{http.MethodOptions, "/v5/assessments", "", 204, "GET, HEAD, OPTIONS, POST"},
		{http.MethodPost, "/v5/assessments", "{}", 400, ""},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			t.Parallel()
			r := request(tt.method, "/", "API_KEY", tt.body)
			if err := setPath(r, tt.path); err != nil {
				t.Fatalf("a request for the path: %v", err)
			}
			w := serve(s, r)
			if got := w.Header().Get("Allow"); w.Code != tt.want || got != tt.allow {
				t.Errorf("got %d, Allow %q, body %s; want %d, %q", w.Code, got, w.Body, tt.want, tt.allow)
			}
		})
	}
}

func setPath(r *http.Request, path string) error {
	u, err := r.URL.Parse("http://x" + strings.ReplaceAll("/"+strings.TrimPrefix(path, "/"), " ", "%20"))
	if err == nil {
		u.Scheme, u.Host = "", ""
		r.URL = u
	}
	return err
}

func TestBodies(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	good := `{"entity_id":"` + guideEntity + `","template_id":"` + guideTemplate + `"}`
	tests := []struct {
		name, media, body string
		want              int
		says              string
	}{
		{"the guide's", "application/json", good, 201, ""},
		{"the guide's, its quotes eaten by a shell", "application/json", strings.ReplaceAll(good, `"`, ""), 400, "single quotes"},
		{"in capitals", "application/json", strings.ToUpper(good[:14]) + good[14:], 400, "entity_id"},
		{"more than asked for", "application/json", strings.Replace(good, "{", `{"ENTITY_ID":"x",`, 1), 201, ""},
		{"no entity", "application/json", strings.Replace(good, guideEntity, guideTemplate, 1), 422, "GET /entities"},
		{"no template", "application/json", strings.Replace(good, guideTemplate, guideEntity, 1), 422, "GET /assessments/templates"},
		{"text", "text/plain", good, 415, "application/json"},
		{"no media type", "", good, 415, "application/json"},
		{"empty", "application/json", "", 400, "an empty body"},
		{"both missing", "application/json", "{}", 400, "template_id"},
		{"the largest", "application/json", good + strings.Repeat(" ", 1<<20-len(good)), 201, ""},
		{"a byte more", "application/json", good + strings.Repeat(" ", 1<<20-len(good)+1), 413, "1048576"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, chunked := range []bool{false, true} {
				r := request(http.MethodPost, "/v5/assessments", "API_KEY", tt.body)
				r.Header.Set("Content-Type", tt.media)
				if chunked {
					r.ContentLength = -1
				}
				w := serve(s, r)
				if w.Code != tt.want || !strings.Contains(w.Body.String(), tt.says) {
					t.Errorf("chunked %v: got %d %s, want %d that says %q", chunked, w.Code, w.Body, tt.want, tt.says)
				}
			}
		})
	}
}

// TestUnknownPartsAreAllNamed: a create that names an entity and a template that
// are not there hears of both, with a command that would have worked.
func TestUnknownPartsAreAllNamed(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	const nothing = "00000000-0000-4000-8000-000000000000"
	r := request(http.MethodPost, "/v5/assessments", "API_KEY", `{"entity_id":"`+nothing+`","template_id":"`+nothing+`"}`)
	r.Header.Set("Content-Type", "application/json")
	w := serve(s, r)
	var problem struct {
		Status int
		Errors []struct{ In, Pointer, Expected, Got, Contract string }
		Try    string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || problem.Status != http.StatusUnprocessableEntity {
		t.Fatalf("got %d %s, want a problem of status 422", w.Code, w.Body)
	}
	const properties = "/components/schemas/NewAssessment/properties/"
	want := []struct{ In, Pointer, Expected, Got, Contract string }{
		{"body", "/entity_id", "the ID of a known entity, as GET /entities lists them", nothing, properties + "entity_id"},
		{"body", "/template_id", "the ID of a known template, as GET /assessments/templates lists them", nothing, properties + "template_id"},
	}
	if diff := cmp.Diff(want, problem.Errors); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if strings.Contains(problem.Try, nothing) || !strings.Contains(problem.Try, "entity_id") {
		t.Errorf("a command that would have worked: got %q, want one with other IDs", problem.Try)
	}
}

// TestRepeatedParametersAreNamedInOrder: the same request gets the same answer to
// the byte.
func TestRepeatedParametersAreNamedInOrder(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for range 20 {
		w := serve(s, request(http.MethodGet, "/v5/assessments?limit=1&offset=1&offset=2&limit=2", "API_KEY", ""))
		limit, offset := strings.Index(w.Body.String(), `"parameter":"limit"`), strings.Index(w.Body.String(), `"parameter":"offset"`)
		if w.Code != http.StatusBadRequest || limit < 0 || offset < limit {
			t.Fatalf("got %d %s, want 400 that names limit, and then offset", w.Code, w.Body)
		}
	}
}

// TestPagesMayCallEveryOperation sends the preflight of each operation.
func TestPagesMayCallEveryOperation(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for _, op := range openapi.Operations() {
		r := request(http.MethodOptions, openapi.BasePath+op.Path, "", "")
		r.Header.Set("Origin", "http://localhost:5173")
		r.Header.Set("Access-Control-Request-Method", op.Method)
		r.Header.Set("Access-Control-Request-Headers", strings.ToLower(strings.Join(append([]string{"apikey"}, op.Headers...), ",")))
		allowed := serve(s, r).Header()
		if !slices.Contains(strings.Split(allowed.Get("Access-Control-Allow-Methods"), ", "), op.Method) {
			t.Errorf("%s: got the methods %q, want %s", op.ID, allowed.Get("Access-Control-Allow-Methods"), op.Method)
		}
		for _, name := range op.Headers {
			if !slices.Contains(strings.Split(allowed.Get("Access-Control-Allow-Headers"), ", "), strings.ToLower(name)) {
				t.Errorf("%s: got the headers %q, want %s", op.ID, allowed.Get("Access-Control-Allow-Headers"), name)
			}
		}
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	tests := []struct {
		origin  string
		origins []string
		want    bool
	}{
		{"http://localhost:5173", nil, true},
		{"http://localhost", nil, true},
		{"https://127.0.0.1:8443", nil, true},
		{"http://[::1]:3000", nil, true},
		{"http://app.localhost:3000", nil, true},
		{"http://localhost.evil.example", nil, false},
		{"http://evillocalhost", nil, false},
		{"https://app.example.com", nil, false},
		{"null", nil, false},
		{"https://app.example.com", []string{"https://app.example.com"}, true},
		{"https://app.example.com:444", []string{"https://app.example.com"}, false},
		{"http://localhost:5173", []string{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.origin, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{CORSOrigins: tt.origins})
			preflight := request(http.MethodOptions, guideAssessment+"/cancel-workflow", "", "")
			preflight.Header.Set("Origin", tt.origin)
			preflight.Header.Set("Access-Control-Request-Method", http.MethodPost)
			preflight.Header.Set("Access-Control-Request-Headers", "apikey")
			actual := request(http.MethodGet, guideAssessment, "API_KEY", "")
			actual.Header.Set("Origin", tt.origin)
			for name, w := range map[string]http.Header{"preflight": serve(s, preflight).Header(), "actual": serve(s, actual).Header()} {
				allowed := w.Get("Access-Control-Allow-Origin")
				if (allowed == tt.origin) != tt.want || (allowed != "" && allowed != tt.origin) {
					t.Errorf("%s: got origin %q allowed, want it: %v", name, allowed, tt.want)
				}
				if w.Get("Access-Control-Allow-Credentials") != "" || !strings.Contains(w.Get("Vary"), "Origin") {
					t.Errorf("%s: got %v, want no credentials and Vary: Origin", name, w)
				}
			}
			if w := serve(s, preflight); w.Code != http.StatusNoContent || strings.Contains(w.Header().Get("Access-Control-Allow-Headers"), "apikey") != tt.want {
				t.Errorf("preflight: got %d %v", w.Code, w.Header())
			}
		})
	}
}

func TestConfigurationThatIsWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		cfg  mockserver.Config
		want string
	}{
		{"setting", mockserver.Config{Settings: map[string]string{"second-cancle": "conflict"}}, `did you mean "second-cancel"?`},
		{"value", mockserver.Config{Settings: map[string]string{"list-order": "newest"}}, "use one of newest-first, oldest-first, shuffled"},
		{"duration", mockserver.Config{Settings: map[string]string{"cancel-visibility": "-1s"}}, "such as 750ms"},
		{"origin", mockserver.Config{CORSOrigins: []string{"*"}}, "https://app.example.com"},
		{"fixtures", mockserver.Config{Fixtures: []byte("institution: []"), FixturesName: "f.yaml"}, "f.yaml:1: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if s, err := mockserver.New(tt.cfg); err == nil || !strings.Contains(err.Error(), tt.want) || s != nil {
				t.Errorf("got %v, %v, want an error that says %q", s, err, tt.want)
			}
		})
	}
}
