package conformance_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// stillActive returns the IDs of the active assessments of the mock that the fixtures do
// not have.
func stillActive(t *testing.T, mock *mockserver.Server) (ids []string) {
	t.Helper()
	fixtures, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for i, in := range mock.Institutions() {
		given, _ := fixtures.Institutions()[i].Assessments(mockserver.AssessmentFilter{})
		all, _ := in.Assessments(mockserver.AssessmentFilter{State: "Active"})
		for _, a := range all {
			if !slices.ContainsFunc(given, func(g mockserver.Assessment) bool { return g.ID == a.ID }) {
				ids = append(ids, a.ID)
			}
		}
	}
	return ids
}

// tidied runs the core requirements against a mock behind a layer.
func tidied(ctx context.Context, t *testing.T, keep bool, layer func(http.Handler) http.Handler) (*report.Report, []string) {
	t.Helper()
	mock, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(layer(mock))
	defer server.Close()
	o := quick()
	o.Keep = keep
	r, err := conformance.Run(ctx, conformance.Target{BaseURL: server.URL + "/v5", APIKey: "API_KEY", OtherAPIKey: "OTHER_API_KEY"}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r, stillActive(t, mock)
}

// TestRunsTidyUp counts what a run leaves behind.
func TestRunsTidyUp(t *testing.T) {
	t.Parallel()
	r, active := tidied(t.Context(), t, false, faultless)
	if len(active) > 0 || r.Run.Tidied == 0 || len(r.Leftovers) > 0 {
		t.Errorf("got %d tidied, %v left, and %d active assessments, want none active", r.Run.Tidied, r.Leftovers, len(active))
	}
	if r, active := tidied(t.Context(), t, true, faultless); len(active) == 0 || r.Run.Tidied > 0 {
		t.Errorf("keep: got %d tidied and %d active, want them kept", r.Run.Tidied, len(active))
	}
}

// TestInterruptedRunsTidyUp ends a run after some creates.
func TestInterruptedRunsTidyUp(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	creates := 0
	var mu sync.Mutex
	r, active := tidied(ctx, t, false, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			mu.Lock()
			defer mu.Unlock()
			if creates++; r.Method == http.MethodPost && creates > 40 {
				interrupt()
			}
		})
	})
	// The answer to a create that was interrupted has no ID to cancel.
	if r.Verdict == report.Conformant || r.Run.Tidied == 0 || len(active) > 16 {
		t.Errorf("got %s, %d tidied and %d active", r.Verdict, r.Run.Tidied, len(active))
	}
}

// TestLeftoversAreListed refuses every cancel at the end of the run.
func TestLeftoversAreListed(t *testing.T) {
	t.Parallel()
	r, active := tidied(t.Context(), t, false, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/cancel-workflow") {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	if len(active) == 0 || len(r.Leftovers) < len(active) || r.Run.Tidied > 0 {
		t.Fatalf("got %d leftovers, %d tidied and %d active, want each one listed", len(r.Leftovers), r.Run.Tidied, len(active))
	}
	for _, l := range r.Leftovers {
		if !strings.Contains(l.Why, "403") || !strings.Contains(l.Curl, "curl -i -X POST") || !strings.Contains(l.Curl, l.Assessment+"/cancel-workflow") {
			t.Errorf("got %+v, want the status and the command", l)
		}
	}
}
