package client_test

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"example.com/assay/conformance/internal/client"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for value, want := range map[string]time.Duration{
			"":                        0,
			"2":                       2 * time.Second,
			" 2 ":                     2 * time.Second,
			"0":                       50 * time.Millisecond,
			"31":                      31 * time.Second,
			"99999999999999999999999": 24 * time.Hour,
			"-5":                      0,
			"1.5":                     0,
			"soon":                    0,
			"\x00":                    0,
			time.Now().Add(5 * time.Second).UTC().Format(http.TimeFormat): 5 * time.Second,
			time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat):      50 * time.Millisecond,
		} {
			if got := client.RetryAfter(http.Header{"Retry-After": {value}}); got != want {
				t.Errorf("Retry-After %q: got %s, want %s", value, got, want)
			}
		}
		skewed := time.Now().Add(-3 * time.Hour).UTC()
		h := http.Header{"Date": {skewed.Format(http.TimeFormat)}, "Retry-After": {skewed.Add(7 * time.Second).Format(http.TimeFormat)}}
		if got := client.RetryAfter(h); got != 7*time.Second {
			t.Errorf("a date by a clock that is 3 hours late: got %s, want 7s after the response's own Date", got)
		}
	})
}

// TestRefusalsAreRepeated has gateways that recover.
func TestRefusalsAreRepeated(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		first reply
		times int
		took  time.Duration // at least
	}{
		{"429 with a time", status(429, "Retry-After", "3"), 2, 6 * time.Second},
		{"429 without", status(429), 2, 300 * time.Millisecond},
		{"502", status(502), 1, 100 * time.Millisecond},
		{"503 with a time", status(503, "Retry-After", "1"), 2, 2 * time.Second},
		{"504", status(504), 2, 300 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				replies := []reply{}
				for range test.times {
					replies = append(replies, test.first)
				}
				c := newClient(t, "http://target.example/v5", &script{replies: append(replies, status(200))})
				began := time.Now()
				e, err := c.Do(t.Context(), get())
				if err != nil || e.Status != 200 || e.Throttled != test.times || !e.Retried || time.Since(began) < test.took {
					t.Errorf("got status %d, %d refusals, retried %t, after %s, error %v; want 200 after %s", e.Status, e.Throttled, e.Retried, time.Since(began), err, test.took)
				}
			})
		})
	}
}

// TestRefusedForEver: the first call is repeated until its time is over, the others
// not at all, until there is another response.
func TestRefusedForEver(t *testing.T) {
	t.Parallel()
	for _, code := range []int{429, 502, 503, 504} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{replies: []reply{status(code)}}
			c := newClient(t, "http://target.example/v5", s)
			began := time.Now()
			for i := range 10 {
				e, err := c.Do(t.Context(), get())
				failed, _ := errors.AsType[*client.Error](err)
				if failed == nil || e.Status != code || failed.Hint == "" || !strings.Contains(err.Error(), fmt.Sprint(code)) || i > 0 && e.Attempts != 1 {
					t.Errorf("call %d: got status %d, %d attempts, error %v", i, e.Status, e.Attempts, err)
				}
			}
			if took := time.Since(began); took < 20*time.Second || took > 34*time.Second {
				t.Errorf("ten calls: got %s, want 30s, and at most one pause more", took)
			}
			s.replies = []reply{status(200), status(code), status(200)}
			for _, want := range []int{0, 1} {
				if e, _ := c.Do(t.Context(), get()); e.Status != 200 || e.Throttled != want {
					t.Errorf("got status %d, %d refusals; want 200 after %d", e.Status, e.Throttled, want)
				}
			}
		})
	}
}

func TestRetryAfterBeyondTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, "http://target.example/v5", &script{replies: []reply{status(429, "Retry-After", "3600")}})
		began := time.Now()
		_, err := c.Do(t.Context(), get())
		if err == nil || !strings.Contains(err.Error(), "asks to wait 1h0m0s") || time.Since(began) > time.Second {
			t.Errorf("got %v after %s, want an error at once", err, time.Since(began))
		}
	})
}

// byPath answers each path with its own status.
func byPath(statuses map[string]int) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: statuses[r.URL.Path], Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestUnavailableForOneRequestOnly: a 5xx of the API itself stays a response to judge.
func TestUnavailableForOneRequestOnly(t *testing.T) {
	t.Parallel()
	for _, code := range []int{502, 503, 504} {
		synctest.Test(t, func(t *testing.T) {
			c := newClient(t, "http://target.example/v5", byPath(map[string]int{"/v5/x": code, "/v5/good": 200}))
			c.SetControl(client.Call{Method: http.MethodGet, Path: "good"})
			began := time.Now()
			if e, err := c.Do(t.Context(), get()); err != nil || e.Status != code || e.Attempts < 4 {
				t.Errorf("got status %d in %d attempts, error %v; want %d as a response", e.Status, e.Attempts, err, code)
			}
			first := time.Since(began)
			if e, err := c.Do(t.Context(), get()); err != nil || e.Status != code || e.Attempts > 2 {
				t.Errorf("again: got status %d in %d attempts, error %v", e.Status, e.Attempts, err)
			}
			if second := time.Since(began) - first; first > 3*time.Second || second > 2*time.Second {
				t.Errorf("got %s, and %s the second time", first, second)
			}
		})
	}
}

// TestUnavailableForAll: without a good response to the control, it is an outage.
func TestUnavailableForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, "http://target.example/v5", byPath(map[string]int{"/v5/x": 503, "/v5/good": 503}))
		c.SetControl(client.Call{Method: http.MethodGet, Path: "good"})
		if _, err := c.Do(t.Context(), get()); err == nil {
			t.Error("got a response, want an error")
		}
	})
}

// TestRepetitionOfWhatMayHaveActed: after a 502 the refusal of a second cancel proves
// nothing, and its success does.
func TestRepetitionOfWhatMayHaveActed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		first, second int
		fails         bool
	}{{502, 409, true}, {504, 404, true}, {502, 204, false}, {503, 409, false}, {429, 404, false}} {
		synctest.Test(t, func(t *testing.T) {
			c := newClient(t, "http://target.example/v5", &script{replies: []reply{status(test.first), status(test.second)}})
			e, err := c.Do(t.Context(), client.Call{Method: http.MethodPost, Path: "x", Once: true})
			if (err != nil) != test.fails || e.Status != test.second {
				t.Errorf("%d, then %d: got status %d, error %v", test.first, test.second, e.Status, err)
			}
		})
	}
}

// limited is a target that accepts so many requests per second, and a burst, and
// answers others with 503, as nginx does with limit_req.
type limited struct {
	limiter *rate.Limiter

	mu                sync.Mutex
	accepted, refused int
	together          int // requests in the same millisecond after a refusal
	last              time.Time
}

func (l *limited) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	code := http.StatusOK
	if l.limiter.Allow() {
		l.accepted++
	} else {
		code = http.StatusServiceUnavailable
		l.refused++
	}
	if now := time.Now(); l.refused > 50 && now.Sub(l.last) < time.Millisecond {
		l.together++
	}
	l.last = time.Now()
	return &http.Response{StatusCode: code, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// TestLearnsTheRate has 16 workers in front of a limit that they do not know.
func TestLearnsTheRate(t *testing.T) {
	t.Parallel()
	for _, perSecond := range []float64{5, 10, 40, 200} {
		synctest.Test(t, func(t *testing.T) {
			const workers, calls = 16, 60
			target := &limited{limiter: rate.NewLimiter(rate.Limit(perSecond), 5)}
			c := newClient(t, "http://target.example/v5", target)
			began := time.Now()
			var wg sync.WaitGroup
			for range workers {
				wg.Go(func() {
					for range calls {
						if e, err := c.Do(t.Context(), get()); err != nil || e.Status != 200 {
							t.Errorf("got status %d, error %v", e.Status, err)
						}
					}
				})
			}
			wg.Wait()
			ideal := time.Duration(workers * calls / perSecond * float64(time.Second))
			if took := time.Since(began); took > 3*ideal+10*time.Second {
				t.Errorf("%v per second: got %s for %d calls, want about %s", perSecond, took, workers*calls, ideal)
			}
			if target.refused > workers*calls/4 || target.together > workers {
				t.Errorf("%v per second: got %d refusals of %d calls, %d requests together", perSecond, target.refused, workers*calls, target.together)
			}
		})
	}
}

func TestRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{replies: []reply{status(200)}}
		u := &url.URL{Scheme: "http", Host: "target.example"}
		c := client.New(client.Options{BaseURL: u, Timeout: time.Second, Rate: rate.Limit(10), Transport: s, UserAgent: "assay"})
		began := time.Now()
		for range 40 {
			if _, err := c.Do(t.Context(), get()); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took < 2900*time.Millisecond || took > 3100*time.Millisecond {
			t.Errorf("40 calls at 10 a second, 10 at once: got %s, want 3s", took)
		}
		for i := range s.sent[:len(s.sent)-11] {
			if d := s.sent[i+11].Sub(s.sent[i]); d < 90*time.Millisecond {
				t.Errorf("calls %d to %d: got %s", i, i+11, d)
			}
		}
	})
}

func TestLatencyIsTheMedian(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := 0
		c := newClient(t, "http://target.example/v5", roundTripper(func(r *http.Request) (*http.Response, error) {
			n++
			<-time.After(time.Duration(n) * time.Second)
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
		}))
		for i, want := range []time.Duration{0, time.Second, 2 * time.Second, 2 * time.Second} {
			if got := c.Latency(); got != want {
				t.Errorf("latency after %d responses: got %s, want %s", i, got, want)
			}
			if _, err := c.Do(t.Context(), get()); err != nil {
				t.Fatal(err)
			}
		}
		if got := c.Rate(); !math.IsInf(got, 1) {
			t.Errorf("rate: got %v a second, want no limit", got)
		}
	})
}
