package mockserver_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"example.com/assay/mockserver"
)

// The flows of TestIsolation. A short run does fewer, to be quick.
const (
	workers    = 32
	flows      = 1_000
	shortFlows = 64
)

// TestIsolation has workers run the same script at the same time, each with an
// institution, a clock that stands still and faults of its own. Everything that a
// worker sees tells whose it is.
func TestIsolation(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Seed: 7})
	total := flows
	if testing.Short() {
		total = shortFlows
	}
	next := make(chan int)
	var running sync.WaitGroup
	for n := range workers {
		w := newWorker(t, s, n)
		running.Go(func() {
			for range next {
				w.flow()
			}
		})
	}
	for i := range total {
		next <- i
	}
	close(next)
	running.Wait()
	if strays := s.Strays(mockserver.ExchangeFilter{}, 1); strays.Count != 0 {
		t.Errorf("exchanges of no institution: got %d, want none", strays.Count)
	}
}

// worker is one who runs the script.
type worker struct {
	t      *testing.T
	server *mockserver.Server
	own    *mockserver.Institution
	status int       // what its faults answer
	now    time.Time // what its clock shows
	asked  int       // requests so far
}

func newWorker(t *testing.T, s *mockserver.Server, n int) *worker {
	t.Helper()
	w := &worker{t: t, server: s, status: 500 + n, now: time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.UTC)}
	w.own = institution(t, s, fmt.Sprintf("worker-%d", n), w.now)
	return w
}

func (w *worker) ask(method, path, body string, want int) record {
	w.t.Helper()
	w.asked++
	answer := serve(w.server, request(method, path, w.own.Key(), body))
	if answer.Code != want {
		w.t.Errorf("%s, %s %s: got %d %s, want %d", w.own.Name(), method, path, answer.Code, answer.Body, want)
	}
	if answer.Code >= http.StatusMultipleChoices || answer.Body.Len() == 0 {
		return record{}
	}
	return decode[record](w.t, answer)
}

// flow creates an assessment, meets a fault, cancels, and looks at everything
// that is its own.
func (w *worker) flow() {
	a := w.ask(http.MethodPost, "/v5/assessments",
		`{"entity_id":"8161163a-f227-466f-bc01-090a01e80165","template_id":"c6d67e98-83ea-49f0-8812-e4abae2b68bc"}`, http.StatusCreated)
	if a.Created != w.now.Format(time.RFC3339) || a.State != "Active" {
		w.t.Errorf("%s: got %+v, want it created at %s", w.own.Name(), a, w.now)
	}
	path := "/v5/assessments/" + a.ID
	armed, err := w.own.Arm(mockserver.Fault{Operation: "getAssessment", Assessment: a.ID, Nth: 2, Status: w.status})
	if err != nil {
		w.t.Error(err)
	}
	w.ask(http.MethodGet, path, "", http.StatusOK)
	w.ask(http.MethodGet, path, "", w.status)
	w.ask(http.MethodPost, path+"/cancel-workflow", "", http.StatusNoContent)
	if got := w.ask(http.MethodGet, path, "", http.StatusOK); got.State != "Cancelled" {
		w.t.Errorf("%s: got %+v, want it cancelled", w.own.Name(), got)
	}
	w.check(a.ID, armed.ID)
	w.own.ClearJournal()
	w.asked = 0
	moved, err := w.own.Advance(time.Minute)
	if err != nil {
		w.t.Error(err)
	}
	w.now = moved.To
}

// check looks at what the institution knows of the flow.
func (w *worker) check(assessment, armed string) {
	if v, err := w.own.VerifyCancelledOnce(assessment); err != nil || !v.OK {
		w.t.Errorf("%s: got %+v, %v, want one effective cancel", w.own.Name(), v, err)
	}
	found := w.own.Journal(mockserver.ExchangeFilter{}, 0)
	if found.Count != w.asked {
		w.t.Errorf("%s: got %d exchanges, want %d", w.own.Name(), found.Count, w.asked)
	}
	for _, e := range found.Entries {
		if e.Institution != w.own.ID() || !e.Time.Equal(w.now) || (e.Fault != nil && e.Fault.Rule != armed) {
			w.t.Errorf("%s: got %+v, want its own", w.own.Name(), e)
		}
	}
	if faults := w.own.Faults(); len(faults) != 1 || faults[0].Triggered != 1 || !w.own.Disarm(armed) {
		w.t.Errorf("%s: got %+v, want one that struck once", w.own.Name(), faults)
	}
}
