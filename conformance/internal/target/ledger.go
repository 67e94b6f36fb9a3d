package target

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"example.com/assay/conformance/internal/client"
)

// Write is a request that may change the target.
type Write struct {
	Kind         string // create, cancel, or the method of a request that breaks the contract
	AssessmentID string // empty for a create
	Body         string // of a create, its first 1 KiB
	Scenario     string
}

// Written is the result of a Write, as far as the response shows it.
type Written struct {
	OK      bool   // the status is a 2xx
	Created string // ID of the new assessment; empty if the response shows none
}

// maxLedgerBody is how much of a request body the ledger keeps, in bytes.
const maxLedgerBody = 1 << 10

// ledger is what the run created, and what it may cancel.
type ledger struct {
	mu         sync.Mutex
	cancelable map[string]bool
	created    []Created
}

// Created is an assessment that this run created.
type Created struct {
	ID       string
	Key      client.Key
	Exchange *client.Exchange
}

// AllowCancel adds an assessment to those that may be cancelled.
func (t *Target) AllowCancel(id string) {
	t.created.mu.Lock()
	defer t.created.mu.Unlock()
	if t.created.cancelable == nil {
		t.created.cancelable = map[string]bool{}
	}
	t.created.cancelable[strings.ToLower(id)] = true
}

// CancelAllowed reports whether the run created the assessment, or may cancel it
// for another reason.
func (t *Target) CancelAllowed(id string) bool {
	t.created.mu.Lock()
	defer t.created.mu.Unlock()
	return t.created.cancelable[strings.ToLower(id)]
}

// Created returns what the run created so far with the key.
func (t *Target) Created(key client.Key) []Created {
	t.created.mu.Lock()
	defer t.created.mu.Unlock()
	var all []Created
	for _, c := range t.created.created {
		if c.Key.Name() == key.Name() {
			all = append(all, c)
		}
	}
	return all
}

// WithoutCreates calls act while no session creates an assessment. act itself
// creates through CreateAlone.
func (t *Target) WithoutCreates(act func() error) error {
	t.creating.Lock()
	defer t.creating.Unlock()
	return act()
}

// Send makes a call. A call that may change the target goes into the ledger.
func (s *Session) Send(ctx context.Context, call client.Call) (*client.Exchange, error) {
	switch {
	case call.Operation == CreateAssessment:
		s.creating.RLock()
		defer s.creating.RUnlock()
		return s.CreateAlone(ctx, call)
	case call.Method == http.MethodGet:
		return s.Do(ctx, call)
	case call.Operation == CancelWorkflow && !s.CancelAllowed(call.Resource):
		return nil, fmt.Errorf("assessment %s belongs neither to this run nor to --assessment-id, so it is not cancelled: this is a defect of the suite", call.Resource)
	}
	kind := call.Method
	if call.Operation == CancelWorkflow {
		kind = "cancel"
	}
	return s.write(ctx, call, Write{Kind: kind, AssessmentID: call.Resource, Scenario: s.scenario})
}

// CreateAlone makes a call that creates an assessment, inside WithoutCreates.
func (s *Session) CreateAlone(ctx context.Context, call client.Call) (*client.Exchange, error) {
	body := string(call.Body[:min(len(call.Body), maxLedgerBody)])
	return s.write(ctx, call, Write{Kind: "create", Body: body, Scenario: s.scenario})
}

func (s *Session) write(ctx context.Context, call client.Call, w Write) (*client.Exchange, error) {
	if !s.config.Writes {
		return nil, fmt.Errorf("%s %s would change the target, which is not allowed: this is a defect of the suite", call.Method, call.Path)
	}
	if s.config.Intent != nil {
		if err := s.config.Intent(w); err != nil {
			return nil, fmt.Errorf("write to the ledger: %w", err)
		}
	}
	e, err := s.Do(ctx, call)
	s.settle(w, e)
	return e, err
}

// settle records the result of a write.
func (s *Session) settle(w Write, e *client.Exchange) {
	written := Written{OK: e != nil && e.Success()}
	if written.OK && w.Kind == "create" {
		r, _ := RecordOf(e)
		written.Created = r.ID()
	}
	if written.Created != "" {
		s.AllowCancel(written.Created)
		s.created.mu.Lock()
		s.created.created = append(s.created.created, Created{ID: written.Created, Key: e.Call.Key, Exchange: e.Brief()})
		s.created.mu.Unlock()
	}
	if s.config.Done != nil {
		s.config.Done(w, written)
	}
}
