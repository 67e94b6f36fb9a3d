package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// TestBarredKey: refusals with a cause outside the API make no scenario fail, and the
// reason names the cause.
func TestBarredKey(t *testing.T) {
	t.Parallel()
	var requests, invalid atomic.Int64
	tests := []struct {
		name   string
		refuse func(*http.Request) int // the status; 0: pass the request on
		reason string
	}{
		{"revoked during the run", func(r *http.Request) int {
			if requests.Add(1) > 60 && r.Header.Get("apikey") == "API_KEY" {
				return http.StatusUnauthorized
			}
			return 0
		}, "the key stopped working during the run: the target answers it with 401"},
		{"locked after invalid keys", func(r *http.Request) int {
			if key := r.Header.Get("apikey"); key != "API_KEY" && key != "OTHER_API_KEY" {
				invalid.Add(1)
			}
			if invalid.Load() > 8 {
				return http.StatusForbidden
			}
			return 0
		}, "the key stopped working during the run: the target answers it with 403"},
		{"without the right to write", func(r *http.Request) int {
			if r.Method == http.MethodPost && strings.HasSuffix(r.Header.Get("apikey"), "API_KEY") {
				return http.StatusForbidden
			}
			return 0
		}, "the key may not create assessments: the target answers 403"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock, err := mockserver.New(mockserver.Config{})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if status := tt.refuse(r); status != 0 {
					http.Error(w, "no", status)
					return
				}
				mock.ServeHTTP(w, r)
			}))
			t.Cleanup(server.Close)
			r := run(t, conformance.Target{BaseURL: server.URL + "/v5", APIKey: "API_KEY", OtherAPIKey: "OTHER_API_KEY"}, quick())
			told := 0
			for _, sc := range r.Scenarios {
				if sc.Outcome == report.Failed {
					t.Errorf("%s failed: %+v", sc.Name, sc.Failures)
				}
				if sc.Reason == tt.reason {
					told++
				}
			}
			if r.Verdict != report.Inconclusive || told == 0 {
				logReasons(t, r)
				t.Errorf("got verdict %s, %d scenarios with the reason %q; want inconclusive and some", r.Verdict, told, tt.reason)
			}
		})
	}
}
