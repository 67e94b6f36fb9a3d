package steps

import (
	"cmp"
	"context"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
)

// lookupSteps read templates, entities and outcomes.
func lookupSteps() []definition {
	return []definition{
		{`the templates are listed`, listing(target.ListTemplates)},
		{`the entities are listed`, listing(target.ListEntities)},
		{`every item has an ID`, (*World).itemsHaveIDs},
		{`assessments are created from listed templates`, (*World).createdFromTemplates},
		{`assessments are created for listed entities`, (*World).createdForEntities},
		{`an assessment that has an outcome`, (*World).givenWithOutcome},
		{`its outcome is looked up`, (*World).outcomeLookedUp},
		{`the outcome has a name`, eachResponse(hasName())},
	}
}

func listing(operation string) func(*World, context.Context) error {
	return func(w *World, ctx context.Context) error {
		e, err := w.Do(ctx, target.Call(operation, w.run.Key, "", nil))
		if err := w.answered(e, err); err != nil || e.Status != 200 {
			return err
		}
		items, err := target.ItemsOf(e)
		w.expect(err == nil, e, "a list: an array, or an object with one array of things that have an id", e.Got())
		w.list = &target.List{Items: items}
		return w.result()
	}
}

func (w *World) itemsHaveIDs() error {
	if len(w.list.Items) == 0 {
		return skip("", "the list is empty")
	}
	for _, item := range w.list.Items {
		w.check(hasUUID(), evidence{w.requests[0].exchange, item})
	}
	return w.result()
}

func (w *World) createdFromTemplates(ctx context.Context) error {
	res := w.resourcesOf(ctx, w.run.Key)
	return w.createdFrom(ctx, res.templates, res.entities, func(template, entity string) source { return source{entity, template} })
}

func (w *World) createdForEntities(ctx context.Context) error {
	res := w.resourcesOf(ctx, w.run.Key)
	return w.createdFrom(ctx, res.entities, res.templates, func(entity, template string) source { return source{entity, template} })
}

// createdFrom creates an assessment from each of some listed things. No page
// promises a fit of every template with every entity, so several are tried.
func (w *World) createdFrom(ctx context.Context, things, others []target.Record, pair func(thing, other string) source) error {
	if err := w.needWrites(); err != nil {
		return err
	}
	if len(things) == 0 || len(others) == 0 {
		return skip("", "%s", w.resourcesOf(ctx, w.run.Key).lack())
	}
	for _, thing := range spread(things, tried) {
		var e *client.Exchange
		var err error
		for _, other := range others[:min(tried, len(others))] {
			if e, err = w.Send(ctx, pair(thing.ID(), other.ID()).create(w.run.Key)); err != nil || e.Success() {
				break
			}
		}
		if err := w.answered(e, err); err != nil {
			return err
		}
		if absent, err := w.isAbsent(ctx, e); err != nil || absent {
			return cmp.Or(err, couldNotRun("", "no assessment can be created: %s (see CRT-01)", e.Got()))
		}
	}
	return nil
}

func (w *World) givenWithOutcome(ctx context.Context) error {
	a, err := w.existingAssessment(ctx)
	if err != nil {
		return err
	}
	if w.subject = a; target.IsUUID(a.after["outcome_id"]) {
		return nil
	}
	item, err := w.firstListed(ctx, w.run.Key, func(r target.Record) bool { return target.IsUUID(r["outcome_id"]) })
	if err == nil && item == nil {
		return skip("", "no assessment with an outcome was found")
	}
	w.subject = &assessment{id: item.ID(), key: w.run.Key, before: item, after: item}
	return err
}

func (w *World) outcomeLookedUp(ctx context.Context) error {
	id := w.subject.after.Text("outcome_id")
	if id == "" {
		return skip("", "the assessment has no outcome")
	}
	operation, err := w.outcomeOperationFor(ctx, id)
	if err != nil {
		return err
	}
	return w.answered(w.Do(ctx, target.Call(operation, w.run.Key, id, nil)))
}

// outcomeOperationFor finds the path of outcomes, once a run. No page prints it, and
// two are equally plausible. The one outcome may itself be missing, so others are
// tried too.
func (w *World) outcomeOperationFor(ctx context.Context, id string) (string, error) {
	w.run.outcomes.Lock()
	defer w.run.outcomes.Unlock()
	if w.run.outcomeOperation != "" {
		return w.run.outcomeOperation, nil
	}
	for _, candidate := range w.someOutcomes(ctx, id) {
		for _, operation := range []string{target.GetOutcome, target.GetOutcomeAtRoot} {
			e, err := w.Do(ctx, target.Call(operation, w.run.Key, candidate, nil))
			if err != nil {
				return "", err
			}
			if absent, err := w.isAbsent(ctx, e); err != nil {
				return "", err
			} else if !absent {
				w.run.outcomeOperation = operation
				w.run.observe("outcome-path", "/"+target.Path(operation, "{outcome_id}"), e)
				return operation, nil
			}
		}
	}
	return "", notSupported("an outcome is found neither at /assessments/outcomes/{outcome_id} nor at /outcomes/{outcome_id}; no public page prints the path")
}

// someOutcomes returns the ID and those of some other outcomes.
func (w *World) someOutcomes(ctx context.Context, id string) []string {
	ids := []string{id}
	_, _ = w.firstListed(ctx, w.run.Key, func(item target.Record) bool { // without a list there is one ID
		if other := item.Text("outcome_id"); target.IsUUID(other) && other != ids[len(ids)-1] {
			ids = append(ids, other)
		}
		return len(ids) == tried
	})
	return ids
}
