package mockserver_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/assay/mockserver"
)

// TestReadyUntilStopped asks without a key: an orchestrator has none.
func TestReadyUntilStopped(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	probe := func(path string) int { return serve(s, request(http.MethodGet, path, "", "")).Code }
	if got := probe("/readyz"); got != http.StatusOK {
		t.Errorf("before Start, where a handler alone serves: got %d, want 200", got)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if got := probe("/readyz"); got != http.StatusOK {
		t.Errorf("started: got %d, want 200", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := probe("/readyz"); got != http.StatusServiceUnavailable {
		t.Errorf("told to stop: got %d, want 503", got)
	}
	if got := probe("/healthz"); got != http.StatusOK {
		t.Errorf("the health of one told to stop: got %d, want 200", got)
	}
}

// TestHeadIsServedLikeGet sends HEAD to each path that GET is served at: tools that
// wait for a server use it.
func TestHeadIsServedLikeGet(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{ControlAddr: "127.0.0.1:0"})
	origin := strings.TrimSuffix(s.URL(), "/v5")
	urls := []string{origin + "/healthz", origin + "/readyz", s.ControlURL() + "/console/", s.ControlURL() + "/metrics", s.ControlURL() + "/"}
	for _, sample := range s.Samples() {
		if sample.Method == http.MethodGet {
			urls = append(urls, origin+sample.Path)
		}
	}
	for _, path := range []string{"/openapi.yaml", "/server", "/institutions", "/institutions/API_KEY/assessments", "/institutions/API_KEY/journal", "/institutions/API_KEY/journal/events", "/journal/events"} {
		urls = append(urls, s.ControlURL()+"/control/v1"+path)
	}
	for _, url := range urls {
		t.Run(url, func(t *testing.T) {
			t.Parallel()
			statuses := map[string]int{}
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("apikey", "API_KEY")
				response, err := http.DefaultTransport.RoundTrip(r)
				if err != nil {
					t.Fatal(err)
				}
				response.Body.Close()
				statuses[method] = response.StatusCode
			}
			if statuses[http.MethodGet] != statuses[http.MethodHead] || statuses[http.MethodGet] >= http.StatusBadRequest {
				t.Errorf("statuses: got %v, want the same success for both", statuses)
			}
		})
	}
}
