package steps

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"example.com/assay/conformance/internal/target"
)

// createSteps create assessments, or try to.
func createSteps() []definition {
	return []definition{
		{`an assessment is created`, (*World).whenCreated},
		{`an assessment is created without (\w+)`, (*World).whenCreatedWithout},
		{`the response is the record of a new assessment`, (*World).isRecordOfNew},
		{`it can be read at once`, (*World).canBeReadAtOnce},
		{`the two have IDs and workflows of their own`, (*World).areTwo},
		{`nothing was created`, (*World).nothingWasCreated},
	}
}

func (w *World) whenCreated(ctx context.Context) (err error) {
	if w.source, err = w.sourceFor(ctx, w.run.Key); asSkip(err) != nil {
		return w.failIfMissing(ctx, err)
	}
	if err != nil {
		return err
	}
	e, err := w.Send(ctx, w.source.create(w.run.Key))
	if err == nil && e.Success() {
		w.run.observe("create-status", answerName(e), e)
	}
	return w.answered(e, err)
}

// failIfMissing fails if the target does not offer the create, and otherwise stops
// for the reason.
func (w *World) failIfMissing(ctx context.Context, reason error) error {
	e, err := w.notOffered(ctx, w.placeholder(target.CreateAssessment))
	if err != nil || e == nil {
		return cmp.Or(err, reason)
	}
	w.expect(false, e, "the documented operation createAssessment", e.Got()+", whatever the key")
	return w.result()
}

func (w *World) isRecordOfNew() error {
	return w.checkResponses(hasDocumentedFields(), hasText("entity_id", w.source.entityID), hasText("template_id", w.source.templateID))
}

func (w *World) canBeReadAtOnce(ctx context.Context) error {
	created := evidenceOf(w.requests[0].exchange)
	if !target.IsUUID(created.record["id"]) {
		return couldNotRun("", "the response to the create shows no ID of the new assessment: %s", created.exchange.Got())
	}
	r, e, err := w.get(ctx, &assessment{id: created.record.ID(), key: w.run.Key})
	if err != nil {
		return err
	}
	if was, is := created.record["created_at"], r["created_at"]; r != nil && was != is && target.Same(was, is) {
		w.run.note(fmt.Sprintf("CRT-01: created_at is %s in the response to a create, and %s when it is read", target.JSONText(was), target.JSONText(is)))
	}
	w.check(isFound(created.record.ID()), evidence{e, r})
	if r != nil {
		w.check(keeps("the assessment to read as it was answered when created", created.record, fixedFields()...), evidence{e, r})
	}
	return w.result()
}

func (w *World) areTwo() error {
	const field = "workflow_instance_id"
	one, two := w.subject.before, w.other.before
	w.expect(!strings.EqualFold(one.ID(), two.ID()), w.other.created, "two new assessments to have different ids", "both "+one.ID())
	for _, a := range []*assessment{w.subject, w.other} {
		w.expect(target.IsUUID(a.before[field]), w.lastGet(a), "a new assessment to have a workflow instance", target.JSONText(a.before[field]))
	}
	w.expect(!target.Same(one[field], two[field]), w.lastGet(w.other), "two new assessments to have different workflow instances", "both "+target.JSONText(one[field]))
	return w.result()
}

func (w *World) whenCreatedWithout(ctx context.Context, field string) error {
	src, err := w.sourceFor(ctx, w.run.Key)
	if err != nil {
		return err
	}
	bodies := map[string]string{
		"entity_id":   fmt.Sprintf(`{"template_id":%q}`, src.templateID),
		"template_id": fmt.Sprintf(`{"entity_id":%q}`, src.entityID),
		"both":        `{}`,
	}
	call := target.Call(target.CreateAssessment, w.run.Key, "", []byte(bodies[field]))
	return w.compareAround(ctx, func() error { return w.answered(w.CreateAlone(ctx, call)) })
}
