package console_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/assay/mockserver/internal/console"
)

func serve(t *testing.T, apiURL, method, target string) *http.Response {
	t.Helper()
	h, err := console.New(console.Config{APIURL: func() string { return apiURL }})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, target, nil))
	return w.Result()
}

func TestServe(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, method, path string
		status             int
		media              string
	}{
		{"the page", "GET", "", 200, "text/html; charset=utf-8"},
		{"its head", "HEAD", "index.html", 200, "text/html; charset=utf-8"},
		{"a module", "GET", "views/journal.js", 200, "text/javascript; charset=utf-8"},
		{"the style", "GET", "style.css", 200, "text/css; charset=utf-8"},
		{"the icon", "GET", "icon.svg", 200, "image/svg+xml"},
		{"the contract", "GET", "contract.json", 200, "application/json"},
		{"the control document", "GET", "control.json", 200, "application/json"},
		{"a folder", "GET", "views/", 404, "text/plain; charset=utf-8"},
		{"outside of it", "GET", "../console.go", 404, "text/plain; charset=utf-8"},
		{"a change", "POST", "", 405, "text/plain; charset=utf-8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := serve(t, "", test.method, "http://127.0.0.1:8081/console/"+test.path)
			if media := got.Header.Get("Content-Type"); got.StatusCode != test.status || media != test.media {
				t.Errorf("got %d with %s, want %d with %s", got.StatusCode, media, test.status, test.media)
			}
			if got.Header.Get("Content-Security-Policy") == "" {
				t.Error("got no Content-Security-Policy, want one")
			}
		})
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, apiURL, opened, connect string }{
		{"no API", "", "http://127.0.0.1:8081", "connect-src 'self';"},
		{"the API", "http://127.0.0.1:8080/v5", "http://127.0.0.1:8081", "connect-src 'self' http://127.0.0.1:8080;"},
		{"by another name", "http://127.0.0.1:8080/v5", "http://mock.example:8081", "connect-src 'self' http://mock.example:8080;"},
		{"an API elsewhere", "http://10.0.0.7:8080/v5", "http://mock.example:8081", "connect-src 'self' http://10.0.0.7:8080;"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			policy := serve(t, test.apiURL, "GET", test.opened+"/console/").Header.Get("Content-Security-Policy")
			if !strings.Contains(policy, test.connect) {
				t.Errorf("got %q, want it to have %q", policy, test.connect)
			}
			if strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'") {
				t.Errorf("got %q, want a policy that allows nothing by default and nothing unsafe", policy)
			}
		})
	}
}
