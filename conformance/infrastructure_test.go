package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// TestInfrastructureIsNoEvidence: a gateway that answers in the place of the API
// makes no scenario fail, and those that it kept from running run once more.
func TestInfrastructureIsNoEvidence(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		// answer returns the status of the gateway to the n-th request, counted
		// from 1; 0: it passes the request on.
		answer func(n int, now time.Time) int
	}{
		{"each 41st request is lost", func(n int, _ time.Time) int {
			if n%41 == 0 {
				return http.StatusBadGateway
			}
			return 0
		}},
		{"40 requests a second", perSecond(40)},
		{"down for a while", downAfter(60, time.Second)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock, err := mockserver.New(mockserver.Config{})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(answering(tt.answer, mock))
			t.Cleanup(server.Close)
			o := quick()
			o.Selection = conformance.Selection{Levels: []string{"core"}}
			r := run(t, conformance.Target{BaseURL: server.URL + "/v5", APIKey: "API_KEY", OtherAPIKey: "OTHER_API_KEY"}, o)
			logReasons(t, r)
			if r.Counts.Failed > 0 || r.Run.Slowed == 0 {
				t.Errorf("got %d failed, %d answers of the gateway; want none and some", r.Counts.Failed, r.Run.Slowed)
			}
			for _, sc := range r.Scenarios {
				if sc.Outcome == report.CouldNotRun {
					t.Errorf("%s: %s", sc.Name, sc.Reason)
				}
			}
		})
	}
}

// answering answers by the status that the function chooses, or else passes on.
func answering(answer func(int, time.Time) int, inner http.Handler) http.Handler {
	var mu sync.Mutex
	n := 0
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		n++
		status := answer(n, time.Now())
		mu.Unlock()
		if status == 0 {
			inner.ServeHTTP(w, r)
			return
		}
		if status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "1")
		}
		http.Error(w, "<html>not now</html>", status)
	})
}

func perSecond(limit int) func(int, time.Time) int {
	var second time.Time
	count := 0
	return func(_ int, now time.Time) int {
		if now.Sub(second) >= time.Second {
			second, count = now, 0
		}
		if count++; count > limit {
			return http.StatusServiceUnavailable
		}
		return 0
	}
}

func downAfter(requests int, outage time.Duration) func(int, time.Time) int {
	var since time.Time
	return func(n int, now time.Time) int {
		if n == requests {
			since = now
		}
		if n >= requests && now.Sub(since) < outage {
			return http.StatusServiceUnavailable
		}
		return 0
	}
}
