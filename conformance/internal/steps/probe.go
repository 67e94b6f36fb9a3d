package steps

import (
	"context"
	"net/url"
	"slices"

	"example.com/assay/conformance/internal/client"
)

// Probe asks a few questions to which any answer is right, so that the freedoms
// that no scenario touches are observed too. It asserts nothing, and an answer
// that does not come is not observed.
func (r *Run) Probe(ctx context.Context) []*client.Exchange {
	w := r.NewWorld()
	w.Begin("observations", "")
	for _, probe := range []func(context.Context){w.probeMalformedID, w.probeErrorBody, w.probeUnknownQuery, w.probeOutcome, w.probeCancelBody, w.probeCancelOfOthers} {
		if ctx.Err() == nil {
			probe(ctx)
		}
	}
	return w.exchanges
}

// observeAnswer notes the answer to a call, if there was one.
func (w *World) observeAnswer(ctx context.Context, freedom string, call client.Call, name func(*client.Exchange) string) {
	if e, err := w.do(ctx, call); err == nil && e.Status != 429 {
		w.run.observe(freedom, name(e), e)
	}
}

func (w *World) probeMalformedID(ctx context.Context) {
	w.observeAnswer(ctx, "malformed-id", getAssessment.call(w.run.Key, "not-a-uuid", nil), answerName)
}

func (w *World) probeErrorBody(ctx context.Context) {
	e, err := w.do(ctx, getAssessment.call(w.run.Key, w.run.NewID(), nil))
	if err == nil && e.Status >= 400 && e.Status != 429 {
		w.run.observe("error-body", errorBodyName(e), e)
	}
}

func (w *World) probeUnknownQuery(ctx context.Context) {
	call := listAssessments.call(w.run.Key, "", nil)
	call.Query = url.Values{"assay_undeclared": {"1"}}
	w.observeAnswer(ctx, "unknown-query", call, ignoredOrRejected)
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

// probeOutcome tells a new assessment's outcome from no outcome, by what the
// scenarios have created.
func (w *World) probeOutcome(context.Context) {
	for _, e := range w.run.client.Exchanges() {
		if e.Call.Operation != createAssessment.id || !e.Success() {
			continue
		}
		if r, err := decodeRecord(e); err == nil && r.state() == "Active" {
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
	s, err := w.activeAssessment(ctx)
	if err != nil {
		return
	}
	call := cancelWorkflow.call(w.run.Key, s.id, []byte(`{}`))
	if e, err := w.cancelBy(ctx, call); err == nil {
		w.run.observe("cancel-body", ignoredOrRejected(e), e)
	}
}

// probeCancelOfOthers cancels what may be sacrificed and has not been: whether an
// assessment in Error, or one at its end, can be cancelled is seen in no other way.
func (w *World) probeCancelOfOthers(ctx context.Context) {
	if !w.run.Writes {
		return
	}
	w.run.mu.Lock()
	pool := slices.Clone(w.run.pool)
	w.run.mu.Unlock()
	for _, id := range pool {
		s := &subject{id: id, key: w.run.Key}
		r, _, err := w.read(ctx, s)
		if err != nil || r.state() != "Error" {
			continue
		}
		if e, err := w.cancel(ctx, id, w.run.Key); err == nil {
			value := "allowed"
			if !e.Success() {
				value = answerName(e)
			}
			w.run.observe("cancel-in-error", value, e)
			return
		}
	}
}
