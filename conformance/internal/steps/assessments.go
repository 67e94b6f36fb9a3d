package steps

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
)

// get reads the assessment. The record is nil if the response has none.
func (w *World) get(ctx context.Context, a *assessment) (target.Record, *client.Exchange, error) {
	return w.Get(ctx, a.key, a.id)
}

// tried is how many of several equal things are tried.
const tried = 3

// given provides "it", or "another" one, of a kind.
func (w *World) given(ctx context.Context, article, kind string) error {
	provide := map[string]func(context.Context) (*assessment, error){
		"new":       func(ctx context.Context) (*assessment, error) { return w.newAssessment(ctx, w.run.Key) },
		"active":    w.activeAssessment,
		"cancelled": w.cancelledAssessment,
		"existing":  w.existingAssessment,
	}
	a, err := provide[kind](ctx)
	if article == "another" {
		w.other = a
	} else {
		w.subject = a
	}
	return err
}

// newAssessment creates an assessment and reads it.
func (w *World) newAssessment(ctx context.Context, key client.Key) (*assessment, error) {
	src, err := w.sourceFor(ctx, key)
	if err != nil {
		return nil, err
	}
	return w.newAssessmentFrom(ctx, key, src)
}

func (w *World) newAssessmentFrom(ctx context.Context, key client.Key, src source) (*assessment, error) {
	e, err := w.Send(ctx, src.create(key))
	if err != nil {
		return nil, err
	}
	if !e.Success() {
		return nil, couldNotRun("", "no assessment could be created: %s", e.Got())
	}
	created, _ := target.RecordOf(e)
	if created.ID() == "" {
		return nil, couldNotRun("", "an assessment was created, and the response shows no ID: %s", e.Got())
	}
	a := &assessment{id: created.ID(), key: key, created: e}
	a.before, err = w.awaitReadable(ctx, a)
	a.after = a.before
	return a, err
}

// awaitReadable reads a new assessment until it is visible.
func (w *World) awaitReadable(ctx context.Context, a *assessment) (target.Record, error) {
	var last *client.Exchange
	var found target.Record
	err := w.poll(ctx, w.run.VisibilityTimeout, func() (_ bool, err error) {
		found, last, err = w.get(ctx, a)
		return found != nil, err
	})
	if err == nil && found == nil {
		err = couldNotRun("--visibility-timeout", "a new assessment cannot be read: %s", last.Got())
	}
	return found, err
}

// activeAssessment provides a new assessment to cancel, or else a sacrificial one.
func (w *World) activeAssessment(ctx context.Context) (*assessment, error) {
	a, err := w.newAssessment(ctx, w.run.Key)
	if asSkip(err) != nil && w.run.Writes {
		if id := w.run.take(); id != "" {
			a, err = w.readable(ctx, id)
		}
	}
	if err != nil {
		return nil, err
	}
	if state := a.before.State(); state != "Active" {
		return nil, couldNotRun("--template-id or --assessment-id", "assessment %s is in state %q and not Active", a.id, state)
	}
	return a, nil
}

// existingAssessment provides an assessment to read: a new one, a sacrificial one,
// or one from the list.
func (w *World) existingAssessment(ctx context.Context) (*assessment, error) {
	if w.run.Writes {
		if a, err := w.newAssessment(ctx, w.run.Key); asSkip(err) == nil {
			return a, err
		}
	}
	if len(w.run.Sacrificial) > 0 {
		return w.readable(ctx, w.run.Sacrificial[0])
	}
	item, err := w.firstListed(ctx, w.run.Key, func(r target.Record) bool { return r.ID() != "" })
	if err != nil {
		return nil, err
	}
	if item == nil {
		return nil, skip("--assessment-id, or --allow-cancel with --entity-id and --template-id", "there is no assessment to look at: none was named, none is listed, none could be created")
	}
	return w.readable(ctx, item.ID())
}

// firstListed returns the first fitting item of the list, or nil.
func (w *World) firstListed(ctx context.Context, key client.Key, fits func(target.Record) bool) (target.Record, error) {
	l, err := w.List(ctx, target.Reading{Operation: target.ListAssessments, Key: key, Find: fits})
	if err != nil {
		return nil, w.unreadable(ctx, err)
	}
	return l.Found, nil
}

// readable reads an existing assessment. It relies on GET-01.
func (w *World) readable(ctx context.Context, id string) (*assessment, error) {
	a := &assessment{id: id, key: w.run.Key}
	r, e, err := w.get(ctx, a)
	if err != nil {
		return nil, err
	}
	a.before, a.after = r, r
	w.expectOf("GET-01", r != nil, e, "an assessment that exists to be readable by its ID", e.Got())
	return a, w.result()
}

// cancelledAssessment cancels an assessment, and waits until the cancel is
// visible. It relies on CAN-01.
func (w *World) cancelledAssessment(ctx context.Context) (*assessment, error) {
	a, err := w.activeAssessment(ctx)
	if err != nil {
		return nil, err
	}
	return a, w.cancelled(ctx, a)
}

// cancelled cancels the active assessment, and waits until reads show it.
func (w *World) cancelled(ctx context.Context, a *assessment) error {
	e, err := w.cancel(ctx, a)
	if err != nil {
		return err
	}
	w.expectOf("CAN-01", e.Success(), e, "the cancel of an active workflow to succeed", e.Got())
	if err := w.result(); err != nil {
		return err
	}
	return w.awaitCancelled(ctx, a)
}

// cancel asks the target to cancel the workflow of the assessment.
func (w *World) cancel(ctx context.Context, a *assessment) (*client.Exchange, error) {
	if err := w.needWrites(); err != nil {
		return nil, err
	}
	return w.Send(ctx, target.Call(target.CancelWorkflow, a.key, a.id, nil))
}

// awaitCancelled reads until the assessment is cancelled, and measures the time.
func (w *World) awaitCancelled(ctx context.Context, a *assessment) error {
	began, reads := time.Now(), 0
	err := w.poll(ctx, w.run.visibilityBudget(), func() (bool, error) {
		r, _, err := w.get(ctx, a)
		reads++
		if r != nil {
			a.after = r
		}
		return r != nil && !slices.Contains([]string{"Active", "Error"}, r.State()), err
	})
	if err != nil {
		return err
	}
	took := time.Since(began)
	if reads == 1 {
		took = 0 // the first read showed it: it was there at once
	}
	w.run.noteVisibility(a.after.State() == "Cancelled", took)
	return nil
}

// needVisible stops a scenario without a visible cancel. CAN-04 reports a cancel
// with no effect.
func (w *World) needVisible(a *assessment) error {
	if a.after.State() == "Cancelled" {
		return nil
	}
	return couldNotRun("--visibility-timeout", "the cancel did not become visible within %s: workflow_state is %q (see CAN-04)", w.run.VisibilityTimeout, a.after.State())
}

// lastGet returns the last successful read of the assessment, or nil.
func (w *World) lastGet(a *assessment) *client.Exchange {
	for _, e := range slices.Backward(w.exchanges) {
		if e.Call.Operation == target.GetAssessment && e.Call.Resource == a.id && e.Status == http.StatusOK {
			return e
		}
	}
	return nil
}

// last returns the assessment as it read last, as evidence.
func (w *World) last(a *assessment) evidence { return evidence{w.lastGet(a), a.after} }

// givenUnknown provides an unknown ID.
func (w *World) givenUnknown() error {
	w.subject = &assessment{id: w.run.NewID(), key: w.run.Key}
	w.AllowCancel(w.subject.id)
	return nil
}

// givenNearID provides an existing ID with another last digit.
func (w *World) givenNearID(ctx context.Context) error {
	a, err := w.existingAssessment(ctx)
	if err != nil {
		return err
	}
	last := "0"
	if strings.HasSuffix(a.id, "0") {
		last = "1"
	}
	w.subject = &assessment{id: a.id[:len(a.id)-1] + last, key: a.key}
	r, _, err := w.get(ctx, w.subject)
	if r.ID() == w.subject.id {
		return couldNotRun("", "the ID %s, one digit off an existing one, exists too", w.subject.id)
	}
	w.AllowCancel(w.subject.id)
	return err
}

// givenState provides an assessment in a state: a new one, or a listed one, if it
// still has the state when it is read.
func (w *World) givenState(ctx context.Context, state string) error {
	if state == "Active" && w.run.Writes {
		return w.given(ctx, "an", "active")
	}
	var ids []string
	_, err := w.firstListed(ctx, w.run.Key, func(item target.Record) bool {
		if item.State() == state && item.ID() != "" {
			ids = append(ids, item.ID())
		}
		return len(ids) == tried
	})
	for _, id := range ids {
		a := &assessment{id: id, key: w.run.Key}
		a.before, _, err = w.get(ctx, a)
		if a.after = a.before; err != nil || a.before.State() == state {
			w.subject = a
			return err
		}
	}
	if err != nil {
		return err
	}
	return skip("", "the list has no assessment in state %q", state)
}

// givenForeign provides an assessment of another institution, new or listed.
func (w *World) givenForeign(ctx context.Context) error {
	if w.run.Writes {
		return w.givenNewForeign(ctx)
	}
	if err := w.needOtherKey(); err != nil {
		return err
	}
	item, err := w.firstListed(ctx, w.run.OtherKey, func(r target.Record) bool { return r.ID() != "" })
	if err != nil {
		return err
	}
	if item == nil {
		return skip("--allow-cancel", "the other institution lists no assessment, and none may be created")
	}
	return w.asForeign(ctx, &assessment{id: item.ID(), key: w.run.OtherKey})
}

func (w *World) givenNewForeign(ctx context.Context) error {
	if err := w.needOtherKey(); err != nil {
		return err
	}
	a, err := w.newAssessment(ctx, w.run.OtherKey)
	if err != nil {
		return err
	}
	return w.asForeign(ctx, a)
}

// asForeign makes "it" the assessment with the key of this institution. It exists
// for its own one, or a 404 would prove nothing.
func (w *World) asForeign(ctx context.Context, a *assessment) error {
	r, e, err := w.get(ctx, a)
	if err != nil {
		return err
	}
	if r == nil {
		return couldNotRun("", "the other institution cannot read its own assessment: %s", e.Got())
	}
	a.before, a.after = r, r
	own, err := w.existingAssessment(ctx)
	if err != nil {
		return err
	}
	if target.Same(own.before["institution_id"], r["institution_id"]) {
		return couldNotRun("ASSAY_OTHER_APIKEY", "the two keys belong to one institution, %v", r["institution_id"])
	}
	w.foreign = a
	w.subject = &assessment{id: a.id, key: w.run.Key, before: r, after: r}
	return nil
}
