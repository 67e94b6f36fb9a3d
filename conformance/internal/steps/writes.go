package steps

import (
	"context"
	"fmt"
	"strings"

	"example.com/assay/conformance/internal/client"
)

// Write is something that is about to be done to the target.
type Write struct {
	Kind         string // create, cancel, or the method of a request that breaks the contract
	AssessmentID string // of anything but a create
	Body         string // of a create
	Scenario     string
}

// Written is what came of a write, as far as the answer tells.
type Written struct {
	OK      bool   // the target says that it did it
	Created string // ID of what was created, "" if nobody was told
}

func (w *World) needWrites() error {
	if w.run.Writes {
		return nil
	}
	return skip("--allow-cancel", "it would create or cancel assessments, which was not allowed")
}

// allowCancel notes an assessment that may be cancelled. No other ever is.
func (r *Run) allowCancel(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mayCancel[strings.ToLower(id)] = true
}

func (r *Run) cancelAllowed(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mayCancel[strings.ToLower(id)]
}

// create asks for a new assessment.
func (w *World) create(ctx context.Context, key client.Key, src source) (*client.Exchange, error) {
	return w.createBy(ctx, createAssessment.call(key, "", src.body()))
}

// createBy makes a call that creates an assessment, or should not.
func (w *World) createBy(ctx context.Context, call client.Call) (*client.Exchange, error) {
	w.run.creating.RLock()
	defer w.run.creating.RUnlock()
	return w.createLocked(ctx, call)
}

// maxLedgerBody is how much of a body is written down before a create, in bytes.
const maxLedgerBody = 1 << 10

func (w *World) createLocked(ctx context.Context, call client.Call) (*client.Exchange, error) {
	if err := w.needWrites(); err != nil {
		return nil, err
	}
	write := Write{Kind: "create", Body: string(call.Body[:min(len(call.Body), maxLedgerBody)]), Scenario: w.scenario}
	if err := w.intend(write); err != nil {
		return nil, err
	}
	e, err := w.do(ctx, call)
	w.settleWrite(write, e)
	return e, err
}

// cancel asks for the workflow of an assessment to be cancelled.
func (w *World) cancel(ctx context.Context, id string, key client.Key) (*client.Exchange, error) {
	return w.cancelBy(ctx, cancelWorkflow.call(key, id, nil))
}

// cancelBy makes a call that cancels, or should not.
func (w *World) cancelBy(ctx context.Context, call client.Call) (*client.Exchange, error) {
	if err := w.needWrites(); err != nil {
		return nil, err
	}
	if !w.run.cancelAllowed(call.Resource) {
		return nil, couldNotRun("", "assessment %s is neither this run's own nor named by --assessment-id, so it is not cancelled: this is a defect of the suite", call.Resource)
	}
	write := Write{Kind: "cancel", AssessmentID: call.Resource, Scenario: w.scenario}
	if err := w.intend(write); err != nil {
		return nil, err
	}
	e, err := w.do(ctx, call)
	w.settleWrite(write, e)
	return e, err
}

// send makes a call, by way of the ledger if it could write.
func (w *World) send(ctx context.Context, call client.Call) (*client.Exchange, error) {
	switch call.Operation {
	case cancelWorkflow.id:
		return w.cancelBy(ctx, call)
	case createAssessment.id:
		return w.createBy(ctx, call)
	}
	return w.do(ctx, call)
}

func (w *World) intend(write Write) error {
	if w.run.Intent == nil {
		return nil
	}
	if err := w.run.Intent(write); err != nil {
		return fmt.Errorf("write down what is about to be done: %w", err)
	}
	return nil
}

// settleWrite notes what an answer to a create or a cancel says was done.
func (w *World) settleWrite(write Write, e *client.Exchange) {
	written := Written{OK: e != nil && e.Success()}
	if written.OK && write.Kind == "create" {
		if r, err := decodeRecord(e); err == nil {
			written.Created = r.id()
		}
	}
	if written.Created != "" {
		w.run.allowCancel(written.Created)
	}
	if w.run.Done != nil {
		w.run.Done(write, written)
	}
}
