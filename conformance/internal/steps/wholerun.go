package steps

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"example.com/assay/conformance/internal/client"
)

// wholeRunSteps judge everything that the run has seen, whichever scenario asked.
func wholeRunSteps() []definition {
	return []definition{
		{`everything that was seen in this run`, func(w *World) any { return w.givenEverything }},
		{`every assessment had the documented fields`, func(w *World) any { return w.allHadFields }},
		{`every workflow state was one of "([^"]+)"`, func(w *World) any { return w.allStatesWere }},
		{`no assessment changed its identity`, func(w *World) any { return w.noneChangedIdentity }},
		{`no assessment came back from "([^"]+)"`, func(w *World) any { return w.noneCameBackFrom }},
		{`no assessment was seen by two institutions`, func(w *World) any { return w.noneSeenByTwo }},
	}
}

// sighting is an assessment in an answer.
type sighting struct {
	record   Record
	exchange *client.Exchange
	listed   bool // in a list, rather than by itself
}

// givenEverything looks back at the run. It begins once all other scenarios have
// ended, so what is collected once is the same for each that asks.
func (w *World) givenEverything() error {
	w.run.mu.Lock()
	defer w.run.mu.Unlock()
	if w.run.sightings == nil {
		w.run.sightings = sightings(w.run.client.Exchanges())
	}
	if w.sightings = w.run.sightings; len(w.sightings) == 0 {
		return skip("", "no assessment was seen in this run")
	}
	return nil
}

// sightings collects the assessments in all answers, in the order in which they
// were asked for.
func sightings(exchanges []*client.Exchange) []sighting {
	var all []sighting
	pages := pages{}
	for _, e := range exchanges {
		if !e.Success() || len(e.Body) == 0 {
			continue
		}
		switch e.Call.Operation {
		case getAssessment.id, createAssessment.id:
			if r, err := decodeRecord(e); err == nil {
				all = append(all, sighting{record: slim(r), exchange: e})
			}
		case listAssessments.id:
			all = append(all, pages.sightings(e)...)
		}
	}
	slices.SortStableFunc(all, func(a, b sighting) int { return a.exchange.Sent.Compare(b.exchange.Sent) })
	return all
}

// pages are the items of the pages so far, by the body that they came in: the
// client keeps the same body once only.
type pages struct {
	items map[*byte][]Record
	seen  int
}

// sightings are the items of a page, unless there are too many by now. A page that
// cannot be read shows nothing.
func (p *pages) sightings(e *client.Exchange) []sighting {
	items, known := p.items[&e.Body[0]]
	if !known {
		page, _ := parsePage(e)
		for _, r := range page.items[:min(len(page.items), maxListed)] {
			items = append(items, slimItem(r))
		}
		if p.items == nil {
			p.items = map[*byte][]Record{}
		}
		p.items[&e.Body[0]] = items
	}
	var all []sighting
	for _, r := range items[:min(len(items), maxListed-p.seen)] {
		all = append(all, sighting{record: r, exchange: e, listed: true})
	}
	p.seen += len(all)
	return all
}

// Bounds of what is kept of a record until the end of the run.
const (
	maxListed     = 40_000 // items of lists
	maxSlimText   = 200    // bytes
	maxSlimExtras = 20
)

// slim keeps of a record what the checks below look at: the documented fields, what
// is inside of a value left out, and the names of some others.
func slim(r Record) Record {
	kept := Record{}
	for _, f := range documentedFields() {
		if v, there := r[f.name]; there {
			kept[f.name] = slimValue(v)
		}
	}
	extras := r.extras()
	for _, name := range extras[:min(len(extras), maxSlimExtras)] {
		kept[shortened(name)] = nil
	}
	return kept
}

// slimItem keeps of an item of a list which assessment it is, and in what state.
func slimItem(r Record) Record {
	kept := Record{}
	for _, name := range []string{"id", "workflow_state"} {
		if v, there := r[name]; there {
			kept[name] = slimValue(v)
		}
	}
	return kept
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

// shortened cuts a text and lets go of the rest.
func shortened(s string) string {
	if len(s) <= maxSlimText {
		return s
	}
	return strings.Clone(s[:maxSlimText])
}

func (w *World) allHadFields() error {
	for _, s := range w.sightings {
		if !s.listed {
			w.run.noteExtras(s.record)
			lines := s.record.lacks()
			w.expect(len(lines) == 0, s.exchange, "the 13 documented fields, of the documented types", strings.Join(lines, "; "))
		}
	}
	return w.judgeSome()
}

func (w *World) allStatesWere(list string) error {
	allowed := strings.Split(list, ", ")
	for _, s := range w.sightings {
		if state, there := s.record["workflow_state"]; there {
			w.expect(slices.Contains(allowed, s.record.state()), s.exchange, "workflow_state to be one of "+list, jsonText(state))
		}
	}
	return w.judgeSome()
}

func (w *World) noneChangedIdentity() error {
	first := map[string]sighting{}
	for _, s := range w.sightings {
		id := strings.ToLower(s.record.id())
		if s.listed || id == "" {
			continue
		}
		was, seen := first[id]
		if !seen {
			first[id] = s
			continue
		}
		lines := s.record.differs(was.record, mutableFields()...)
		w.expect(len(lines) == 0, s.exchange, fmt.Sprintf("assessment %s to keep the identity that it had in exchange %d", id, was.exchange.Number), strings.Join(lines, "; "))
	}
	return w.judgeSome()
}

// noneCameBackFrom compares answers of one operation only: a list may lag behind
// a read, and no guide promises that it does not.
func (w *World) noneCameBackFrom(state string) error {
	earliest := map[string]*client.Exchange{} // that showed the state, by operation and assessment
	for _, s := range w.sightings {
		key := s.exchange.Call.Operation + " " + strings.ToLower(s.record.id())
		was, seen := earliest[key]
		if seen && was.Returned().Before(s.exchange.Sent) {
			w.expect(s.record.state() == state, s.exchange,
				fmt.Sprintf("assessment %s to stay %s, as it was in exchange %d", s.record.id(), state, was.Number), jsonText(s.record["workflow_state"]))
		}
		if s.record.state() == state && (!seen || s.exchange.Returned().Before(was.Returned())) {
			earliest[key] = s.exchange
		}
	}
	return w.judgeSome()
}

func (w *World) noneSeenByTwo() error {
	if err := w.needOtherKey(); err != nil {
		return err
	}
	ours := map[string]bool{}
	for _, s := range w.sightings {
		if s.exchange.Call.Key.Name() == w.run.Key.Name() {
			ours[strings.ToLower(s.record.id())] = true
		}
	}
	for _, s := range w.sightings {
		if s.exchange.Call.Key.Name() == w.run.OtherKey.Name() {
			w.expect(!ours[strings.ToLower(s.record.id())], s.exchange, "assessment "+s.record.id()+" to be seen by one institution only", "it was seen by two")
		}
	}
	return w.judgeSome()
}

// judgeSome is judge, for a check that may have found nothing to look at.
func (w *World) judgeSome() error {
	if w.assertions == 0 {
		return skip("--allow-cancel", "nothing of the kind was seen in this run")
	}
	return w.judge()
}
