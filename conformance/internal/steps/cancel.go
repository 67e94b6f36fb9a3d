package steps

import (
	"context"
	"fmt"
	"strings"

	"example.com/assay/conformance/internal/client"
)

// cancelSteps provide assessments, cancel them, and look at what that did.
func cancelSteps() []definition {
	return []definition{
		{`an active assessment`, func(w *World) any { return w.givenActive }},
		{`another active assessment of the same entity and template`, func(w *World) any { return w.givenAnotherActive }},
		{`an assessment that was cancelled`, func(w *World) any { return w.givenCancelled }},
		{`another assessment that was cancelled`, func(w *World) any { return w.givenAnotherCancelled }},
		{`an ID that no assessment has`, func(w *World) any { return w.givenUnknownID }},
		{`an ID one digit off an existing one`, func(w *World) any { return w.givenNearID }},
		{`its workflow is cancelled`, func(w *World) any { return w.whenCancelled }},
		{`its workflow is cancelled again`, func(w *World) any { return w.whenCancelledAgain }},
		{`its workflow is cancelled with nothing but the key`, func(w *World) any { return w.whenCancelled }},
		{`its workflow is cancelled, and the connection read to its end`, func(w *World) any { return w.whenCancelledOnTheWire }},
		{`its workflow state becomes "([^"]+)"`, func(w *World) any { return w.stateBecomes }},
		{`the other one's workflow state becomes "([^"]+)"`, func(w *World) any { return w.otherStateBecomes }},
		{`every field reads as before except "([^"]+)"`, func(w *World) any { return w.keepsData }},
		{`its outcome is the canceled outcome of its template`, func(w *World) any { return w.hasCanceledOutcome }},
	}
}

func (w *World) givenActive(ctx context.Context) (err error) {
	w.subject, err = w.activeAssessment(ctx)
	return err
}

func (w *World) givenAnotherActive(ctx context.Context) error {
	s, err := w.newAssessmentFrom(ctx, w.run.Key, source{w.subject.before.text("entity_id"), w.subject.before.text("template_id")})
	w.other = s
	return err
}

func (w *World) givenCancelled(ctx context.Context) (err error) {
	w.subject, err = w.cancelledAssessment(ctx)
	return err
}

func (w *World) givenAnotherCancelled(ctx context.Context) (err error) {
	w.other, err = w.cancelledAssessment(ctx)
	return err
}

func (w *World) givenUnknownID(context.Context) error {
	w.subject = &subject{id: w.run.NewID(), key: w.run.Key}
	w.run.allowCancel(w.subject.id)
	return nil
}

func (w *World) givenNearID(ctx context.Context) error {
	s, err := w.existingAssessment(ctx)
	if err != nil {
		return err
	}
	w.subject = &subject{id: oneDigitOff(s.id), key: s.key}
	r, _, err := w.read(ctx, w.subject)
	if r != nil && r.id() == w.subject.id {
		return couldNotRun("", "the ID %s, one digit off an existing one, exists as well", w.subject.id)
	}
	w.run.allowCancel(w.subject.id)
	return err
}

func (w *World) whenCancelled(ctx context.Context) error {
	e, err := w.cancel(ctx, w.subject.id, w.subject.key)
	return w.answeredWithTwin(e, err, w.cancelTwin)
}

// cancelTwin cancels an assessment that exists.
func (w *World) cancelTwin(ctx context.Context) (*client.Exchange, error) {
	s, err := w.activeAssessment(ctx)
	if err != nil {
		return nil, err
	}
	return w.cancel(ctx, s.id, s.key)
}

func (w *World) whenCancelledAgain(ctx context.Context) error {
	if err := w.needVisible(w.subject); err != nil {
		return err
	}
	e, err := w.cancel(ctx, w.subject.id, w.subject.key)
	if err == nil {
		w.run.observe("second-cancel", answerName(e), e)
	}
	return w.answered(e, err)
}

// whenCancelledOnTheWire reads what follows the head of the response, which an
// ordinary HTTP client drops after a 204.
func (w *World) whenCancelledOnTheWire(ctx context.Context) error {
	call := cancelWorkflow.call(w.subject.key, w.subject.id, nil)
	call.Raw = true
	e, err := w.cancelBy(ctx, call)
	return w.answered(e, err)
}

func (w *World) stateBecomes(want string) error { return w.stateOf(w.subject, want) }

func (w *World) otherStateBecomes(want string) error { return w.stateOf(w.other, want) }

func (w *World) stateOf(s *subject, want string) error {
	got := fmt.Sprintf("%q, %s after the cancel", s.after.state(), w.run.VisibilityTimeout)
	if s.after.state() != "Active" && s.after.state() != "Error" {
		got = fmt.Sprintf("%q", s.after.state())
	}
	w.expect(s.after.state() == want, w.lastRead(s), fmt.Sprintf("workflow_state %q", want), got)
	return w.judge()
}

func (w *World) keepsData(except string) error {
	s := w.subject
	w.noteStatusOnCancel(s)
	lines := s.after.differs(s.before, strings.Split(except, ", ")...)
	w.expect(len(lines) == 0, w.lastRead(s), "every field but "+except+" to read as before the cancel", strings.Join(lines, "; "))
	return w.judge()
}

func (w *World) noteStatusOnCancel(s *subject) {
	if s.after.state() != "Cancelled" {
		return
	}
	value := "keep"
	if s.after["status_id"] != s.before["status_id"] {
		value = "terminal"
	}
	w.run.observe("cancel-status", value, w.lastRead(s))
}

// hasCanceledOutcome compares with what the tester gave, or else with what the
// template in the list of templates says of itself.
func (w *World) hasCanceledOutcome(ctx context.Context) error {
	s := w.subject
	want, err := w.canceledOutcome(ctx, s)
	if err != nil {
		return err
	}
	if err := w.poll(ctx, w.patience(), func() (bool, error) {
		r, _, err := w.read(ctx, s)
		if r != nil {
			s.after = r
		}
		return strings.EqualFold(s.after.text("outcome_id"), want), err
	}); err != nil {
		return err
	}
	w.expect(strings.EqualFold(s.after.text("outcome_id"), want), w.lastRead(s),
		"outcome_id "+want+", the canceled outcome of template "+s.before.text("template_id"), jsonText(s.after["outcome_id"]))
	return w.judge()
}

func (w *World) canceledOutcome(ctx context.Context, s *subject) (string, error) {
	if w.run.CanceledOutcomeID != "" {
		return w.run.CanceledOutcomeID, nil
	}
	for _, t := range w.resourcesOf(ctx, s.key).templates {
		if t.id() == s.before.text("template_id") {
			if id := namedCanceledOutcome(t); id != "" {
				return id, nil
			}
		}
	}
	return "", skip("--canceled-outcome-id", "the canceled outcome of template %s is not known: the list of templates does not tell it", s.before.text("template_id"))
}

// namedCanceledOutcome looks for a field such as canceled_outcome_id. Its name is
// nowhere documented, so several are recognised.
func namedCanceledOutcome(template Record) string {
	for _, name := range sortedNames(template) {
		plain := strings.NewReplacer("_", "", "-", "", "ll", "l").Replace(strings.ToLower(name))
		if plain != "canceledoutcomeid" && plain != "canceledoutcome" {
			continue
		}
		switch v := template[name].(type) {
		case string:
			return v
		case map[string]any:
			return Record(v).id()
		}
	}
	return ""
}
