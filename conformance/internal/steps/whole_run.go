package steps

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
)

// wholeRunSteps judge the exchanges of all scenarios.
func wholeRunSteps() []definition {
	return []definition{
		{`everything that was seen in this run`, (*World).givenEverything},
		{`every assessment had the documented fields`, (*World).allHadFields},
		{`every workflow state was one of "([^"]+)"`, (*World).allStatesWere},
		{`no cancel changed the identity of an assessment`, (*World).noCancelChangedIdentity},
		{`no assessment came back from "([^"]+)"`, (*World).noneCameBackFrom},
		{`every body was one JSON value`, (*World).allWereJSON},
		{`the list contains everything that this run created`, (*World).listContainsCreated},
		{`no assessment was seen by two institutions`, (*World).noneSeenByTwo},
	}
}

// givenEverything collects the assessments in all exchanges. All other scenarios
// have ended by then.
func (w *World) givenEverything() error {
	w.run.mu.Lock()
	defer w.run.mu.Unlock()
	if w.run.sightings == nil {
		w.run.sightings = sightingsIn(w.run.Client.Exchanges())
	}
	if w.sightings = w.run.sightings; len(w.sightings) == 0 {
		return skip("", "no assessment was seen in this run")
	}
	return nil
}

// sightingsIn collects the assessments in all responses, in the order of their
// requests.
func sightingsIn(exchanges []*client.Exchange) []sighting {
	var all []sighting
	cache := pageCache{items: map[*byte][]target.Record{}}
	for _, e := range exchanges {
		if !e.Success() || len(e.Body) == 0 || e.Truncated {
			continue
		}
		switch e.Call.Operation {
		case target.GetAssessment, target.CreateAssessment:
			if r, err := target.RecordOf(e); err == nil {
				all = append(all, sighting{evidence{e, slim(r)}, strings.ToLower(r.ID()), false})
			}
		case target.ListAssessments:
			all = append(all, cache.sightings(e)...)
		}
	}
	slices.SortStableFunc(all, func(a, b sighting) int { return a.exchange.Sent.Compare(b.exchange.Sent) })
	return all
}

// pageCache is the items of the pages so far, by body: the client keeps equal
// bodies once.
type pageCache struct {
	items map[*byte][]target.Record
	seen  int
}

// sightings returns the items of a page, up to the limit of all pages, or nothing if
// the page cannot be read.
func (p *pageCache) sightings(e *client.Exchange) []sighting {
	items, known := p.items[&e.Body[0]]
	if !known {
		read, _ := target.ItemsOf(e)
		for _, r := range read[:min(len(read), maxListed)] {
			items = append(items, trimmed(r, "id", "workflow_state"))
		}
		p.items[&e.Body[0]] = items
	}
	var all []sighting
	for _, r := range items[:min(len(items), maxListed-p.seen)] {
		all = append(all, sighting{evidence{e, r}, strings.ToLower(r.ID()), true})
	}
	p.seen += len(all)
	return all
}

// Limits of the records in memory until the end of the run.
const (
	maxListed     = 40_000 // items of lists
	maxSlimExtras = 20
)

// slim returns the documented fields of a record, without nested values, and the
// names of some others.
func slim(r target.Record) target.Record {
	slim := trimmed(r, fieldNames()...)
	extras := extraFields(r)
	for _, name := range extras[:min(len(extras), maxSlimExtras)] {
		slim[shortened(name)] = nil
	}
	return slim
}

func trimmed(r target.Record, names ...string) target.Record {
	all := target.Record{}
	for _, name := range names {
		if v, there := r[name]; there {
			all[name] = slimValue(v)
		}
	}
	return all
}

func slimValue(v any) any {
	switch v := v.(type) {
	case string:
		return shortened(v)
	case json.Number:
		return json.Number(shortened(v.String()))
	case map[string]any:
		return map[string]any{}
	case []any:
		return []any{}
	}
	return v
}

func (w *World) allHadFields() error {
	for _, s := range w.sightings {
		if !s.listed {
			w.run.noteExtras(s.record)
			w.check(hasDocumentedFields(), s.evidence)
		}
	}
	return w.resultOfSome()
}

func (w *World) allStatesWere(list string) error {
	allowed := hasState(strings.Split(list, ", ")...)
	for _, s := range w.sightings {
		if _, there := s.record["workflow_state"]; there {
			w.check(allowed, s.evidence)
		}
	}
	return w.resultOfSome()
}

// requirementOf returns the requirement of an operation's response.
func requirementOf(operation string) string {
	return map[string]string{
		target.GetAssessment: "GET-01", target.CreateAssessment: "CRT-01", target.ListAssessments: "LST-01",
		target.ListTemplates: "TPL-01", target.ListEntities: "ENT-01", target.GetOutcome: "OUT-01",
	}[operation]
}

func (w *World) allWereJSON() error {
	malformed := w.Malformed()
	for _, m := range malformed {
		w.expectOf(requirementOf(m.Exchange.Call.Operation), false, m.Exchange, "a body that is one JSON value, each name once", m.Defect)
	}
	w.assertions++ // about all other bodies
	return w.result()
}

// noCancelChangedIdentity compares the last read before the first cancel of an
// assessment with all reads after it.
func (w *World) noCancelChangedIdentity() error {
	cancels := firstCancels(w.run.Client.Exchanges())
	before := map[string]sighting{}
	for _, s := range w.sightings {
		if cancel := cancels[s.id]; cancel != nil && s.exchange.Call.Operation == target.GetAssessment && s.exchange.Returned().Before(cancel.Sent) {
			before[s.id] = s
		}
	}
	for _, s := range w.sightings {
		was, known := before[s.id]
		if known && !s.listed && s.exchange.Sent.After(cancels[s.id].Returned()) {
			w.check(keeps(fmt.Sprintf("assessment %s to keep the identity that it had in exchange %d, before its cancel", s.id, was.exchange.Number),
				was.record, fixedFields()...), s.evidence)
		}
	}
	return w.resultOfSome()
}

// firstCancels returns the first successful cancel of each assessment.
func firstCancels(exchanges []*client.Exchange) map[string]*client.Exchange {
	first := map[string]*client.Exchange{}
	for _, e := range exchanges {
		id := strings.ToLower(e.Call.Resource)
		if e.Call.Operation == target.CancelWorkflow && e.Success() && first[id] == nil {
			first[id] = e
		}
	}
	return first
}

// noneCameBackFrom compares responses of one operation only: a list may lag behind
// a read, and no guide promises that it does not.
func (w *World) noneCameBackFrom(state string) error {
	earliest := map[string]*client.Exchange{} // with the state, by operation and assessment
	for _, s := range w.sightings {
		key := s.exchange.Call.Operation + " " + s.id
		was, seen := earliest[key]
		if seen && was.Returned().Before(s.exchange.Sent) {
			w.expect(s.record.State() == state, s.exchange,
				fmt.Sprintf("assessment %s to stay %s, as it was in exchange %d", s.id, state, was.Number), target.JSONText(s.record["workflow_state"]))
		}
		if s.record.State() == state && (!seen || s.exchange.Returned().Before(was.Returned())) {
			earliest[key] = s.exchange
		}
	}
	return w.resultOfSome()
}

func (w *World) noneSeenByTwo() error {
	if err := w.needOtherKey(); err != nil {
		return err
	}
	own := map[string]bool{}
	for _, s := range w.sightings {
		if s.exchange.Call.Key.Name() == w.run.Key.Name() {
			own[s.id] = true
		}
	}
	for _, s := range w.sightings {
		if s.exchange.Call.Key.Name() == w.run.OtherKey.Name() {
			w.expect(!own[s.id], s.exchange, "assessment "+s.id+" to be seen by one institution only", "it was seen by two")
		}
	}
	return w.resultOfSome()
}

// resultOfSome is result, or a skip if there was nothing to judge.
func (w *World) resultOfSome() error {
	if w.assertions == 0 {
		return skip("--allow-cancel", "nothing of the kind was seen in this run")
	}
	return w.result()
}
