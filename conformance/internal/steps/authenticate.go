package steps

import (
	"cmp"
	"context"
	"fmt"
	"net/url"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
	"example.com/assay/openapi"
)

// authenticateSteps call operations with invalid keys.
func authenticateSteps() []definition {
	return []definition{
		{`(\w+) is called without a key`, (*World).calledWithoutKey},
		{`(\w+) is called with invalid keys`, (*World).calledWithBadKeys},
		{`(\w+) is called in another region`, (*World).calledInOtherRegion},
		{`(\w+) is called with a key whose allow list leaves this machine out`, (*World).calledWithDeniedKey},
	}
}

func (w *World) calledWithoutKey(ctx context.Context, operation string) error {
	return w.calledWith(ctx, operation, nil, client.NoKey)
}

func (w *World) calledWithBadKeys(ctx context.Context, operation string) error {
	return w.calledWith(ctx, operation, nil, w.run.BadKeys...)
}

func (w *World) calledInOtherRegion(ctx context.Context, operation string) error {
	if w.run.OtherRegion == nil {
		return skip("--other-region-url", "no base URL of another region was given")
	}
	return w.calledWith(ctx, operation, w.run.OtherRegion, w.run.Key)
}

func (w *World) calledWithDeniedKey(ctx context.Context, operation string) error {
	if !w.run.Denied.Given() {
		return skip("ASSAY_DENIED_APIKEY", "no key was given whose allow list leaves this machine out")
	}
	return w.calledWith(ctx, operation, nil, w.run.Denied)
}

// calledWith makes a well-formed call of the operation with each key. The control
// call has the good key, and the base URL of its region.
func (w *World) calledWith(ctx context.Context, operation string, base *url.URL, keys ...client.Key) error {
	good, err := w.wellFormed(ctx, operation)
	if s := asSkip(err); s != nil {
		return w.unlessOffered(ctx, w.placeholder(operation), s)
	}
	if err != nil {
		return err
	}
	good.Stream = client.Discard // the status is what matters
	for _, key := range keys {
		call := good
		call.Base, call.Key = base, key
		e, err := w.Send(ctx, call)
		if err != nil {
			return err
		}
		if isNoOffer(e) {
			if err := w.unlessOffered(ctx, good, nil); err != nil {
				return err
			}
		}
		w.requests = append(w.requests, request{exchange: e, control: func(ctx context.Context) (*client.Exchange, error) { return w.Send(ctx, good) }})
	}
	return nil
}

// wellFormed returns a valid call of the operation with the good key.
func (w *World) wellFormed(ctx context.Context, operation string) (client.Call, error) {
	if _, known := openapi.OperationByID(operation); !known {
		return client.Call{}, fmt.Errorf("the contract has no operation %q", operation)
	}
	var a *assessment
	var err error
	switch operation {
	case target.GetAssessment:
		a, err = w.existingAssessment(ctx)
	case target.CancelWorkflow:
		a, err = w.activeAssessment(ctx)
	case target.CreateAssessment:
		src, err := w.sourceFor(ctx, w.run.Key)
		return src.create(w.run.Key), err
	case target.GetOutcome:
		return w.outcomeCall(ctx)
	case target.SearchTasks:
		return search(w.run.Key, map[string]any{}), nil
	case target.GetTask, target.UpdateTaskAssignment:
		return w.existingTaskCall(ctx, operation)
	default:
		return target.Call(operation, w.run.Key, "", nil), nil
	}
	if err != nil {
		return client.Call{}, err
	}
	return target.Call(operation, w.run.Key, a.id, nil), nil
}

// existingTaskCall returns a call to read or to assign an existing task, or else an
// unknown one: the good key then gets a 404, which is no refusal either. The update is by
// a version that no task has, so it changes nothing whatever the key.
func (w *World) existingTaskCall(ctx context.Context, operation string) (client.Call, error) {
	e, err := w.Do(ctx, search(w.run.Key, map[string]any{"max_page_size": 1}))
	if err != nil {
		return client.Call{}, err
	}
	id := w.run.NewID()
	if items, _, _ := tasksIn(e); len(items) > 0 {
		id = cmp.Or(items[0].ID(), id)
	}
	call := target.Call(operation, w.run.Key, id, nil)
	if operation == target.UpdateTaskAssignment {
		if err := w.needWrites(); err != nil {
			return client.Call{}, err
		}
		call.Body, call.ContentType, call.IfMatch = []byte(`{"unassign":{"assigned_by_id":"`+w.run.NewID()+`"}}`), "application/json", "2000-01-01T00:00:00Z"
	}
	return call, nil
}

// outcomeCall returns a call to read an existing outcome.
func (w *World) outcomeCall(ctx context.Context) (client.Call, error) {
	if err := w.givenWithOutcome(ctx); err != nil {
		return client.Call{}, err
	}
	id := w.subject.after.Text("outcome_id")
	operation, err := w.outcomeOperationFor(ctx, id)
	if err != nil {
		return client.Call{}, err
	}
	return target.Call(operation, w.run.Key, id, nil), nil
}

// placeholder returns a call of the operation without a resource, to see whether
// the target offers the operation at all.
func (w *World) placeholder(operation string) client.Call {
	id := w.run.NewID()
	w.AllowCancel(id)
	var body []byte
	if op, _ := openapi.OperationByID(operation); op.TakesBody {
		body = []byte(`{}`)
	}
	return target.Call(operation, w.run.Key, id, body)
}

// unlessOffered returns otherwise if the target offers the operation of the call.
func (w *World) unlessOffered(ctx context.Context, call client.Call, otherwise error) error {
	e, err := w.notOffered(ctx, call)
	if err != nil {
		return err
	}
	if e == nil {
		return otherwise
	}
	reason := "no public page prints its path"
	if !target.PathAssumed(call.Operation) {
		reason = "the requirement of that operation says more"
	}
	return notSupported("%s %s answers %d whatever the key, so %s is not offered there; %s", call.Method, e.URL, e.Status, call.Operation, reason)
}
