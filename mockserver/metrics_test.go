package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/assay/mockserver"
)

// scrape reads the metrics as Prometheus does.
func scrape(t *testing.T, s *mockserver.Server) string {
	t.Helper()
	plane, err := s.ControlHandler()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	plane.ServeHTTP(w, request(http.MethodGet, "/metrics", "", ""))
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
		t.Fatalf("got %d, %s, want 200 and the text format", w.Code, w.Header().Get("Content-Type"))
	}
	return w.Body.String()
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: fixturesOf(alpha(), beta())})
	for range 3 {
		stateOf(s, alpha())
	}
	cancelOf(t, s, alpha())
	serve(s, request(http.MethodGet, "/v5/entities", "", ""))
	serve(s, request(http.MethodGet, "/nowhere", "", ""))
	serve(s, request(http.MethodGet, "/readyz", "", ""))
	broken := request(http.MethodGet, "/v5/entities", alpha().key(), "")
	broken.Header.Set("Prefer", "code=503")
	serve(s, broken)
	if _, err := s.Reload("mine.yaml", fixturesOf(alpha())); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Reload("mine.yaml", nil); err == nil {
		t.Fatal("reload nothing: got no error")
	}
	got := scrape(t, s)
	for _, line := range []string{
		`assay_requests_total{operation="getAssessment",status="200"} 3`,
		`assay_requests_total{operation="cancelWorkflow",status="204"} 1`,
		`assay_requests_total{operation="listEntities",status="401"} 1`,
		`assay_requests_total{operation="listEntities",status="503"} 1`,
		`assay_requests_total{operation="none",status="404"} 1`,
		`assay_request_duration_seconds_count{operation="getAssessment"} 3`,
		`assay_fixture_reloads_total{result="served"} 1`,
		`assay_fixture_reloads_total{result="refused"} 1`,
		`assay_institutions 1`,
	} {
		if !strings.Contains(got, "\n"+line+"\n") {
			t.Errorf("metrics: want the line %s", line)
		}
	}
	if !strings.Contains(got, "\nassay_faults_total{") || !strings.Contains(got, "\ngo_goroutines ") {
		t.Errorf("metrics: want the fault and the process in them, got\n%s", got)
	}
	for _, secret := range []string{alpha().key(), "nowhere", alpha().assessment()} {
		if strings.Contains(got, secret) {
			t.Errorf("metrics: got %s, want nothing that a client has sent", secret)
		}
	}
	if w := serve(s, request(http.MethodGet, "/metrics", "", "")); w.Code != http.StatusNotFound {
		t.Errorf("on the listener of the contract: got %d, want 404", w.Code)
	}
}
