package steps

import (
	"context"
	"strings"

	"example.com/assay/conformance/internal/client"
)

// lookupSteps read what assessments are made from, and what comes out of them.
func lookupSteps() []definition {
	return []definition{
		{`the templates are listed`, func(w *World) any { return w.templatesListed }},
		{`the entities are listed`, func(w *World) any { return w.entitiesListed }},
		{`every item has an ID`, func(w *World) any { return w.itemsHaveIDs }},
		{`assessments are created from listed templates`, func(w *World) any { return w.createdFromTemplates }},
		{`assessments are created for listed entities`, func(w *World) any { return w.createdForEntities }},
		{`an assessment that has an outcome`, func(w *World) any { return w.givenWithOutcome }},
		{`its outcome is looked up`, func(w *World) any { return w.outcomeLookedUp }},
		{`the outcome has a name`, func(w *World) any { return w.outcomeHasName }},
	}
}

func (w *World) templatesListed(ctx context.Context) error { return w.listedBy(ctx, listTemplates) }
func (w *World) entitiesListed(ctx context.Context) error  { return w.listedBy(ctx, listEntities) }

func (w *World) listedBy(ctx context.Context, op operation) error {
	e, err := w.do(ctx, op.call(w.run.Key, "", nil))
	if err != nil || e.Status != 200 {
		return w.answered(e, err)
	}
	w.calls = append(w.calls, sentCall{exchange: e})
	p, err := parsePage(e)
	w.expect(err == nil, e, "a list: an array, or an object with one array of things that have an id", e.Got())
	w.listed = p.items
	return w.judge()
}

func (w *World) itemsHaveIDs() error {
	if len(w.listed) == 0 {
		return skip("", "the list is empty")
	}
	for _, item := range w.listed {
		w.expect(isUUID(item["id"]), w.calls[0].exchange, "every item to have an id, a UUID", jsonText(item))
	}
	return w.judge()
}

// tried is how many listed templates or entities assessments are created from,
// and with how many partners each.
const tried, partners = 3, 3

func (w *World) createdFromTemplates(ctx context.Context) error {
	return w.createdFrom(ctx, func(res *resources) ([]Record, []Record) { return res.templates, res.entities },
		func(template, entity string) source { return source{entityID: entity, templateID: template} })
}

func (w *World) createdForEntities(ctx context.Context) error {
	return w.createdFrom(ctx, func(res *resources) ([]Record, []Record) { return res.entities, res.templates },
		func(entity, template string) source { return source{entityID: entity, templateID: template} })
}

// createdFrom creates an assessment from each of some listed things. Nothing says
// that every template fits every entity, so more than one partner is tried.
func (w *World) createdFrom(ctx context.Context, pick func(*resources) (things, others []Record), pair func(thing, other string) source) error {
	if err := w.needWrites(); err != nil {
		return err
	}
	res := w.resourcesOf(ctx, w.run.Key)
	things, others := pick(res)
	if len(things) == 0 || len(others) == 0 {
		return skip("", "%s", res.lack())
	}
	for _, thing := range spread(things, tried) {
		e, err := w.createWithAny(ctx, others[:min(partners, len(others))], func(other string) source { return pair(thing.id(), other) })
		if err := w.answered(e, err); err != nil {
			return err
		}
	}
	return nil
}

// createWithAny creates an assessment with the first of the partners that fits,
// and returns the last answer.
func (w *World) createWithAny(ctx context.Context, others []Record, pair func(other string) source) (*client.Exchange, error) {
	var e *client.Exchange
	var err error
	for _, other := range others {
		if e, err = w.create(ctx, w.run.Key, pair(other.id())); err != nil || e.Success() {
			break
		}
	}
	return e, err
}

func (w *World) givenWithOutcome(ctx context.Context) error {
	s, err := w.existingAssessment(ctx)
	if err != nil {
		return err
	}
	if isUUID(s.after["outcome_id"]) {
		w.subject = s
		return nil
	}
	l, err := w.readList(ctx, listAssessments, w.run.Key, 0)
	if err != nil {
		return err
	}
	for _, item := range l.items {
		if isUUID(item["outcome_id"]) {
			w.subject = &subject{id: item.id(), key: w.run.Key, before: item, after: item}
			return nil
		}
	}
	return skip("", "no assessment with an outcome was found")
}

func (w *World) outcomeLookedUp(ctx context.Context) error {
	id := w.subject.after.text("outcome_id")
	if id == "" {
		return skip("", "the assessment has no outcome")
	}
	op, err := w.outcomeOperation(ctx, id)
	if err != nil {
		return err
	}
	return w.answered(w.do(ctx, op.call(w.run.Key, id, nil)))
}

// outcomeHasName accepts any field whose name speaks of a name, because no page
// says what it is called.
func (w *World) outcomeHasName() error {
	return w.eachAnswer(func(e *client.Exchange) {
		r, err := decodeRecord(e)
		if err != nil {
			w.expect(false, e, "the JSON object of an outcome", e.Got())
			return
		}
		named := false
		for key, value := range r {
			text, _ := value.(string)
			named = named || strings.Contains(strings.ToLower(key), "name") && strings.TrimSpace(text) != ""
		}
		w.expect(named, e, "the outcome to have a name", e.Got())
	})
}

// wellFormedOutcome prepares the reading of an outcome that exists.
func (w *World) wellFormedOutcome(ctx context.Context) (client.Call, error) {
	if err := w.givenWithOutcome(ctx); err != nil {
		return client.Call{}, err
	}
	id := w.subject.after.text("outcome_id")
	op, err := w.outcomeOperation(ctx, id)
	return op.call(w.run.Key, id, nil), err
}

// outcomeOperation finds out where outcomes are read, once a run: the path is
// nowhere printed, and two are equally plausible. An outcome that is missing at
// both may be the only one that is, so others are tried too.
func (w *World) outcomeOperation(ctx context.Context, id string) (operation, error) {
	w.run.outcomes.Lock()
	defer w.run.outcomes.Unlock()
	if w.run.outcomeOp != nil {
		return *w.run.outcomeOp, nil
	}
	for _, candidate := range w.someOutcomes(ctx, id) {
		for _, op := range []operation{getOutcome, getOutcomeAtRoot} {
			e, err := w.do(ctx, op.call(w.run.Key, candidate, nil))
			if err != nil {
				return op, err
			}
			if !missing(e) {
				w.run.outcomeOp = &op
				w.run.observe("outcome-path", "/"+op.path("{outcome_id}"), e)
				return op, nil
			}
		}
	}
	return operation{}, notSupported("an outcome is found neither at /assessments/outcomes/{outcome_id} nor at /outcomes/{outcome_id}; no public page prints the path")
}

func (w *World) someOutcomes(ctx context.Context, id string) []string {
	ids := []string{id}
	l, err := w.readList(ctx, listAssessments, w.run.Key, 0)
	if err != nil {
		return ids
	}
	for _, item := range l.items {
		if other := item.text("outcome_id"); isUUID(other) && other != ids[len(ids)-1] && len(ids) < tried {
			ids = append(ids, other)
		}
	}
	return ids
}
