package control_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"example.com/assay/mockserver"
	"example.com/assay/mockserver/internal/control"
	"example.com/assay/openapi"
)

const guideID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"

// plane is the control plane of a mock.
type plane struct {
	t *testing.T
	http.Handler
}

func newPlane(t *testing.T, cfg mockserver.Config) plane {
	t.Helper()
	s, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.ControlHandler()
	if err != nil {
		t.Fatal(err)
	}
	return plane{t, h}
}

// call sends a request as the tools of this machine do, unless the headers, in
// pairs, say otherwise. An empty value leaves a header out.
func (p plane) call(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	p.t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, control.BasePath+path, reader)
	r.Host = "127.0.0.1:8081"
	if method != http.MethodGet {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		switch name, value := headers[i], headers[i+1]; {
		case name == "Host":
			r.Host = value
		case value == "":
			r.Header.Del(name)
		default:
			r.Header.Set(name, value)
		}
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w
}

// callURL sends a request without a body to a URL as it is.
func (p plane) callURL(method string, u *url.URL) *httptest.ResponseRecorder {
	r := &http.Request{Method: method, URL: u, Host: "127.0.0.1:8081", Header: http.Header{}, Body: http.NoBody, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r.WithContext(p.t.Context()))
	return w
}

// want sends a request, checks the status, and returns the JSON of the answer.
func (p plane) want(status int, method, path, body string) map[string]any {
	p.t.Helper()
	w := p.call(method, path, body)
	if w.Code != status {
		p.t.Fatalf("%s %s: got %d %s, want %d", method, path, w.Code, w.Body, status)
	}
	p.keeps(method, path, w)
	var object map[string]any
	if w.Body.Len() > 0 && strings.HasPrefix(w.Body.String(), "{") {
		if err := json.Unmarshal(w.Body.Bytes(), &object); err != nil {
			p.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return object
}

// keeps fails if a response violates the document.
func (p plane) keeps(method, path string, w *httptest.ResponseRecorder) {
	p.t.Helper()
	doc, err := control.Load()
	if err != nil {
		p.t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		p.t.Fatal(err)
	}
	asked := httptest.NewRequest(method, control.BasePath+path, nil)
	asked.URL = &url.URL{Path: asked.URL.Path, RawQuery: asked.URL.RawQuery}
	route, params, err := router.FindRoute(asked)
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, path, err)
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: asked, PathParams: params, Route: route},
		Status:                 w.Code, Header: w.Header(), Body: io.NopCloser(strings.NewReader(w.Body.String())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: !strings.Contains(w.Header().Get("Content-Type"), "json"), SchemaValidationOptions: doc.GetSchemaValidationOptions()},
	})
	if err != nil {
		p.t.Errorf("%s %s: the answer breaks the document: %v", method, path, err)
	}
}

// TestEveryOperation calls every operation.
func TestEveryOperation(t *testing.T) {
	t.Parallel()
	p := newPlane(t, mockserver.Config{Seed: 3, Version: "1.2.3"})
	if got := p.want(200, "GET", "/server", ""); got["version"] != "1.2.3" || got["seed"] != "3" {
		t.Errorf("server: got %v", got)
	}
	p.want(200, "GET", "/freedoms", "")
	p.want(200, "GET", "/institutions", "")
	made := p.want(201, "POST", "/institutions", `{"name":"w 1","clock":{"mode":"frozen","at":"2030-01-01T00:00:00Z"},"settings":{"second-cancel":"conflict"}}`)
	if made["name"] != "w 1" || made["assessments"] != 25.0 {
		t.Errorf("created: got %v", made)
	}
	const in = "/institutions/w%201"
	p.want(200, "GET", in, "")
	p.want(200, "GET", in+"/catalogue", "")
	p.want(200, "GET", in+"/fixtures", "")
	if got := p.want(200, "GET", in+"/assessments?state=Active&text=kestrel&limit=2", ""); len(got["results"].([]any)) != 2 {
		t.Errorf("found: got %v", got)
	}
	id := p.want(201, "POST", in+"/assessments", `{"state":"error","error":{"message":"M","details":[1]}}`)["id"].(string)
	p.want(200, "GET", in+"/assessments/"+id, "")
	p.want(200, "POST", in+"/assessments/"+id+"/finish", "")
	p.want(200, "POST", in+"/assessments/"+id+"/force-error", `{"type":"T"}`)
	p.want(200, "POST", in+"/assessments/"+id+"/cancel", "")
	p.want(409, "POST", in+"/assessments/"+id+"/cancel", "")
	p.want(200, "GET", in+"/clock", "")
	p.want(200, "POST", in+"/clock/advance", `{"by":"3s"}`)
	p.want(200, "POST", in+"/clock/advance", `{}`)
	p.want(200, "POST", in+"/clock/run", "")
	p.want(200, "POST", in+"/clock/freeze", "")
	p.want(200, "GET", in+"/settings", "")
	p.want(200, "PATCH", in+"/settings", `{"values":{"list-shape":"array"},"awkward":true}`)
	p.want(200, "DELETE", in+"/settings", "")
	p.want(201, "POST", in+"/snapshots", `{"name":"s1"}`)
	p.want(200, "GET", "/snapshots", "")
	p.want(200, "GET", "/snapshots/s1", "")
	p.want(200, "GET", "/snapshots/s1/fixtures", "")
	p.want(200, "GET", "/diff?a=s1&b=w%201", "")
	p.want(200, "POST", in+"/restore", `{"snapshot":"s1"}`)
	p.want(200, "POST", in+"/reset", "")
	p.want(204, "DELETE", "/snapshots/s1", "")
	p.want(204, "DELETE", in, "")
	p.want(404, "GET", in, "")
	if w := p.call("GET", "/openapi.yaml", ""); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "openapi: 3.0.3") {
		t.Errorf("document: got %d %.40s", w.Code, w.Body)
	}
	for path, server := range map[string]string{"/openapi.json": "http://127.0.0.1:8081/control/v1", "/contract.yaml": "", "/contract.json": ""} {
		w := p.call("GET", path, "")
		doc, err := openapi.Parse(path, w.Body.Bytes())
		if err != nil || server != "" && doc.Servers[0].URL != server {
			t.Errorf("%s: got %d %.200s, %v, want a document of %s", path, w.Code, w.Body, err, server)
			continue
		}
		if doc.Paths.Value("/outcomes/{outcome_id}") != nil {
			t.Errorf("%s: got both paths of an outcome, want the served one", path)
		}
	}
}

// TestInvalidRequestsAreRefused sends requests that violate the document.
func TestInvalidRequestsAreRefused(t *testing.T) {
	t.Parallel()
	p := newPlane(t, mockserver.Config{})
	const in = "/institutions/API_KEY"
	tests := []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"an unknown field", "POST", "/institutions", `{"nickname":"x"}`, 400, "nickname"},
		{"a field of another type", "POST", "/institutions", `{"awkward":"yes"}`, 400, "/awkward"},
		{"no body", "POST", "/institutions", ``, 400, "body"},
		{"no JSON", "POST", "/institutions", `{`, 400, "body"},
		{"a long name", "POST", "/institutions", `{"name":"` + strings.Repeat("x", 65) + `"}`, 400, "/name"},
		{"a large body", "POST", in + "/restore", `{"snapshot":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "1048576"},
		{"a body larger than fixtures are", "POST", "/institutions", `{"name":"` + strings.Repeat("x", 17<<20) + `"}`, 413, "17825792"},
		{"an unknown freedom", "PATCH", in + "/settings", `{"values":{"second-cancle":"conflict"}}`, 400, "did you mean"},
		{"no such institution", "GET", "/institutions/unknown", ``, 404, "list the institutions"},
		{"no such assessment", "GET", in + "/assessments/" + strings.Replace(guideID, "4", "5", 1), ``, 404, "assessment"},
		{"an ID that is none", "GET", in + "/assessments/x", ``, 400, "assessment"},
		{"an unknown query", "GET", in + "/assessments?sate=Active", ``, 400, "sate"},
		{"a state that is none", "GET", in + "/assessments?state=Canceled", ``, 400, "state"},
		{"a duration that is none", "POST", in + "/clock/advance", `{"by":"soon"}`, 400, "90s"},
		{"a duration that is nothing", "POST", in + "/clock/advance", `{"by":"0s"}`, 400, "above 0"},
		{"a duration backwards", "POST", in + "/clock/advance", `{"by":"-90s"}`, 400, "above 0"},
		{"a duration of centuries", "POST", in + "/clock/advance", `{"by":"876001h"}`, 400, "up to 876000h"},
		{"a duration that overflows", "POST", in + "/clock/advance", `{"by":"9999999999h"}`, 400, "by: invalid duration"},
		{"a name with a line in it", "POST", "/institutions", `{"name":"a\nb"}`, 400, `invalid name \"a\\nb\"`},
		{"a snapshot's name with an escape in it", "POST", in + "/snapshots", `{"name":"a\u001b[2J"}`, 400, "letters, digits"},
		{"an institution with a line in its name", "GET", "/institutions/a%0Ab", ``, 404, "list the institutions"},
		{"an undeclared body", "POST", in + "/reset", `{"a":1}`, 400, "body"},
		{"no such path", "GET", "/nothing", ``, 404, "openapi.yaml"},
		{"another method", "PUT", "/institutions", `{}`, 404, "openapi.yaml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := p.call(tt.method, tt.path, tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("got %d %s, want %d with %q", w.Code, w.Body, tt.status, tt.want)
			}
		})
	}
}

// TestGuard sends requests of pages, foreign hosts and callers without the token.
func TestGuard(t *testing.T) {
	t.Parallel()
	open, closed := newPlane(t, mockserver.Config{}), newPlane(t, mockserver.Config{ControlToken: "secret", ControlHosts: []string{"Mock"}})
	tests := []struct {
		name    string
		plane   plane
		method  string
		headers []string
		want    int
	}{
		{"a tool", open, "POST", nil, 201},
		{"localhost", open, "POST", []string{"Host", "localhost:8081"}, 201},
		{"a name below localhost", open, "POST", []string{"Host", "a.localhost:8081"}, 201},
		{"an address of version 6", open, "POST", []string{"Host", "[::1]:8081"}, 201},
		{"a name that points here", open, "POST", []string{"Host", "rebind.example:8081"}, 421},
		{"a read by such a name", open, "GET", []string{"Host", "rebind.example"}, 421},
		{"a configured name", closed, "GET", []string{"Host", "mock:8081", "Authorization", "Bearer secret"}, 200},
		{"a page of this origin", open, "POST", []string{"Origin", "http://127.0.0.1:8081", "Sec-Fetch-Site", "same-origin"}, 201},
		{"a page of another origin", open, "POST", []string{"Origin", "http://localhost:5173", "Sec-Fetch-Site", "same-site"}, 403},
		{"a page of another site", open, "POST", []string{"Origin", "https://example.com", "Sec-Fetch-Site", "cross-site"}, 403},
		{"an old browser", open, "POST", []string{"Origin", "https://example.com"}, 403},
		{"a page without an origin", open, "POST", []string{"Origin", "null"}, 403},
		{"a read by another site", open, "GET", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"a link on another site", open, "GET", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, 200},
		{"a form", open, "POST", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
		{"text", open, "POST", []string{"Content-Type", "text/plain"}, 415},
		{"no type", open, "POST", []string{"Content-Type", ""}, 415},
		{"no token", closed, "GET", nil, 401},
		{"a wrong token", closed, "GET", []string{"Authorization", "Bearer Secret"}, 401},
		{"another scheme", closed, "GET", []string{"Authorization", "Basic secret"}, 401},
		{"the token", closed, "POST", []string{"Authorization", "Bearer secret"}, 201},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			body := ""
			if tt.method == "POST" {
				body = "{}"
			}
			w := tt.plane.call(tt.method, "/institutions", body, tt.headers...)
			if w.Code != tt.want {
				t.Errorf("got %d %s, want %d", w.Code, w.Body, tt.want)
			}
			if w.Header().Get("Access-Control-Allow-Origin") != "" || w.Header().Get("Cache-Control") != "no-store" || (w.Code == 401) != (w.Header().Get("WWW-Authenticate") != "") {
				t.Errorf("headers: got %v", w.Header())
			}
		})
	}
}
