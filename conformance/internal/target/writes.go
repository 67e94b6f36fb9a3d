package target

import (
	"context"
	"fmt"
	"net/http"

	"example.com/assay/conformance/internal/client"
)

// AllowCancel allows the run to cancel an assessment.
func (t *Target) AllowCancel(id string) { t.created.allow(id) }

// CancelAllowed reports whether the run created the assessment, or may cancel it
// for another reason.
func (t *Target) CancelAllowed(id string) bool { return t.created.allows(id) }

// Created returns the assessments created with the key so far.
func (t *Target) Created(key client.Key) []Created { return t.created.with(key) }

// Open returns the assessments of this run that it has not cancelled.
func (t *Target) Open() []Created { return t.created.open() }

// maxLedgerBody is how much of a request body the ledger keeps, in bytes.
const maxLedgerBody = 1 << 10

// WithoutCreates calls act while no session creates an assessment. act itself
// creates through CreateAlone.
func (t *Target) WithoutCreates(act func() error) error {
	t.creating.Lock()
	defer t.creating.Unlock()
	return act()
}

// Send makes a call. A write goes into the ledger.
func (s *Session) Send(ctx context.Context, call client.Call) (*client.Exchange, error) {
	switch {
	case call.Operation == CreateAssessment:
		s.creating.RLock()
		defer s.creating.RUnlock()
		return s.CreateAlone(ctx, call)
	case call.Method == http.MethodGet || Reads(call.Operation):
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

// CreateAlone makes a call to create an assessment, inside WithoutCreates.
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
	if written.OK && w.Kind == "cancel" {
		s.created.end(w.AssessmentID)
	}
	if written.Created != "" {
		s.created.add(Created{ID: written.Created, Key: e.Call.Key, Exchange: e.Brief()})
	}
	if s.config.Done != nil {
		s.config.Done(w, written)
	}
}
