package mockserver_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/assay/mockserver"
)

// TestTheJournalHasTheOutcome arms faults for a cancel. A client that does not wait
// leaves during the delay.
func TestTheJournalHasTheOutcome(t *testing.T) {
	t.Parallel()
	long := &mockserver.FaultDelay{Fixed: mockserver.FaultDuration(time.Minute)}
	short := &mockserver.FaultDelay{Fixed: mockserver.FaultDuration(time.Millisecond)}
	tests := []struct {
		fault        mockserver.Fault
		leaves       bool
		disconnected bool
		status       int
		effective    bool
		missed       string
	}{
		{mockserver.Fault{Fault: "delay", Delay: long}, true, true, 0, false, "the connection ended during the delay"},
		{mockserver.Fault{Fault: "commit-then-delay", Delay: long}, true, true, 0, true, "the connection ended during the delay"},
		{mockserver.Fault{Fault: "answer", Status: 503, Delay: long}, true, true, 0, false, "the connection ended during the delay"},
		{mockserver.Fault{Fault: "delay", Delay: short}, false, false, 204, true, ""},
		{mockserver.Fault{Fault: "truncate"}, false, false, 204, true, "the response has no body"},
		{mockserver.Fault{Fault: "reset-after-headers"}, false, false, 204, true, "the response has no body"},
		{mockserver.Fault{Fault: "slow", Delay: long}, false, false, 204, true, "the response has no body"},
		{mockserver.Fault{Fault: "commit-then-reset"}, false, false, 0, true, ""},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %v", tt.fault.Fault, tt.leaves), func(t *testing.T) {
			t.Parallel()
			s := started(t, mockserver.Config{})
			in := institution(t, s, "outcome", newClock().Now())
			if _, err := in.Arm(tt.fault); err != nil {
				t.Fatal(err)
			}
			conn := dial(t, s)
			raw := "POST " + guideAssessment + "/cancel-workflow HTTP/1.1\r\nHost: x\r\napikey: " + in.Key() + "\r\nConnection: close\r\n\r\n"
			if _, err := io.WriteString(conn, raw); err != nil {
				t.Fatal(err)
			}
			if tt.leaves {
				conn.Close() // the server reads the request all the same
			}
			found, err := in.WaitFor(t.Context(), mockserver.ExchangeFilter{Operation: "cancelWorkflow"}, 1)
			if err != nil {
				t.Fatal(err)
			}
			e := found[0]
			if e.Response.Status != tt.status || e.Response.Disconnected != tt.disconnected || e.Fault == nil || e.Fault.Missed != tt.missed {
				t.Errorf("got %+v, fault %+v, want %+v", e.Response, e.Fault, tt)
			}
			if effective := e.State != nil && e.State.Effective; effective != tt.effective {
				t.Errorf("effective: got %v, want %v", effective, tt.effective)
			}
			happened := tt.missed == ""
			if got := in.Journal(mockserver.ExchangeFilter{Fault: "any"}, 0).Count == 1; got != happened {
				t.Errorf("filter of faults: got %v, want %v", got, happened)
			}
			if got := in.Faults()[0].Triggered == 1; got != happened {
				t.Errorf("triggered: got %v, want %v", got, happened)
			}
			x, err := in.Explain(e.ID)
			if words := strings.Join(x.Words, " "); err != nil || tt.missed != "" && !strings.Contains(words, "did not happen") || tt.disconnected && !strings.Contains(words, "connection ended before") {
				t.Errorf("explained: got %s, %v", words, err)
			}
		})
	}
}

// gone is the connection of a client that left.
type gone struct{ http.ResponseWriter }

func (g gone) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// TestAnUnsentResponseIsNoted writes to a connection that is gone, and answers a client
// that has left.
func TestAnUnsentResponseIsNoted(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	in, err := s.Institution("API_KEY")
	if err != nil {
		t.Fatal(err)
	}
	s.ServeHTTP(gone{httptest.NewRecorder()}, request(http.MethodGet, guideAssessment, "API_KEY", ""))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.ServeHTTP(httptest.NewRecorder(), request(http.MethodPost, guideAssessment+"/cancel-workflow", "API_KEY", "").WithContext(ctx))
	s.ServeHTTP(httptest.NewRecorder(), request(http.MethodGet, guideAssessment, "API_KEY", ""))
	entries := in.Journal(mockserver.ExchangeFilter{}, 0).Entries
	for i, want := range []bool{false, true, true} { // the latest first
		if got := entries[i].Response.Disconnected; got != want {
			t.Errorf("entry %d: disconnected: got %v, want %v", entries[i].Number, got, want)
		}
	}
	if e := entries[1]; e.State == nil || !e.State.Effective {
		t.Errorf("cancel: got %+v, want its effect", e)
	}
}
