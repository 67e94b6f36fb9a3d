package steps

import (
	"context"
	"strings"

	"example.com/assay/conformance/internal/client"
)

// retrieveSteps read assessments, and judge their fields.
func retrieveSteps() []definition {
	return []definition{
		{`an assessment in state "([^"]+)"`, (*World).givenState},
		{`an assessment of another institution`, (*World).givenForeign},
		{`a new assessment of another institution`, (*World).givenNewForeign},
		{`it is read`, (*World).whenRead},
		{`it can be read`, (*World).canBeRead},
		{`it has the documented fields`, (*World).hasFields},
		{`its workflow state is one of "([^"]+)"`, (*World).stateIsOneOf},
		{`its error fields explain it`, (*World).errorFieldsExplain},
		{`its error fields are null`, (*World).errorFieldsAreNull},
	}
}

// whenRead reads the assessment. The control call reads an existing one.
func (w *World) whenRead(ctx context.Context) error {
	r, e, err := w.get(ctx, w.subject)
	if r != nil {
		w.subject.after = r
	}
	return w.answeredWith(e, err, func(ctx context.Context) (*client.Exchange, error) {
		a, err := w.existingAssessment(ctx)
		if err != nil {
			return nil, err
		}
		_, e, err := w.get(ctx, a)
		return e, err
	})
}

func (w *World) canBeRead(ctx context.Context) error {
	r, e, err := w.get(ctx, w.subject)
	if err != nil {
		return err
	}
	w.check(isFound(w.subject.id), evidence{e, r})
	return w.result()
}

func (w *World) hasFields() error {
	w.run.noteExtras(w.subject.after)
	return w.checkResponses(hasDocumentedFields(), hasText("id", w.subject.id))
}

func (w *World) stateIsOneOf(states string) error {
	w.check(hasState(strings.Split(states, ", ")...), w.last(w.subject))
	return w.result()
}

func (w *World) errorFieldsExplain() error {
	w.check(explainsError(), w.last(w.subject))
	return w.result()
}

func (w *World) errorFieldsAreNull() error {
	if w.subject.after.State() != "Active" {
		return couldNotRun("", "the assessment is not Active any more")
	}
	for _, name := range errorFields() {
		w.check(hasNull(name), w.last(w.subject))
	}
	return w.result()
}
