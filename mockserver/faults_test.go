package mockserver_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"example.com/assay/mockserver"
)

// got is what a client gets: a status and a body, or an error.
type got struct {
	status int
	body   string
	err    error
}

// send sends a request over a connection of its own.
func send(t *testing.T, s *mockserver.Server, method, path, key, prefer string) got {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, strings.TrimSuffix(s.URL(), "/v5")+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("apikey", key)
	if prefer != "" {
		r.Header.Set("Prefer", prefer)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		return got{err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return got{response.StatusCode, string(body), err}
}

// TestFaultsAroundTheCommit loses a cancel before and after it has happened, and
// asks everybody who knows: the client, the API and the journal.
func TestFaultsAroundTheCommit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault     mockserver.FaultName
		effective int
		state     string
	}{
		{mockserver.FaultCommitThenReset, 1, "Cancelled"},
		{mockserver.FaultResetBeforeCommit, 0, "Active"},
	}
	for _, tt := range tests {
		for _, way := range []string{"armed", "preferred"} {
			t.Run(string(tt.fault)+" "+way, func(t *testing.T) {
				t.Parallel()
				s := started(t, mockserver.Config{})
				in := institution(t, s, "reset", newClock().Now())
				prefer := "fault=" + string(tt.fault)
				if way == "armed" {
					prefer = ""
					if _, err := in.Arm(mockserver.Fault{Fault: tt.fault, Operation: "cancelWorkflow", Assessment: guideID, First: 1}); err != nil {
						t.Fatal(err)
					}
				}
				if g := send(t, s, http.MethodPost, guideAssessment+"/cancel-workflow", in.Key(), prefer); !errors.Is(g.err, syscall.ECONNRESET) && !errors.Is(g.err, io.EOF) {
					t.Errorf("the client: got %+v, want a connection that is reset", g)
				}
				if g := send(t, s, http.MethodGet, guideAssessment, in.Key(), ""); !strings.Contains(g.body, `"workflow_state":"`+tt.state+`"`) {
					t.Errorf("GET: got %+v, want %s", g, tt.state)
				}
				effective, once := true, mockserver.ExchangeFilter{Operation: "cancelWorkflow", Assessment: guideID}
				once.Effective = &effective
				v, err := in.Verify(
					mockserver.Expectation{Exactly: &tt.effective, Filter: once},
					mockserver.Expectation{Then: true, Filter: mockserver.ExchangeFilter{Operation: "getAssessment", State: tt.state}},
				)
				if err != nil || !v.OK {
					t.Errorf("verify by effect: got %+v, %v, want %d effective cancels", v, err, tt.effective)
				}
				struck := in.Journal(mockserver.ExchangeFilter{Fault: string(tt.fault)}, 0)
				if struck.Count != 1 || !struck.Entries[0].Response.Aborted || struck.Entries[0].Response.Status != 0 {
					t.Errorf("the journal: got %+v, want one that was cut off without an answer", struck)
				}
			})
		}
	}
}

func TestFaultsOnTheWire(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{})
	in := institution(t, s, "wire", newClock().Now())
	whole := send(t, s, http.MethodGet, guideAssessment, in.Key(), "").body
	tests := []struct {
		prefer string
		status int
		body   func(string) bool
		broken bool
	}{
		{"code=503", 503, contains("urn:assay:problem:fault"), false},
		{"code=429, retry-after=30", 429, contains("deliberate"), false},
		{"code=204", 204, is(""), false},
		{"delay=1ms", 200, is(whole), false},
		{"fault=commit-then-delay, delay=1ms", 200, is(whole), false},
		{"fault=slow, delay=20ms", 200, is(whole), false},
		{"fault=truncate", 200, is(whole[:len(whole)/2]), true},
		{"fault=reset-after-headers", 200, is(""), true},
		{"fault=commit-then-answer, code=504", 504, contains("deliberate"), false},
		{"fault=commit-then-rest", 400, contains(`did you mean \"commit-then-reset\"`), false},
		{"cod=503", 400, contains(`did you mean \"code\"`), false},
		{"return=minimal, respond-async, wait=10", 200, is(whole), false},
		{"delay=tomorrow", 400, contains("invalid duration"), false},
		{"code=99", 400, contains("from 200 to 599"), false},
	}
	for _, tt := range tests {
		t.Run(tt.prefer, func(t *testing.T) {
			t.Parallel()
			g := send(t, s, http.MethodGet, guideAssessment, in.Key(), tt.prefer)
			if g.status != tt.status || !tt.body(g.body) || (g.err != nil) != tt.broken {
				t.Errorf("got %+v, want %d, broken %v", g, tt.status, tt.broken)
			}
		})
	}
}

func contains(part string) func(string) bool {
	return func(s string) bool { return strings.Contains(s, part) }
}

func is(whole string) func(string) bool { return func(s string) bool { return s == whole } }

// TestPreferOff shows the contract without any of the mock's own.
func TestPreferOff(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{NoPrefer: true})
	r := request(http.MethodGet, guideAssessment, "API_KEY", "")
	r.Header.Set("Prefer", "code=503")
	if w := serve(s, r); w.Code != http.StatusOK {
		t.Errorf("got %d, want 200", w.Code)
	}
}

// TestFaultsNeedNoServer uses the handler alone, which has no connection to cut.
func TestFaultsNeedNoServer(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	in := institution(t, s, "handler", newClock().Now())
	r := request(http.MethodPost, guideAssessment+"/cancel-workflow", in.Key(), "")
	r.Header.Set("Prefer", "fault=commit-then-reset")
	func() {
		defer func() {
			if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // a panic's value, compared as net/http does
				t.Errorf("got %v, want the panic %v", p, http.ErrAbortHandler)
			}
		}()
		serve(s, r)
	}()
	if a, err := in.Assessment(guideID); err != nil || a.State != "Cancelled" {
		t.Errorf("got %+v, %v, want it cancelled", a, err)
	}
}

// TestDelaysPass waits in no time.
func TestDelaysPass(t *testing.T) {
	t.Parallel()
	shared := newServer(t, mockserver.Config{})
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, mockserver.Config{}.ShareContract(shared))
		in := institution(t, s, "late", newClock().Now())
		if _, err := in.Arm(mockserver.Fault{Nth: 2, Delay: &mockserver.FaultDelay{Fixed: mockserver.FaultDuration(3 * time.Second)}}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []time.Duration{0, 3 * time.Second, 0} {
			start := time.Now()
			serve(s, request(http.MethodGet, guideAssessment, in.Key(), ""))
			if took := time.Since(start); took != want {
				t.Errorf("got %s, want %s", took, want)
			}
		}
		if faults := in.Faults(); faults[0].Matched != 3 || faults[0].Triggered != 1 {
			t.Errorf("got %+v, want 3 matched, 1 triggered", faults)
		}
	})
}

// TestDelayedClientsGoAway shows that a client which does not wait for a delay
// before the commit has asked for nothing.
func TestDelayedClientsGoAway(t *testing.T) {
	t.Parallel()
	shared := newServer(t, mockserver.Config{})
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, mockserver.Config{}.ShareContract(shared))
		in := institution(t, s, "gone", newClock().Now())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r := request(http.MethodPost, guideAssessment+"/cancel-workflow", in.Key(), "").WithContext(ctx)
		r.Header.Set("Prefer", "delay=10s")
		func() {
			defer func() { _ = recover() }() // the connection is cut
			serve(s, r)
		}()
		if a, err := in.Assessment(guideID); err != nil || a.State != "Active" {
			t.Errorf("got %+v, %v, want it active", a, err)
		}
	})
}

// TestWaitFor wakes up by the exchange that it waits for, and not before.
func TestWaitFor(t *testing.T) {
	t.Parallel()
	shared := newServer(t, mockserver.Config{})
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, mockserver.Config{}.ShareContract(shared))
		in := institution(t, s, "waited", newClock().Now())
		time.AfterFunc(2*time.Second, func() { serve(s, request(http.MethodGet, guideAssessment, in.Key(), "")) })
		time.AfterFunc(4*time.Second, func() { serve(s, request(http.MethodPost, guideAssessment+"/cancel-workflow", in.Key(), "")) })
		start := time.Now()
		found, err := in.WaitFor(t.Context(), mockserver.ExchangeFilter{Operation: "cancelWorkflow"}, 1)
		if took := time.Since(start); err != nil || len(found) != 1 || took != 4*time.Second {
			t.Errorf("got %v, %v after %s, want the cancel after 4s", found, err, took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := in.WaitFor(ctx, mockserver.ExchangeFilter{Status: 418}, 1); !errors.Is(err, mockserver.ErrTimeout) {
			t.Errorf("got %v, want %v", err, mockserver.ErrTimeout)
		}
	})
}

// TestResetsOverTLS takes the connection below the encryption.
func TestResetsOverTLS(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	server := httptest.NewTLSServer(s)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+guideAssessment, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("apikey", "API_KEY")
	r.Header.Set("Prefer", "fault=reset-before-commit")
	response, err := server.Client().Do(r)
	if err == nil {
		response.Body.Close()
	}
	if opErr := (*net.OpError)(nil); err == nil || (!errors.As(err, &opErr) && !errors.Is(err, io.EOF)) {
		t.Errorf("got %v, want a connection that is reset", err)
	}
}

// TestFaultsThatCannotBe says all that is wrong.
func TestFaultsThatCannotBe(t *testing.T) {
	t.Parallel()
	in, err := newServer(t, mockserver.Config{}).Institution("API_KEY")
	if err != nil {
		t.Fatal(err)
	}
	fixed := func(d time.Duration) *mockserver.FaultDelay {
		return &mockserver.FaultDelay{Fixed: mockserver.FaultDuration(d)}
	}
	tests := []struct {
		fault mockserver.Fault
		want  string
	}{
		{mockserver.Fault{Fault: "trunkate"}, `did you mean "truncate"?`},
		{mockserver.Fault{Operation: "cancelWorkflows", Status: 503}, `did you mean "cancelWorkflow"?`},
		{mockserver.Fault{Nth: 1, First: 2, Status: 503}, "at most one of nth, first, every and chance"},
		{mockserver.Fault{Chance: 1.5, Status: 503}, "at most 1"},
		{mockserver.Fault{Every: -1, Status: 503}, "from 1"},
		{mockserver.Fault{}, "delay: required for delay"},
		{mockserver.Fault{Delay: fixed(time.Hour)}, "from 0 to 5m0s"},
		{mockserver.Fault{Delay: &mockserver.FaultDelay{From: 2, To: 1}}, "must be greater than from"},
		{mockserver.Fault{Delay: &mockserver.FaultDelay{Fixed: 1, Median: 2, Sigma: 1}}, "either fixed"},
		{mockserver.Fault{Delay: &mockserver.FaultDelay{Median: 2}}, "a sigma"},
		{mockserver.Fault{Fault: mockserver.FaultAnswer}, "status: 0 is out of range; answer needs one from 200 to 599"},
		{mockserver.Fault{Status: 204, Body: "x"}, "body: not allowed with status 204"},
		{mockserver.Fault{Status: 503, ContentType: "a\r\nb"}, "a media type"},
		{mockserver.Fault{Fault: mockserver.FaultTruncate, Status: 503}, "not allowed for truncate"},
		{mockserver.Fault{Status: 503, Body: strings.Repeat("x", 1<<20)}, "the limit is 65536"},
	}
	for _, tt := range tests {
		if _, err := in.Arm(tt.fault); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: got %v, want %q in it", tt.fault, err, tt.want)
		}
	}
	for n := range 101 {
		_, err = in.Arm(mockserver.Fault{Status: 503})
		if (err != nil) != (n == 100) {
			t.Errorf("fault %d: got %v, want an error for the last one alone", n+1, err)
		}
	}
	if n := in.DisarmAll(); n != 100 {
		t.Errorf("disarmed: got %d, want 100", n)
	}
	if in.Disarm(fmt.Sprintf("fault-%d", 1)) {
		t.Error("disarm again: got true, want false")
	}
}
