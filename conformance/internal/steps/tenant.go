package steps

import (
	"context"
	"fmt"
)

// tenantSteps look at the assessments of one institution with the key of another.
func tenantSteps() []definition {
	return []definition{
		{`an assessment of another institution`, func(w *World) any { return w.givenForeign }},
		{`a new assessment of another institution`, func(w *World) any { return w.givenNewForeign }},
		{`the list does not contain it`, func(w *World) any { return w.listDoesNotContain }},
	}
}

func (w *World) givenForeign(ctx context.Context) error {
	if w.run.Writes {
		return w.givenNewForeign(ctx)
	}
	if err := w.needOtherKey(); err != nil {
		return err
	}
	l, err := w.readList(ctx, listAssessments, w.run.OtherKey, 0)
	if err != nil {
		return err
	}
	for _, item := range l.items {
		if item.id() != "" {
			return w.asForeign(ctx, &subject{id: item.id(), key: w.run.OtherKey})
		}
	}
	return skip("--allow-cancel", "the other institution lists no assessment, and none may be created")
}

func (w *World) givenNewForeign(ctx context.Context) error {
	if err := w.needOtherKey(); err != nil {
		return err
	}
	s, err := w.newAssessment(ctx, w.run.OtherKey)
	if err != nil {
		return err
	}
	return w.asForeign(ctx, s)
}

func (w *World) needOtherKey() error {
	if w.run.OtherKey.Given() {
		return nil
	}
	return skip("ASSAY_OTHER_APIKEY", "no key of another institution was given")
}

// asForeign makes "it" the assessment as this institution would ask for it. It
// exists for its own institution, or a 404 would prove nothing.
func (w *World) asForeign(ctx context.Context, s *subject) error {
	r, e, err := w.read(ctx, s)
	if err != nil {
		return err
	}
	if r == nil {
		return couldNotRun("", "the other institution cannot read its own assessment: %s", e.Got())
	}
	s.before, s.after = r, r
	own, err := w.existingAssessment(ctx)
	if err != nil {
		return err
	}
	if own.before["institution_id"] == r["institution_id"] {
		return couldNotRun("ASSAY_OTHER_APIKEY", "the two keys belong to one institution, %v", r["institution_id"])
	}
	w.foreign = s
	w.subject = &subject{id: s.id, key: w.run.Key, before: r, after: r}
	return nil
}

func (w *World) listDoesNotContain(ctx context.Context) error {
	l, err := w.readList(ctx, listAssessments, w.run.Key, 0)
	if err != nil {
		return err
	}
	_, there := l.find(w.subject.id)
	w.expect(!there, l.last, "the list to leave out assessment "+w.subject.id+" of another institution", fmt.Sprintf("it among %d items", len(l.items)))
	return w.judge()
}
