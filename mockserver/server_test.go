package mockserver_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/assay/mockserver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a clock that stands until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newServer(t testing.TB, cfg mockserver.Config) *mockserver.Server {
	t.Helper()
	s, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// request makes a request from loopback, with a key unless that is empty.
func request(method, path, key, body string) *http.Request {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, path, reader)
	r.RemoteAddr = "127.0.0.1:40000"
	r.Host = "127.0.0.1:8080"
	if key != "" {
		r.Header.Set("apikey", key)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func do(h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	return serve(h, request(method, path, "API_KEY", body))
}

// failer is what tests and property tests have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func decode[T any](t failer, w *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("decode %q: %v", w.Body, err)
	}
	return v
}

// record is an assessment as a client reads it.
type record struct {
	ID       string  `json:"id"`
	Created  string  `json:"created_at"`
	Entity   string  `json:"entity_id"`
	Template string  `json:"template_id"`
	Workflow string  `json:"workflow_instance_id"`
	Outcome  *string `json:"outcome_id"`
	Status   string  `json:"status_id"`
	State    string  `json:"workflow_state"`
	Message  *string `json:"error_message"`
	Step     *string `json:"error_step"`
	Type     *string `json:"error_type"`
	Details  any     `json:"error_details"`
}

type page struct {
	Items []record
	Next  *string `json:"next_page_token"`
}

// offsetPage is a page of the form offset-page.
type offsetPage struct {
	Count, Limit, Offset int
	Results              []record
}

func create(t testing.TB, h http.Handler, entity, template string) record {
	t.Helper()
	w := do(h, http.MethodPost, "/v5/assessments", `{"entity_id":"`+entity+`","template_id":"`+template+`"}`)
	if w.Code != http.StatusCreated && w.Code != http.StatusOK {
		t.Fatalf("create: got %d %s, want 201 or 200", w.Code, w.Body)
	}
	return decode[record](t, w)
}

func get(t testing.TB, h http.Handler, id string) record {
	t.Helper()
	w := do(h, http.MethodGet, "/v5/assessments/"+id, "")
	if w.Code != http.StatusOK {
		t.Fatalf("get %s: got %d %s, want 200", id, w.Code, w.Body)
	}
	return decode[record](t, w)
}
