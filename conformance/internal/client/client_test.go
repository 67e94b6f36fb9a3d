package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/conformance/internal/client"
)

func sprintf(format string, v any) string { return fmt.Sprintf(format, v) }

// newClient returns a client of the URL, over a transport of its own if there is none.
func newClient(t *testing.T, base string, transport http.RoundTripper) *client.Client {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	if transport == nil {
		own := &http.Transport{DisableCompression: true, MaxResponseHeaderBytes: client.MaxHeader}
		t.Cleanup(own.CloseIdleConnections)
		transport = own
	}
	return client.New(client.Options{
		BaseURL: u, Timeout: 5 * time.Second, Transport: transport, Redactor: client.NewRedactor(key()), UserAgent: "assay/1 (run)",
		Header: http.Header{"X-More": {"more"}},
		Wire: client.Dialer(func(ctx context.Context, u *url.URL) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", u.Host)
		}),
	})
}

func get() client.Call { return client.Call{Method: http.MethodGet, Path: "x", Key: key()} }

func TestRequest(t *testing.T) {
	t.Parallel()
	got := make(chan *http.Request, 1)
	c, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) { got <- r })
	call := client.Call{Method: http.MethodPost, Path: "a/b%2Fc", Query: url.Values{"q": {"1"}}, Key: key(), ContentType: "application/json", Body: []byte("{}"), Scenario: "one"}
	if _, err := c.Do(t.Context(), call); err != nil {
		t.Fatal(err)
	}
	r := <-got
	want := http.Header{
		"Apikey": {secret}, "Content-Type": {"application/json"}, "Content-Length": {"2"}, "Accept-Encoding": {"identity"},
		"User-Agent": {"assay/1 (run; one)"}, "X-More": {"more"},
	}
	if diff := cmp.Diff(want, r.Header); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if r.RequestURI != "/v5/a/b%2Fc?q=1" {
		t.Errorf("URI: got %s", r.RequestURI)
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ base, scenario, want string }{
		{"assay/1 (run)", "a name", "assay/1 (run; a name)"},
		{"assay/1 (run)", "", "assay/1 (run)"},
		{"assay/1 (run)", "a\r\napikey: x", "assay/1 (run; aapikey: x)"},
		{"assay/1 (run)", "a (b) c) ü", "assay/1 (run; a b c )"},
		{"assay/1\r\nX: y (r\x00un)", "s", "assay/1X: y (run; s)"},
		{"assay", "s", "assay"},
	} {
		if got := client.UserAgent(test.base, test.scenario); got != test.want {
			t.Errorf("%q, %q: got %q, want %q", test.base, test.scenario, got, test.want)
		}
	}
}

// TestRedirectsAreNotFollowed: what is sent elsewhere is the key.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	t.Cleanup(other.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, raw := range []bool{false, true} {
			c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, status) })
			call := get()
			call.Raw = raw
			e, err := c.Do(t.Context(), call)
			if err != nil || e.Status != status || e.Attempts != 1 {
				t.Errorf("%d, raw %t: got status %d in %d attempts, error %v", status, raw, e.Status, e.Attempts, err)
			}
			if want := fmt.Sprintf("to %s (redirects are not followed)", other.URL); !strings.Contains(e.Got(), want) {
				t.Errorf("%d: got %q, want it to say %q", status, e.Got(), want)
			}
		}
	}
	if n := elsewhere.Load(); n != 0 {
		t.Errorf("the other host: got %d requests, want none", n)
	}
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, client.MaxBody - 1, client.MaxBody, client.MaxBody + 1, 3 * client.MaxBody} {
		for _, raw := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d bytes, raw %t", size, raw), func(t *testing.T) {
				t.Parallel()
				c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte("x"), size)) })
				call := get()
				call.Raw = raw
				e, err := c.Do(t.Context(), call)
				if fits := size <= client.MaxBody; (err == nil) != fits || fits && len(e.Body) != size || !fits && e.Body != nil {
					t.Errorf("got %d bytes and error %v", len(e.Body), err)
				}
				if e.Attempts != 1 {
					t.Errorf("attempts: got %d, want 1: it is as long the second time", e.Attempts)
				}
			})
		}
	}
}

func TestHeaderLimits(t *testing.T) {
	t.Parallel()
	for _, raw := range []bool{false, true} {
		t.Run(fmt.Sprintf("raw %t", raw), func(t *testing.T) {
			t.Parallel()
			size := make(chan int, 2)
			c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "/here")
				for i := range <-size / 100 {
					w.Header().Set(fmt.Sprintf("A-%04d", i), strings.Repeat("v", 90))
				}
			})
			call := get()
			call.Raw = raw
			size <- client.MaxHeader / 2
			e, err := c.Do(t.Context(), call)
			kept := 0
			for name, values := range e.Header {
				kept += len(name) + len(strings.Join(values, ""))
			}
			if err != nil || kept > client.MaxKeptHeader || kept < client.MaxKeptHeader/2 || e.Header.Get("Location") != "/here" {
				t.Errorf("long headers: got %d bytes kept, Location %q, error %v", kept, e.Header.Get("Location"), err)
			}
			size <- 4 * client.MaxHeader
			if e, err := c.Do(t.Context(), call); err == nil || e.Attempts != 1 {
				t.Errorf("too long headers: got no error in %d attempts", e.Attempts)
			}
		})
	}
}

func TestURLLimit(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the request was sent") })
	call := get()
	call.Query = url.Values{"cursor": {strings.Repeat("c", 1<<20)}}
	e, err := c.Do(t.Context(), call)
	if err == nil || len(e.URL) > client.MaxURL || len(e.Curl()) > 2*client.MaxURL {
		t.Errorf("got error %v, %d bytes of URL, %d of curl", err, len(e.URL), len(e.Curl()))
	}
}

// script is a transport that answers one call after the other, and the rest like
// the last.
type script struct {
	mu      sync.Mutex
	replies []reply
	sent    []time.Time
}

// reply is what comes of a call: an error, or a response.
type reply struct {
	err    error
	status int
	header http.Header
	body   func() string
	panics func(*http.Request) string
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, time.Now())
	next := s.replies[0]
	if len(s.replies) > 1 {
		s.replies = s.replies[1:]
	}
	switch {
	case next.panics != nil:
		panic(next.panics(r))
	case next.err != nil:
		return nil, next.err
	}
	body := "body"
	if next.body != nil {
		body = next.body()
	}
	return &http.Response{StatusCode: next.status, Header: next.header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func status(code int, header ...string) reply {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return reply{status: code, header: h}
}

func failure(err error) reply { return reply{err: err} }

func TestRetries(t *testing.T) {
	t.Parallel()
	reset := &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	for _, test := range []struct {
		name     string
		method   string
		replies  []reply
		attempts int
		retried  bool
		fails    bool
	}{
		{"a whole response", "GET", []reply{status(200)}, 1, false, false},
		{"a reset, then a response", "GET", []reply{failure(reset), status(200)}, 2, true, false},
		{"an end, then a response", "GET", []reply{failure(io.EOF), status(200)}, 2, true, false},
		{"two resets", "GET", []reply{failure(reset)}, 2, true, true},
		{"a reset of a write", "POST", []reply{failure(reset), status(200)}, 1, false, true},
		{"something wrong", "GET", []reply{failure(errors.New("wrong")), status(200)}, 1, false, true},
		{"too late", "GET", []reply{failure(context.DeadlineExceeded), status(200)}, 1, false, true},
		{"a failure of the server", "GET", []reply{status(500), status(200)}, 1, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, "http://target.example/v5", &script{replies: test.replies})
			call := get()
			call.Method = test.method
			e, err := c.Do(t.Context(), call)
			if e.Attempts != test.attempts || e.Retried != test.retried || (err != nil) != test.fails {
				t.Errorf("got %d attempts, retried %t, error %v", e.Attempts, e.Retried, err)
			}
			if test.fails && (e.Status != 0 || e.Err == "" || !strings.HasPrefix(e.Got(), "no response: ")) {
				t.Errorf("got status %d, Err %q, in words %q", e.Status, e.Err, e.Got())
			}
		})
	}
}

// TestWritesAreSentOnce is about what the standard library does by itself: a server
// that closes a connection it has kept open has perhaps done what it was asked.
func TestWritesAreSentOnce(t *testing.T) {
	t.Parallel()
	var posts atomic.Int32
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			posts.Add(1)
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(http.StatusOK)
	})
	for range 5 {
		if _, err := c.Do(t.Context(), get()); err != nil { // leaves a connection to use again
			t.Fatal(err)
		}
		call := get()
		call.Method = http.MethodPost
		if e, err := c.Do(t.Context(), call); err == nil || e.Retried || e.Attempts != 1 {
			t.Errorf("got error %v, retried %t, %d attempts", err, e.Retried, e.Attempts)
		}
	}
	if n := posts.Load(); n != 5 {
		t.Errorf("POST: got %d requests for 5 calls", n)
	}
}

// TestErrorsAreSafe: the standard library quotes what it could not read.
func TestErrorsAreSafe(t *testing.T) {
	t.Parallel()
	said := fmt.Errorf("malformed \x1b[2J %q", secret)
	c := newClient(t, "http://target.example/v5", &script{replies: []reply{failure(said)}})
	e, err := c.Do(t.Context(), get())
	if !errors.Is(err, said) {
		t.Fatalf("got %v, want it to wrap what the transport said", err)
	}
	for _, text := range []string{err.Error(), e.Err, e.Got(), e.URL} {
		if strings.Contains(text, secret) || strings.Contains(text, "\x1b") {
			t.Errorf("got %q", text)
		}
	}
}

func TestPanicOfTheTransport(t *testing.T) {
	t.Parallel()
	c := newClient(t, "http://target.example/v5", &script{replies: []reply{
		{panics: func(r *http.Request) string { return fmt.Sprint("with ", r.Header) }},
	}})
	e, err := c.Do(t.Context(), get())
	if err == nil || !strings.Contains(e.Err, "panicked") || strings.Contains(err.Error(), secret) {
		t.Errorf("got %v", err)
	}
}

// TestWhatIsKept: of many large bodies some are let go, and the same one is kept
// once.
func TestWhatIsKept(t *testing.T) {
	t.Parallel()
	const size = client.MaxBody / 2
	var number atomic.Int32
	different := newClient(t, "http://target.example/v5", &script{replies: []reply{
		{status: http.StatusOK, header: http.Header{}, body: func() string {
			return (fmt.Sprint(number.Add(1)) + strings.Repeat("x", size))[:size]
		}},
	}})
	const calls = client.MaxKeptBodies/size + 5
	for range calls {
		e, err := different.Do(t.Context(), get())
		if err != nil || len(e.Body) != size || e.Truncated {
			t.Fatalf("got %d bytes, truncated %t, error %v: who asks gets the body", len(e.Body), e.Truncated, err)
		}
	}
	kept, truncated := 0, 0
	for i, e := range different.Exchanges() {
		kept += len(e.Body)
		if e.Truncated {
			truncated++
		}
		if e.Number != i+1 || len(e.SafeBody()) < client.MaxSafe {
			t.Errorf("exchange %d: got number %d, %d bytes to read", i, e.Number, len(e.SafeBody()))
		}
	}
	if kept != client.MaxKeptBodies || truncated != 5 {
		t.Errorf("got %d bytes kept and %d bodies let go, want %d and 5", kept, truncated, client.MaxKeptBodies)
	}
	if n, throttled := different.Count(); n != calls || throttled != 0 {
		t.Errorf("count: got %d calls, %d throttled", n, throttled)
	}
	same := newClient(t, "http://target.example/v5", &script{replies: []reply{status(200)}})
	for range 3 {
		if _, err := same.Do(t.Context(), get()); err != nil {
			t.Fatal(err)
		}
	}
	all := same.Exchanges()
	if &all[0].Body[0] != &all[2].Body[0] {
		t.Error("the same body is kept more than once")
	}
}

// TestStreamReadsLongBodies: the body of a 200 that is too long to keep goes to the
// call's own reader, and no other does.
func TestStreamReadsLongBodies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status, size int
		streamed     bool
		fails        bool
	}{
		"short":          {200, client.MaxBody, false, false},
		"long":           {200, 3 * client.MaxBody, true, false},
		"too long":       {200, client.MaxStream + client.MaxBody, true, true},
		"long, of a 500": {500, 3 * client.MaxBody, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				for range test.size / (64 << 10) {
					_, _ = w.Write(make([]byte, 64<<10))
				}
			})
			call, n := get(), int64(0)
			call.Stream = func(r io.Reader) { n, _ = io.Copy(io.Discard, r) }
			e, err := c.Do(t.Context(), call)
			if (err != nil) != test.fails || (n > 0) != test.streamed || e.Truncated != test.streamed {
				t.Fatalf("got error %v after %d bytes, truncated %t; want %+v", err, n, e.Truncated, test)
			}
			if err == nil && e.Size() != test.size {
				t.Errorf("got a size of %d bytes, want %d", e.Size(), test.size)
			}
		})
	}
}
