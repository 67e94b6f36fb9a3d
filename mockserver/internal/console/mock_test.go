package console_test

import (
	"cmp"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/assay/mockserver"
	"example.com/assay/mockserver/internal/fixtures"
)

// mock is a mock that listens, with its console.
type mock struct {
	*mockserver.Server
}

// startMock starts one that ends with the test.
func startMock(t *testing.T, cfg mockserver.Config) mock {
	t.Helper()
	cfg.Addr, cfg.ControlAddr = cmp.Or(cfg.Addr, "127.0.0.1:0"), cmp.Or(cfg.ControlAddr, "127.0.0.1:0")
	server, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return mock{server}
}

// institution makes one of its own for a test.
func (m mock) institution(t *testing.T, o mockserver.InstitutionOptions) *mockserver.Institution {
	t.Helper()
	in, err := m.NewInstitution(o)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// ask sends a request to the API with the key, and returns the status; 0: there
// was no answer.
func (m mock) ask(t *testing.T, key, method, path, body string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, m.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("apikey", key)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

// origin is where the API is, without the path.
func (m mock) origin() string { return strings.TrimSuffix(m.URL(), "/v5") }

// serve has the mock answer a request without a network, which is quick.
func (m mock) serve(t *testing.T, key, target string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, http.NoBody)
	r.Header.Set("apikey", key)
	m.ServeHTTP(httptest.NewRecorder(), r)
}

// evil is what must be seen as text, and never be markup.
const evil = `<img src=x onerror="document.documentElement.dataset.struck=1"><b class=evil>`

// evilFixtures are the default ones, with names that try to be markup, and to be
// wider than the page.
func evilFixtures() []byte {
	lines := strings.Split(string(fixtures.Default()), "\n")
	for i, line := range lines {
		before, name, found := strings.Cut(line, "name: ")
		if !found || strings.TrimLeft(before, " -") != "" {
			continue
		}
		lines[i] = before + "name: '" + strings.ReplaceAll(strings.Trim(name, `'"`), "'", "") + " " + evil + strings.Repeat("W", 90) + "'"
	}
	return []byte(strings.Join(lines, "\n"))
}
