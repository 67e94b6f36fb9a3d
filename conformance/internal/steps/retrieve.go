package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"example.com/assay/conformance/internal/client"
)

// retrieveSteps read assessments, and judge what they hold.
func retrieveSteps() []definition {
	return []definition{
		{`an existing assessment`, func(w *World) any { return w.givenExisting }},
		{`an assessment in state "([^"]+)"`, func(w *World) any { return w.givenInState }},
		{`it is read`, func(w *World) any { return w.whenRead }},
		{`it can be read`, func(w *World) any { return w.canBeRead }},
		{`it has the documented fields`, func(w *World) any { return w.hasDocumentedFields }},
		{`its workflow state is one of "([^"]+)"`, func(w *World) any { return w.stateIsOneOf }},
		{`its error fields say why`, func(w *World) any { return w.errorFieldsSayWhy }},
		{`its error fields are null`, func(w *World) any { return w.errorFieldsAreNull }},
	}
}

func (w *World) givenExisting(ctx context.Context) (err error) {
	w.subject, err = w.existingAssessment(ctx)
	return err
}

// givenInState looks for an assessment in the list; what is there says in which
// state it was, reading it says in which it is.
func (w *World) givenInState(ctx context.Context, state string) error {
	if state == "Active" && w.run.Writes {
		return w.givenActive(ctx)
	}
	l, err := w.readList(ctx, listAssessments, w.run.Key, 0)
	if err != nil {
		return err
	}
	for _, item := range l.items {
		if item.state() != state || item.id() == "" {
			continue
		}
		s := &subject{id: item.id(), key: w.run.Key}
		r, _, err := w.read(ctx, s)
		if err != nil {
			return err
		}
		if r.state() == state {
			s.before, s.after = r, r
			w.subject = s
			return nil
		}
	}
	return skip("", "the list has no assessment in state %q", state)
}

func (w *World) whenRead(ctx context.Context) error {
	r, e, err := w.read(ctx, w.subject)
	if r != nil {
		w.subject.after = r
	}
	return w.answeredWithTwin(e, err, w.readTwin)
}

// readTwin reads an assessment that exists.
func (w *World) readTwin(ctx context.Context) (*client.Exchange, error) {
	s, err := w.existingAssessment(ctx)
	if err != nil {
		return nil, err
	}
	_, e, err := w.read(ctx, s)
	return e, err
}

func (w *World) canBeRead(ctx context.Context) error {
	r, e, err := w.read(ctx, w.subject)
	if err != nil {
		return err
	}
	w.expect(r != nil && strings.EqualFold(r.id(), w.subject.id), e, "status 200 with the assessment "+w.subject.id, e.Got())
	return w.judge()
}

func (w *World) hasDocumentedFields() error {
	return w.eachAnswer(func(e *client.Exchange) {
		r, err := decodeRecord(e)
		if err != nil {
			w.expect(false, e, "the JSON object of an assessment", e.Got())
			return
		}
		w.run.noteExtras(r)
		lines := r.lacks()
		w.expect(len(lines) == 0, e, "the 13 documented fields, of the documented types", strings.Join(lines, "; "))
		w.expect(strings.EqualFold(r.id(), w.subject.id), e, "id "+w.subject.id, jsonText(r["id"]))
	})
}

func (w *World) stateIsOneOf(list string) error {
	r := w.subject.after
	e := w.lastRead(w.subject)
	w.expect(slices.Contains(strings.Split(list, ", "), r.state()), e, "workflow_state to be one of "+list, jsonText(r["workflow_state"]))
	return w.judge()
}

func (w *World) errorFieldsSayWhy() error {
	r := w.subject.after
	var lines []string
	for _, name := range errorFields() {
		lines = append(lines, fmt.Sprintf("%s = %s", name, jsonText(r[name])))
	}
	silent := !slices.ContainsFunc(errorFields(), func(name string) bool { return !saysNothing(r[name]) })
	w.expect(!silent, w.lastRead(w.subject), "an assessment in Error to say why in its error fields", strings.Join(lines, ", "))
	return w.judge()
}

func (w *World) errorFieldsAreNull() error {
	r := w.subject.after
	if r.state() != "Active" {
		return couldNotRun("", "the assessment is not Active any more")
	}
	for _, name := range errorFields() {
		w.expect(r[name] == nil, w.lastRead(w.subject), name+" to be null while the workflow is Active", jsonText(r[name]))
	}
	return w.judge()
}
