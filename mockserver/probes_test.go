package mockserver_test

import (
	"net/http"
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
