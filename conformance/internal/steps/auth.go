package steps

import (
	"context"
	"net/url"

	"example.com/assay/conformance/internal/client"
)

// authSteps call operations with keys that must be refused.
func authSteps() []definition {
	return []definition{
		{`(\w+) is called without a key`, func(w *World) any { return w.calledWithoutKey }},
		{`(\w+) is called with keys that are not valid`, func(w *World) any { return w.calledWithBadKeys }},
		{`(\w+) is called in another region`, func(w *World) any { return w.calledInOtherRegion }},
		{`(\w+) is called with a key whose allow list leaves this machine out`, func(w *World) any { return w.calledFromDenied }},
		{`its workflow is cancelled with keys that are not valid`, func(w *World) any { return w.cancelledWithBadKeys }},
		{`its workflow is cancelled without a key`, func(w *World) any { return w.cancelledWithoutKey }},
	}
}

func (w *World) calledWithoutKey(ctx context.Context, id string) error {
	return w.calledWith(ctx, id, nil, client.NoKey)
}

func (w *World) calledWithBadKeys(ctx context.Context, id string) error {
	return w.calledWith(ctx, id, nil, w.run.BadKeys...)
}

func (w *World) calledInOtherRegion(ctx context.Context, id string) error {
	if w.run.OtherRegion == nil {
		return skip("--other-region-url", "no base URL of another region was given")
	}
	return w.calledWith(ctx, id, w.run.OtherRegion, w.run.Key)
}

func (w *World) calledFromDenied(ctx context.Context, id string) error {
	if !w.run.Denied.Given() {
		return skip("ASSAY_DENIED_APIKEY", "no key was given whose allow list leaves this machine out")
	}
	return w.calledWith(ctx, id, nil, w.run.Denied)
}

// calledWith makes one well-formed call of the operation with each key. The twin
// is the same call as it should be.
func (w *World) calledWith(ctx context.Context, id string, base *url.URL, keys ...client.Key) error {
	good, err := w.wellFormed(ctx, id)
	if err != nil {
		return err
	}
	for _, key := range keys {
		call := good
		call.Base, call.Key = base, key
		e, err := w.send(ctx, call)
		if err != nil {
			return err
		}
		w.calls = append(w.calls, sentCall{exchange: e, twin: func(ctx context.Context) (*client.Exchange, error) { return w.send(ctx, good) }})
	}
	return nil
}

// wellFormed prepares a call that the good key can make.
func (w *World) wellFormed(ctx context.Context, id string) (client.Call, error) {
	op, err := operationByID(id)
	if err != nil {
		return client.Call{}, err
	}
	switch op.id {
	case getAssessment.id:
		s, err := w.existingAssessment(ctx)
		if err != nil {
			return client.Call{}, err
		}
		return op.call(w.run.Key, s.id, nil), nil
	case cancelWorkflow.id:
		s, err := w.activeAssessment(ctx)
		if err != nil {
			return client.Call{}, err
		}
		return op.call(w.run.Key, s.id, nil), nil
	case createAssessment.id:
		return w.wellFormedCreate(ctx)
	case getOutcome.id:
		return w.wellFormedOutcome(ctx)
	}
	return op.call(w.run.Key, "", nil), nil
}

func (w *World) wellFormedCreate(ctx context.Context) (client.Call, error) {
	if err := w.needWrites(); err != nil {
		return client.Call{}, err
	}
	src, err := w.sourceFor(ctx, w.run.Key)
	if err != nil {
		return client.Call{}, err
	}
	return createAssessment.call(w.run.Key, "", src.body()), nil
}

func (w *World) cancelledWithBadKeys(ctx context.Context) error {
	for _, key := range w.run.BadKeys {
		if err := w.answered(w.cancel(ctx, w.subject.id, key)); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) cancelledWithoutKey(ctx context.Context) error {
	return w.answered(w.cancel(ctx, w.subject.id, client.NoKey))
}
