package steps

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
)

// cancelSteps cancel assessments, and look at the effects.
func cancelSteps() []definition {
	return []definition{
		{`(an?|another) (active|cancelled|existing|new) assessment`, (*World).given},
		{`another active assessment of the same entity and template`, (*World).givenSibling},
		{`an ID that no assessment has`, (*World).givenUnknown},
		{`an ID one digit off an existing one`, (*World).givenNearID},
		{`its workflow is cancelled(?: with nothing but the key)?`, (*World).whenCancelled},
		{`its workflow is cancelled again`, (*World).whenCancelledAgain},
		{`its workflow is cancelled, and the connection read to its end`, (*World).whenCancelledRaw},
		{`its workflow is cancelled with invalid keys`, (*World).whenCancelledWithBadKeys},
		{`its workflow is cancelled without a key`, (*World).whenCancelledWithoutKey},
		{`(its|the other one's) workflow state becomes "([^"]+)"`, (*World).stateBecomes},
		{`every field reads as before except "([^"]+)"`, (*World).keepsData},
		{`its outcome is the canceled outcome of its template`, (*World).hasCanceledOutcome},
		{`it does not change while it is watched`, (*World).doesNotChange},
		{`its state and outcome stay as they are`, (*World).staysCancelled},
		{`(it|the other one) stays active (?:while it is watched|for its own institution)`, (*World).staysActive},
	}
}

// givenSibling provides another assessment of the entity and template of "it".
func (w *World) givenSibling(ctx context.Context) (err error) {
	w.other, err = w.newAssessmentFrom(ctx, w.run.Key, source{w.subject.before.Text("entity_id"), w.subject.before.Text("template_id")})
	return err
}

// whenCancelled cancels. The control call cancels an existing assessment.
func (w *World) whenCancelled(ctx context.Context) error {
	e, err := w.cancel(ctx, w.subject)
	return w.answeredWith(e, err, func(ctx context.Context) (*client.Exchange, error) {
		a, err := w.activeAssessment(ctx)
		if err != nil {
			return nil, err
		}
		return w.cancel(ctx, a)
	})
}

func (w *World) whenCancelledAgain(ctx context.Context) error {
	if err := w.needVisible(w.subject); err != nil {
		return err
	}
	e, err := w.cancel(ctx, w.subject)
	if err == nil {
		w.run.observe("second-cancel", answerName(e), e)
	}
	return w.answered(e, err)
}

// whenCancelledRaw reads the connection to its end. An ordinary HTTP client drops
// the body of a 204.
func (w *World) whenCancelledRaw(ctx context.Context) error {
	call := target.Call(target.CancelWorkflow, w.subject.key, w.subject.id, nil)
	call.Raw = true
	e, err := w.Send(ctx, call)
	if err == nil && e.Unread != "" && len(e.Body) == 0 {
		return couldNotRun("", "could not check for a body: %s", e.Unread)
	}
	return w.answered(e, err)
}

func (w *World) whenCancelledWithBadKeys(ctx context.Context) error {
	for _, key := range w.run.BadKeys {
		if err := w.answered(w.cancel(ctx, &assessment{id: w.subject.id, key: key})); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) whenCancelledWithoutKey(ctx context.Context) error {
	return w.answered(w.cancel(ctx, &assessment{id: w.subject.id, key: client.NoKey}))
}

func (w *World) stateBecomes(whose, want string) error {
	a := w.subject
	if whose != "its" {
		a = w.other
	}
	got := fmt.Sprintf("%q", a.after.State())
	if slices.Contains([]string{"Active", "Error"}, a.after.State()) {
		got += fmt.Sprintf(", %s after the cancel", w.run.VisibilityTimeout)
	}
	w.expect(a.after.State() == want, w.lastGet(a), fmt.Sprintf("workflow_state %q", want), got)
	return w.result()
}

func (w *World) keepsData(except string) error {
	a := w.subject
	if a.after.State() == "Cancelled" {
		value := "keep"
		if !target.Same(a.after["status_id"], a.before["status_id"]) {
			value = "terminal"
		}
		w.run.observe("cancel-status", value, w.lastGet(a))
	}
	w.check(keeps("every field but "+except+" to read as before the cancel", a.before, fieldNames(strings.Split(except, ", ")...)...), w.last(a))
	return w.result()
}

// hasCanceledOutcome compares with the outcome of --canceled-outcome-id, or else
// with the canceled outcome of the listed template.
func (w *World) hasCanceledOutcome(ctx context.Context) error {
	a := w.subject
	want, err := w.canceledOutcome(ctx, a)
	if err != nil {
		return err
	}
	if err := w.poll(ctx, w.run.visibilityBudget(), func() (bool, error) {
		r, _, err := w.get(ctx, a)
		if r != nil {
			a.after = r
		}
		return strings.EqualFold(a.after.Text("outcome_id"), want), err
	}); err != nil {
		return err
	}
	w.expect(strings.EqualFold(a.after.Text("outcome_id"), want), w.lastGet(a),
		"outcome_id "+want+", the canceled outcome of template "+a.before.Text("template_id"), target.JSONText(a.after["outcome_id"]))
	return w.result()
}

func (w *World) canceledOutcome(ctx context.Context, a *assessment) (string, error) {
	outcomes := w.run.CanceledOutcomes
	if id := cmp.Or(outcomes[strings.ToLower(a.before.Text("template_id"))], outcomes[""]); id != "" {
		return id, nil
	}
	for _, t := range w.resourcesOf(ctx, a.key).templates {
		if id := namedCanceledOutcome(t); id != "" && strings.EqualFold(t.ID(), a.before.Text("template_id")) {
			return id, nil
		}
	}
	return "", skip("--canceled-outcome-id", "the canceled outcome of template %s is unknown: the list of templates does not show it", a.before.Text("template_id"))
}

// namedCanceledOutcome returns a field such as canceled_outcome_id. No page prints
// its name, so several are recognised.
func namedCanceledOutcome(template target.Record) string {
	for _, name := range slices.Sorted(maps.Keys(template)) {
		plain := strings.NewReplacer("_", "", "-", "", "ll", "l").Replace(strings.ToLower(name))
		if plain != "canceledoutcomeid" && plain != "canceledoutcome" {
			continue
		}
		switch v := template[name].(type) {
		case string:
			return v
		case map[string]any:
			return target.Record(v).ID()
		}
	}
	return ""
}

func (w *World) doesNotChange(ctx context.Context) error {
	if err := w.needVisible(w.subject); err != nil {
		return err
	}
	return w.watch(ctx, w.subject, keeps("a cancelled assessment not to change any more", w.subject.after, fieldNames()...))
}

func (w *World) staysCancelled(ctx context.Context) error {
	return w.watch(ctx, w.subject, keeps("state and outcome to stay as they were before the second cancel", w.subject.after, "workflow_state", "outcome_id"))
}

func (w *World) staysActive(ctx context.Context, which string) error {
	a := w.subject
	switch {
	case which != "it":
		a = w.other
	case w.foreign != nil:
		a = w.foreign
	}
	return w.watch(ctx, a, isNotCancelled(a.before))
}

// watch reads the assessment again and again for the settle time, until the check
// fails.
func (w *World) watch(ctx context.Context, a *assessment, c check) error {
	return target.Watch(ctx, w.run.Settle, func() error {
		r, e, err := w.get(ctx, a)
		if err != nil {
			return err
		}
		w.check(c, evidence{e, r})
		return w.result()
	})
}
