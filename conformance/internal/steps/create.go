package steps

import (
	"context"
	"fmt"
	"strings"

	"example.com/assay/conformance/internal/client"
)

// createSteps create assessments, or try to.
func createSteps() []definition {
	return []definition{
		{`a new assessment`, func(w *World) any { return w.givenNew }},
		{`another new assessment`, func(w *World) any { return w.givenAnotherNew }},
		{`an assessment is created`, func(w *World) any { return w.whenCreated }},
		{`an assessment is created without (\w+)`, func(w *World) any { return w.whenCreatedWithout }},
		{`the response is the record of a new assessment`, func(w *World) any { return w.isRecordOfNew }},
		{`it can be read at once`, func(w *World) any { return w.canBeReadAtOnce }},
		{`the two have IDs and workflows of their own`, func(w *World) any { return w.areTwo }},
		{`nothing was created`, func(w *World) any { return w.nothingWasCreated }},
	}
}

func (w *World) givenNew(ctx context.Context) (err error) {
	w.subject, err = w.newAssessment(ctx, w.run.Key)
	return err
}

func (w *World) givenAnotherNew(ctx context.Context) (err error) {
	w.other, err = w.newAssessment(ctx, w.run.Key)
	return err
}

func (w *World) whenCreated(ctx context.Context) error {
	if err := w.needWrites(); err != nil {
		return err
	}
	src, err := w.sourceFor(ctx, w.run.Key)
	if err != nil {
		return err
	}
	w.source = src
	e, err := w.create(ctx, w.run.Key, src)
	if err == nil && e.Success() {
		w.run.observe("create-status", answerName(e), e)
	}
	return w.answered(e, err)
}

func (w *World) isRecordOfNew() error {
	return w.eachAnswer(func(e *client.Exchange) {
		r, err := decodeRecord(e)
		if err != nil {
			w.expect(false, e, "the record of the new assessment, in JSON", e.Got())
			return
		}
		lines := r.lacks()
		w.expect(len(lines) == 0, e, "the record with the 13 documented fields", strings.Join(lines, "; "))
		w.expect(strings.EqualFold(r.text("entity_id"), w.source.entityID), e, "entity_id "+w.source.entityID, jsonText(r["entity_id"]))
		w.expect(strings.EqualFold(r.text("template_id"), w.source.templateID), e, "template_id "+w.source.templateID, jsonText(r["template_id"]))
	})
}

func (w *World) canBeReadAtOnce(ctx context.Context) error {
	created := w.calls[0].exchange
	record, err := decodeRecord(created)
	if err != nil || !isUUID(record["id"]) {
		return couldNotRun("", "the answer to the create does not tell the new assessment's ID: %s", created.Got())
	}
	r, e, err := w.read(ctx, &subject{id: record.id(), key: w.run.Key})
	if err != nil {
		return err
	}
	w.expect(r != nil, e, "status 200 with the new assessment, at once", e.Got())
	if r != nil {
		lines := r.differs(record, mutableFields()...)
		w.expect(len(lines) == 0, e, "the assessment to read as it was answered when created", strings.Join(lines, "; "))
	}
	return w.judge()
}

func (w *World) areTwo() error {
	one, two := w.subject.before, w.other.before
	w.expect(!strings.EqualFold(one.id(), two.id()), w.other.accepted, "two new assessments to have different ids", "both "+one.id())
	for _, s := range []*subject{w.subject, w.other} {
		w.expect(isUUID(s.before["workflow_instance_id"]), w.lastRead(s), "a new assessment to have a workflow instance", jsonText(s.before["workflow_instance_id"]))
	}
	w.expect(jsonText(one["workflow_instance_id"]) != jsonText(two["workflow_instance_id"]), w.lastRead(w.other), "two new assessments to have different workflow instances",
		"both "+jsonText(one["workflow_instance_id"]))
	return w.judge()
}

func (w *World) whenCreatedWithout(ctx context.Context, field string) error {
	if err := w.needWrites(); err != nil {
		return err
	}
	src, err := w.sourceFor(ctx, w.run.Key)
	if err != nil {
		return err
	}
	bodies := map[string]string{
		"entity_id":   fmt.Sprintf(`{"template_id":%q}`, src.templateID),
		"template_id": fmt.Sprintf(`{"entity_id":%q}`, src.entityID),
		"both":        `{}`,
	}
	call := createAssessment.call(w.run.Key, "", []byte(bodies[field]))
	return w.compareAround(ctx, func() error { return w.answered(w.createLocked(ctx, call)) })
}

func (w *World) nothingWasCreated() error {
	if w.around.after == nil {
		return notSupported("whether anything was created cannot be seen, because the assessments cannot be listed, or not all of them")
	}
	return w.expectNothingAppeared("no assessment to appear in the list after a refused create")
}
