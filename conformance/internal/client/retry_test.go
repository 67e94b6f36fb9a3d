package client_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"example.com/assay/conformance/internal/client"
)

func post() client.Call { return client.Call{Method: http.MethodPost, Path: "x", Key: key()} }

// roundTripper is a target as a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		now := time.Now().UTC()
		skewed := now.Add(-time.Hour)
		tests := []struct {
			value, date string
			want        time.Duration // 0: none
		}{
			{value: ""}, {value: "-5"}, {value: "1.5"}, {value: "soon"}, {value: "\x00"},
			{value: "2", want: 2 * time.Second},
			{value: " 2 ", want: 2 * time.Second},
			{value: "0", want: 50 * time.Millisecond},
			{value: "30", want: 30 * time.Second},
			{value: "31", want: 30 * time.Second},
			{value: "99999999999999999999999", want: 30 * time.Second},
			{value: now.Add(5 * time.Second).Format(http.TimeFormat), want: 5 * time.Second},
			{value: now.Add(-time.Hour).Format(http.TimeFormat), want: 50 * time.Millisecond},
			{value: now.Add(time.Hour).Format(http.TimeFormat), want: 30 * time.Second},
			{value: skewed.Add(2 * time.Second).Format(http.TimeFormat), date: skewed.Format(http.TimeFormat), want: 2 * time.Second},
		}
		for _, tt := range tests {
			got, ok := client.RetryAfter(http.Header{"Retry-After": {tt.value}, "Date": {tt.date}})
			if got != tt.want || ok != (tt.want > 0) {
				t.Errorf("Retry-After %q: got %s, %t, want %s", tt.value, got, ok, tt.want)
			}
		}
	})
}

func TestInfrastructureIsAskedAgain(t *testing.T) {
	t.Parallel()
	busy, page := status(429, "Retry-After", "3"), status(502)
	tests := []struct {
		name      string
		call      client.Call
		replies   []reply
		status    int
		throttled int
		took      time.Duration
	}{
		{"429 with Retry-After", get(), []reply{busy, busy, status(200)}, 200, 2, 6 * time.Second},
		{"503 without", get(), []reply{status(503), status(503), status(200)}, 200, 2, 300 * time.Millisecond},
		{"502", get(), []reply{page, status(200)}, 200, 1, 100 * time.Millisecond},
		{"504 and another refusal", get(), []reply{status(504), busy, status(404)}, 404, 2, 3100 * time.Millisecond},
		{"a write", post(), []reply{page, status(204)}, 204, 1, 100 * time.Millisecond},
		{"a write of an unknown ID", post(), []reply{page, status(404)}, 404, 1, 100 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, "http://target.example/v5", &script{replies: tt.replies})
				began := time.Now()
				e, err := c.Do(t.Context(), tt.call)
				took := time.Since(began).Round(100 * time.Millisecond)
				if err != nil || e.Status != tt.status || e.Throttled != tt.throttled || e.Retried || e.Unavailable || took < tt.took || took > tt.took+600*time.Millisecond {
					t.Errorf("got %s, %d times throttled, after %s, error %v", e.Got(), e.Throttled, took, err)
				}
			})
		})
	}
}

// TestLostAnswerOfAWrite: a refusal may be of the repetition.
func TestLostAnswerOfAWrite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, "http://target.example/v5", &script{replies: []reply{status(502), status(409)}})
		e, err := c.Do(t.Context(), post())
		if err == nil || !e.Unavailable {
			t.Errorf("got %s, error %v, want an error", e.Got(), err)
		}
	})
}

// TestUnavailable: the first call waits as often as it may, the others not at all,
// until there is another answer.
func TestUnavailable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{replies: []reply{status(429, "Retry-After", "1000000")}}
		c := newClient(t, "http://target.example/v5", s)
		for i := range 10 {
			e, err := c.Do(t.Context(), get())
			if !errors.Is(err, client.ErrUnavailable) || e.Status != 429 || (e.Throttled == client.MaxBusy) != (i == 0) {
				t.Errorf("call %d: got status %d, %d times throttled, error %v", i, e.Status, e.Throttled, err)
			}
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

// TestDeadlineWhileWaiting: the last answer stands, whoever waits when the time is over.
func TestDeadlineWhileWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, "http://target.example/v5", &script{replies: []reply{status(429, "Retry-After", "20")}})
		for _, limit := range []time.Duration{time.Second, 21 * time.Second, 45 * time.Second} {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			e, err := c.Do(ctx, get())
			cancel()
			if limit > 20*time.Second && (!errors.Is(err, client.ErrUnavailable) || e.Status != 429) {
				t.Errorf("limit %s: got %s, error %v, want 429 and ErrUnavailable", limit, e.Got(), err)
			}
		}
	})
}

// TestFailureOfTheAPI: a 5xx to one call, while others are answered, is an answer.
func TestFailureOfTheAPI(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, "http://target.example/v5", roundTripper(func(r *http.Request) (*http.Response, error) {
			code := http.StatusOK
			if r.Method == http.MethodPost {
				code = http.StatusServiceUnavailable
			}
			return &http.Response{StatusCode: code, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
		}))
		ctx, cancel := context.WithCancel(t.Context())
		others := make(chan struct{})
		go func() {
			defer close(others)
			for ctx.Err() == nil {
				_, _ = c.Do(ctx, get())
				_ = client.Pause(ctx, time.Second)
			}
		}()
		e, err := c.Do(t.Context(), post())
		if err != nil || e.Status != 503 || e.Throttled != client.MaxBusy {
			t.Errorf("got %s, %d times throttled, error %v; want 503 as an answer", e.Got(), e.Throttled, err)
		}
		cancel()
		<-others
	})
}

// TestPace: a target that takes 50 requests a second, with a burst of 5, from 16 workers.
func TestPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limit := rate.NewLimiter(50, 5)
		c := newClient(t, "http://target.example/v5", roundTripper(func(r *http.Request) (*http.Response, error) {
			code := http.StatusOK
			if !limit.Allow() {
				code = http.StatusServiceUnavailable
			}
			return &http.Response{StatusCode: code, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
		}))
		began := time.Now()
		var group sync.WaitGroup
		for range 16 {
			group.Go(func() {
				for range 50 {
					if e, err := c.Do(t.Context(), get()); err != nil || e.Status != http.StatusOK {
						t.Errorf("got %s, error %v", e.Got(), err)
					}
				}
			})
		}
		group.Wait()
		if took := time.Since(began); took > 32*time.Second { // 16 s at best
			t.Errorf("800 requests at 50 a second: got %s, want 32 s at most", took)
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
