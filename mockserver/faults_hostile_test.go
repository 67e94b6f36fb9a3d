package mockserver_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/assay/mockserver"
)

// TestFaultsWhereverTheyAreAskedFor strikes paths that there are not, with statuses
// that have no body or that the contract does not declare.
func TestFaultsWhereverTheyAreAskedFor(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{})
	in := institution(t, s, "anywhere", newClock().Now())
	tests := []struct {
		name, path, prefer string
		status             int
		body               string // a part of it; empty: it is empty
	}{
		{"a path that there is not", "/v5/nothing", "code=503", 503, "deliberate"},
		{"no content", guideAssessment, "code=204", 204, ""},
		{"not modified", guideAssessment, "code=304", 304, ""},
		{"reset content", guideAssessment, "code=205", 205, ""},
		{"no content, after the change", guideAssessment, "fault=commit-then-answer, code=204", 204, ""},
		{"undeclared", guideAssessment, "code=418", 418, "deliberate"},
		{"nonstandard", guideAssessment, "code=599", 599, "deliberate"},
		{"truncated where there is nothing", "/v5/nothing", "fault=slow, delay=1ms", 404, "no path"},
		{"informational", guideAssessment, "code=101", 400, "from 200 to 599"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := send(t, s, http.MethodGet, tt.path, in.Key(), tt.prefer)
			if g.err != nil || g.status != tt.status || !strings.Contains(g.body, tt.body) || tt.body == "" && g.body != "" {
				t.Errorf("got %+v, want %d with %q", g, tt.status, tt.body)
			}
		})
	}
}

// TestFaultsThatAreNeverReached say so: they match, and do not trigger.
func TestFaultsThatAreNeverReached(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	in := institution(t, s, "never", newClock().Now())
	if _, err := in.Arm(mockserver.Fault{Operation: "getAssessment", Nth: 5, Status: 503}); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		as(t, s, in.Key(), http.MethodGet, guideAssessment, 200)
	}
	if f := in.Faults()[0]; f.Matched != 4 || f.Triggered != 0 {
		t.Errorf("got %d matched, %d triggered, want 4 and none", f.Matched, f.Triggered)
	}
	if v, err := in.Verify(mockserver.Expectation{Filter: mockserver.ExchangeFilter{Fault: "fault-1"}}); err != nil || v.OK {
		t.Errorf("got %+v, %v, want it not met", v, err)
	}
}

// TestDelaysEndWithTheServer cuts a body off that would take minutes more.
func TestDelaysEndWithTheServer(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{})
	in := institution(t, s, "closing", newClock().Now())
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.TrimSuffix(s.URL(), "/v5")+guideAssessment, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("apikey", in.Key())
	r.Header.Set("Prefer", "fault=slow, delay=5m")
	response, err := (&http.Transport{}).RoundTrip(r) // its headers: it is being answered
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	start := time.Now()
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if _, err := io.ReadAll(response.Body); err == nil {
		t.Error("got the whole body, want it cut off")
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("got %s, want it at once", took)
	}
	found, err := in.WaitFor(t.Context(), mockserver.ExchangeFilter{Fault: "slow"}, 1)
	if err != nil || !found[0].Response.Disconnected {
		t.Errorf("the journal: got %+v, %v, want one whose connection ended", found, err)
	}
}
