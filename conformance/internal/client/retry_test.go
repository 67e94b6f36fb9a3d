package client_test

import (
	"net/http"
	"net/url"
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
			"":                        time.Second,
			"2":                       2 * time.Second,
			" 2 ":                     2 * time.Second,
			"0":                       50 * time.Millisecond,
			"30":                      30 * time.Second,
			"31":                      30 * time.Second,
			"99999999999":             30 * time.Second,
			"99999999999999999999999": 30 * time.Second,
			"-5":                      time.Second,
			"1.5":                     time.Second,
			"soon":                    time.Second,
			"\x00":                    time.Second,
			time.Now().Add(5 * time.Second).UTC().Format(http.TimeFormat): 5 * time.Second,
			time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat):      50 * time.Millisecond,
			time.Now().Add(time.Hour).UTC().Format(http.TimeFormat):       30 * time.Second,
		} {
			if got := client.RetryAfter(http.Header{"Retry-After": {value}}); got != want {
				t.Errorf("Retry-After %q: got %s, want %s", value, got, want)
			}
		}
	})
}

func TestThrottled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		busy := status(429, "Retry-After", "3")
		c := newClient(t, "http://target.example/v5", &script{replies: []reply{busy, busy, status(200)}})
		began := time.Now()
		e, err := c.Do(t.Context(), get())
		if err != nil || e.Status != 200 || e.Throttled != 2 || e.Retried || time.Since(began) != 6*time.Second {
			t.Errorf("got status %d, %d times throttled, retried %t, after %s, error %v", e.Status, e.Throttled, e.Retried, time.Since(began), err)
		}
	})
}

// TestThrottledForEver: the first call waits as often as it may, the others not at
// all, until there is another answer.
func TestThrottledForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{replies: []reply{status(429, "Retry-After", "1000000")}}
		c := newClient(t, "http://target.example/v5", s)
		began := time.Now()
		for i := range 10 {
			e, err := c.Do(t.Context(), get())
			if err != nil || e.Status != 429 || i > 0 && e.Throttled != 0 {
				t.Errorf("call %d: got status %d, %d times throttled, error %v", i, e.Status, e.Throttled, err)
			}
		}
		if want := client.MaxThrottled * 30 * time.Second; time.Since(began) != want {
			t.Errorf("ten calls: got %s, want %s", time.Since(began), want)
		}
		s.replies = []reply{status(200), status(429), status(200)}
		if e, _ := c.Do(t.Context(), get()); e.Status != 200 {
			t.Errorf("got status %d, want 200", e.Status)
		}
		if e, _ := c.Do(t.Context(), get()); e.Status != 200 || e.Throttled != 1 {
			t.Errorf("got status %d, throttled %d times; want 200 after one 429", e.Status, e.Throttled)
		}
	})
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
