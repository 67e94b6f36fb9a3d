// Package target makes typed calls to the deployment under test. It reads,
// lists, creates and cancels assessments, follows a list over its pages, polls,
// and remembers the assessments of the run. It asserts nothing.
//
// Begin reading here: a Target belongs to a run, a Session to one scenario.
// walk.go reads a list to its end, page.go takes a page apart, paging.go has the
// ways from one page to the next, and writes.go creates and cancels.
package target

import (
	"context"
	"slices"
	"sync"
	"time"

	"example.com/assay/conformance/internal/client"
)

// Config configures a Target.
type Config struct {
	Client       *client.Client
	ListRequests int // limit of requests for one reading of a list; 0: no limit

	Writes      bool                 // creating and cancelling is allowed
	Sacrificial []string             // IDs of existing assessments to cancel
	Intent      func(Write) error    // called before each write; its error stops the write
	Done        func(Write, Written) // called after each write
}

// Target is the deployment under test, for the scenarios of one run. It is safe
// for concurrent use.
type Target struct {
	config  Config
	created ledger
	paging  learned

	// creating is held for reading while an assessment is created, and for writing
	// while none may be.
	creating sync.RWMutex

	parsing sync.Mutex // held while a large page is decoded

	malformed malformed
}

// New returns a Target.
func New(c Config) *Target {
	t := &Target{config: c, paging: newLearned(), created: newLedger()}
	for _, id := range c.Sacrificial {
		t.created.allow(id)
	}
	return t
}

// Session makes the calls of one scenario. It is safe for concurrent use.
type Session struct {
	*Target

	scenario string
	took     func(*client.Exchange)
}

// Session returns the Session of a scenario. It calls took with each exchange.
func (t *Target) Session(scenario string, took func(*client.Exchange)) *Session {
	return &Session{Target: t, scenario: scenario, took: took}
}

// Do makes a call. It returns an error without a whole response.
func (s *Session) Do(ctx context.Context, call client.Call) (*client.Exchange, error) {
	call.Scenario = s.scenario
	e, err := s.config.Client.Do(ctx, call)
	s.took(e)
	if err == nil && e.Success() && readsJSON(call.Operation) {
		_, defects, err := Decode(e.Body)
		s.malformed.add(e, defects, err)
	}
	return e, err
}

// readsJSON reports whether a success of the operation has one JSON object.
func readsJSON(operation string) bool {
	return operation == GetAssessment || operation == CreateAssessment || operation == GetOutcome
}

// Malformed returns the malformed bodies of successful responses so far.
func (t *Target) Malformed() []Malformed {
	t.malformed.mu.Lock()
	defer t.malformed.mu.Unlock()
	return slices.Clone(t.malformed.all)
}

// Get reads an assessment. The Record is nil if the response has none.
func (s *Session) Get(ctx context.Context, key client.Key, id string) (Record, *client.Exchange, error) {
	e, err := s.Do(ctx, Call(GetAssessment, key, id, nil))
	if err != nil || e.Status != 200 {
		return nil, e, err
	}
	r, _ := RecordOf(e)
	return r, e, nil
}

// Poll calls done until it reports true or the limit is over: at once, then at
// growing intervals. The error is nil also if done never reports true.
func Poll(ctx context.Context, limit time.Duration, done func() (bool, error)) error {
	began := time.Now()
	for interval := max(limit/100, 2*time.Millisecond); ; interval = min(2*interval, max(limit/8, 5*time.Millisecond)) {
		ok, err := done()
		if ok || err != nil || time.Since(began)+interval > limit {
			return err
		}
		if err := client.Pause(ctx, interval); err != nil {
			return err
		}
	}
}

// Watch calls look for as long as the window lasts, and once after it.
func Watch(ctx context.Context, window time.Duration, look func() error) error {
	interval := max(window/8, time.Millisecond)
	for end := time.Now().Add(window); time.Now().Before(end); {
		if err := look(); err != nil {
			return err
		}
		if err := client.Pause(ctx, interval); err != nil {
			return err
		}
	}
	return look()
}
