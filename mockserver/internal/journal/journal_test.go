package journal_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/assay/mockserver/internal/journal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// operations are those that the filters of these tests can name.
func operations() []string { return []string{"cancelWorkflow", "getAssessment"} }

func now() time.Time { return time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC) }

// exchange carries out an exchange of the journal, whose handler writes the
// answer.
func exchange(j *journal.Journal, r *http.Request, answer func(http.ResponseWriter)) {
	x := journal.Begin(httptest.NewRecorder(), r, j, now)
	defer x.End()
	x.Of(j, now())
	answer(x)
}

// plain adds an exchange of a few bytes.
func plain(j *journal.Journal, path string) {
	exchange(j, httptest.NewRequest(http.MethodGet, path, http.NoBody), func(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) })
}

func TestBoundedByEntriesAndBytes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		limits journal.Limits
		size   int
		want   int
	}{
		{"entries", journal.Limits{Entries: 10, Bytes: 1 << 30}, 10, 10},
		{"bytes", journal.Limits{Entries: 1000, Bytes: 20_000}, 1000, 12},
		{"the latest is kept", journal.Limits{Entries: 1000, Bytes: 1}, 1000, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := journal.New(1, "i", tt.limits, operations())
			for n := range 100 {
				exchange(j, httptest.NewRequest(http.MethodGet, fmt.Sprintf("/%03d", n), http.NoBody), func(w http.ResponseWriter) {
					_, _ = io.WriteString(w, strings.Repeat("x", tt.size))
				})
			}
			found := j.Find(journal.Filter{}, 0)
			if found.Count != tt.want || found.Stats.Evicted != uint64(100-tt.want) || found.Stats.Last != 100 {
				t.Errorf("got %+v, want %d of 100", found.Stats, tt.want)
			}
			for i, e := range found.Entries {
				if want := fmt.Sprintf("/%03d", 99-i); e.Request.URL != want || e.Number != uint64(100-i) {
					t.Fatalf("entry %d: got number %d of %s, want %s", i, e.Number, e.Request.URL, want)
				}
			}
		})
	}
}

// TestLongBodiesAreCut keeps the beginning, and says how long they were.
func TestLongBodiesAreCut(t *testing.T) {
	t.Parallel()
	j := journal.New(1, "i", journal.DefaultLimits(), operations())
	const long = 1 << 20
	exchange(j, httptest.NewRequest(http.MethodGet, "/", http.NoBody), func(w http.ResponseWriter) {
		for range 16 {
			_, _ = io.WriteString(w, strings.Repeat("y", long/16))
		}
	})
	e, _ := j.Entry("1")
	if b := e.Response.Body; b.Bytes != long || len(b.Text) != 64<<10 || !b.Cut {
		t.Errorf("got %d of %d bytes, cut %v", len(b.Text), b.Bytes, b.Cut)
	}
}

func TestStreams(t *testing.T) {
	t.Parallel()
	j := journal.New(1, "i", journal.DefaultLimits(), operations())
	all, some, slow := j.Follow(journal.Filter{}, 10), j.Follow(journal.Filter{Text: "two"}, 10), j.Follow(journal.Filter{}, 1)
	defer all.Close()
	for _, path := range []string{"/one", "/two", "/three"} {
		plain(j, path)
	}
	for s, want := range map[*journal.Stream][]string{all: {"/one", "/two", "/three"}, some: {"/two"}, slow: {"/one"}} {
		for _, path := range want {
			event, err := s.Next(t.Context())
			if err != nil || event.Entry.Request.URL != path {
				t.Fatalf("got %+v, %v, want %s", event, err, path)
			}
		}
	}
	if _, err := slow.Next(t.Context()); !errors.Is(err, journal.ErrSlow) {
		t.Errorf("a slow reader: got %v, want %v", err, journal.ErrSlow)
	}
	j.Reset()
	if event, err := all.Next(t.Context()); err != nil || !event.Reset {
		t.Errorf("after a reset: got %+v, %v, want to be told", event, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := all.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	some.Close()
	some.Close()
	if _, err := some.Next(t.Context()); err == nil || errors.Is(err, journal.ErrSlow) {
		_, err = some.Next(t.Context())
		if !errors.Is(err, io.EOF) {
			t.Errorf("closed: got %v, want %v", err, io.EOF)
		}
	}
}

// TestManyAtOnce writes, reads, waits and follows at the same time.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	j := journal.New(1, "i", journal.Limits{Entries: 50, Bytes: 1 << 20}, operations())
	follower := j.Follow(journal.Filter{}, 1_000)
	defer follower.Close()
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			for range 100 {
				plain(j, "/")
				j.Find(journal.Filter{Text: "/"}, 5)
			}
		})
	}
	running.Go(func() {
		if _, err := j.Wait(t.Context(), journal.Filter{After: 700}, 1); err != nil {
			t.Error(err)
		}
	})
	for want := uint64(1); want <= 800; want++ {
		event, err := follower.Next(t.Context())
		if err != nil || event.Entry.Number != want {
			t.Fatalf("got %+v, %v, want number %d", event, err, want)
		}
	}
	running.Wait()
	if stats := j.Stats(); stats.Entries != 50 || stats.Last != 800 {
		t.Errorf("got %+v, want 50 of 800", stats)
	}
}

// TestRequestIDs are of an institution and of a number, and of nothing else.
func TestRequestIDs(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	for _, institution := range []string{"", "i", "j"} {
		for _, seed := range []uint64{1, 2} {
			j := journal.New(seed, institution, journal.DefaultLimits(), operations())
			plain(j, "/")
			plain(j, "/")
			for _, e := range j.Find(journal.Filter{}, 0).Entries {
				if len(e.ID) != 32 || ids[e.ID] {
					t.Errorf("got %q, want 32 digits of its own", e.ID)
				}
				ids[e.ID] = true
			}
			j.Reset()
			plain(j, "/")
			if e, ok := j.Entry("1"); !ok || !ids[e.ID] {
				t.Errorf("after a reset: got %q, want the first one again", e.ID)
			}
		}
	}
}

// TestHAR has what the format asks of every entry (http://www.softwareishard.com/blog/har-12-spec/).
func TestHAR(t *testing.T) {
	t.Parallel()
	j := journal.New(1, "i", journal.DefaultLimits(), operations())
	r := httptest.NewRequest(http.MethodPost, "/v5/assessments?limit=1&x=a%20b", strings.NewReader(`{}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("apikey", "a-very-secret-key")
	exchange(j, r, func(w http.ResponseWriter) {
		w.(*journal.Exchange).Read([]byte(`{}`))
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "\xff\xfe")
	})
	encoded, err := json.Marshal(j.HAR(journal.Filter{}, "https"))
	if err != nil {
		t.Fatal(err)
	}
	var har struct {
		Log struct {
			Version string
			Entries []map[string]any
		}
	}
	if err := json.Unmarshal(encoded, &har); err != nil || har.Log.Version != "1.2" || len(har.Log.Entries) != 1 {
		t.Fatalf("got %s, %v", encoded, err)
	}
	for _, want := range []string{
		`"startedDateTime":"2026-05-04T09:00:00Z"`, `"cookies":[]`, `"timings":{"send":0,"wait":0,"receive":0}`, `"cache":{}`,
		`"url":"https://example.com/v5/assessments?limit=1\u0026x=a%20b"`, `"queryString":[{"name":"limit","value":"1"},{"name":"x","value":"a b"}]`,
		`"postData":{"mimeType":"application/json","text":"{}"}`, `"encoding":"base64"`, `{"name":"Apikey","value":"[redacted]"}`,
	} {
		if !strings.Contains(string(encoded), want) {
			t.Errorf("got %s\nwant %s in it", encoded, want)
		}
	}
}

func TestCurl(t *testing.T) {
	t.Parallel()
	j := journal.New(1, "i", journal.DefaultLimits(), operations())
	r := httptest.NewRequest(http.MethodPost, "/v5/assessments", strings.NewReader(`{"a":"it's"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("apikey", "a-very-secret-key")
	r.Header.Set("User-Agent", "test")
	exchange(j, r, func(w http.ResponseWriter) { w.(*journal.Exchange).Read([]byte(`{"a":"it's"}`)) })
	e, _ := j.Entry("1")
	want := `curl -i -X POST http://example.com/v5/assessments -H "apikey: $ASSAY_APIKEY" -H 'Content-Type: application/json' --data-raw '{"a":"it'\''s"}'`
	if got := e.Curl("http"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestPanicsAreWrittenDown keeps the exchange whatever becomes of its handler.
func TestPanicsAreWrittenDown(t *testing.T) {
	t.Parallel()
	j := journal.New(1, "i", journal.DefaultLimits(), operations())
	func() {
		defer func() { _ = recover() }()
		exchange(j, httptest.NewRequest(http.MethodGet, "/", http.NoBody), func(w http.ResponseWriter) {
			w.(*journal.Exchange).Abort()
			panic(http.ErrAbortHandler)
		})
	}()
	e, ok := j.Entry("1")
	if !ok || !e.Response.Aborted || e.Response.Status != 0 {
		t.Errorf("got %+v, want one that was cut off", e)
	}
}

func TestExpectationsThatCannotBe(t *testing.T) {
	t.Parallel()
	j := journal.New(1, "i", journal.DefaultLimits(), operations())
	n := func(n int) *int { return &n }
	for name, list := range map[string][]journal.Expectation{
		"none":     nil,
		"negative": {{Exactly: n(-1)}},
		"both":     {{Exactly: n(1), AtLeast: n(1)}},
		"reversed": {{AtLeast: n(3), AtMost: n(2)}},
	} {
		if _, err := j.Verify(list); err == nil {
			t.Errorf("%s: got no error, want one", name)
		}
	}
}
