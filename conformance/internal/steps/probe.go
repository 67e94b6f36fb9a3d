package steps

import (
	"context"
	"net/url"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
)

// Probe makes a few calls to observe the freedoms outside of the scenarios. Any
// response is right.
func (r *Run) Probe(ctx context.Context) {
	w := r.NewWorld()
	w.Begin("observations", "")
	for _, probe := range []func(context.Context){w.probeMalformedID, w.probeErrorBody, w.probeUnknownQuery, w.probeOutcome, w.probeCancelBody, w.probeCancelInError, w.probeCompletedTask} {
		if ctx.Err() == nil {
			_ = guarded(func() error { probe(ctx); return nil }) // an observation less
		}
	}
}

// observeCall makes a call, and observes its response.
func (w *World) observeCall(ctx context.Context, freedom string, call client.Call, name func(*client.Exchange) string) {
	if e, err := w.Send(ctx, call); err == nil && e.Status != 429 {
		w.run.observe(freedom, name(e), e)
	}
}

func (w *World) probeMalformedID(ctx context.Context) {
	w.observeCall(ctx, "malformed-id", target.Call(target.GetAssessment, w.run.Key, "not-a-uuid", nil), answerName)
}

func (w *World) probeErrorBody(ctx context.Context) {
	e, err := w.Do(ctx, target.Call(target.GetAssessment, w.run.Key, w.run.NewID(), nil))
	if err == nil && e.Status >= 400 && e.Status != 429 {
		w.run.observe("error-body", errorBodyName(e), e)
	}
}

func (w *World) probeUnknownQuery(ctx context.Context) {
	call := target.Call(target.ListAssessments, w.run.Key, "", nil)
	call.Query = url.Values{"assay_undeclared": {"1"}}
	w.observeCall(ctx, "unknown-query", call, ignoredOrRejected)
}

func ignoredOrRejected(e *client.Exchange) string {
	switch {
	case e.Success():
		return "ignore"
	case e.Status >= 400 && e.Status < 500:
		return "reject"
	}
	return answerName(e)
}

// probeOutcome looks at the outcome of an assessment that this run created.
func (w *World) probeOutcome(context.Context) {
	for _, e := range w.run.Client.Exchanges() {
		if e.Call.Operation != target.CreateAssessment || !e.Success() {
			continue
		}
		if r, err := target.RecordOf(e); err == nil && r.State() == "Active" {
			value := "initial"
			if r["outcome_id"] == nil {
				value = "null"
			}
			w.run.observe("outcome-before-end", value, e)
			return
		}
	}
}

func (w *World) probeCancelBody(ctx context.Context) {
	if a, err := w.activeAssessment(ctx); err == nil {
		w.observeCall(ctx, "cancel-body", target.Call(target.CancelWorkflow, w.run.Key, a.id, []byte(`{}`)), ignoredOrRejected)
	}
}

// probeCancelInError cancels an unused sacrificial assessment in Error.
func (w *World) probeCancelInError(ctx context.Context) {
	for id := w.run.take(); id != "" && w.run.Writes; id = w.run.take() {
		a := &assessment{id: id, key: w.run.Key}
		r, _, err := w.get(ctx, a)
		if err != nil || r.State() != "Error" {
			continue
		}
		if e, err := w.cancel(ctx, a); err == nil {
			value := "allowed"
			if !e.Success() {
				value = answerName(e)
			}
			w.run.observe("cancel-in-error", value, e)
			return
		}
	}
}
