package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/assay/conformance/internal/client"
)

// listSteps read the list, and compare it with what reading each item returns.
func listSteps() []definition {
	return []definition{
		{`assessments known by their IDs`, func(w *World) any { return w.givenKnown }},
		{`the list of assessments`, func(w *World) any { return w.givenList }},
		{`the list contains (?:it|them)`, func(w *World) any { return w.listContains }},
		{`the list contains them when it is read in small pages`, func(w *World) any { return w.listContainsInPages }},
		{`the list shows it as "([^"]+)"`, func(w *World) any { return w.listShows }},
		{`its items equal what reading them returns`, func(w *World) any { return w.itemsEqualReads }},
	}
}

// knownAssessments is how many assessments are looked for in the list.
const knownAssessments = 3

// givenKnown provides assessments whose IDs were learnt elsewhere than from the
// list, if there is any other way.
func (w *World) givenKnown(ctx context.Context) error {
	for range knownAssessments {
		s, err := w.existingAssessment(ctx)
		if err != nil {
			return err
		}
		w.known = append(w.known, s)
		if !w.run.Writes {
			return nil
		}
	}
	return nil
}

func (w *World) listContains(ctx context.Context) error { return w.listContainsBy(ctx, 0) }

// listContainsInPages makes the list span some ten pages, if the envelope names a
// limit by which that can be asked for.
func (w *World) listContainsInPages(ctx context.Context) error {
	l, err := w.readList(ctx, listAssessments, w.run.Key, 0)
	if err != nil {
		return err
	}
	if !l.named {
		return notSupported("the list does not name a page size, so there is no documented way to ask for another page")
	}
	return w.listContainsBy(ctx, max(2, len(l.items)/10))
}

func (w *World) listContainsBy(ctx context.Context, size int) error {
	wanted := w.known
	if w.subject != nil {
		wanted = append(slices.Clone(wanted), w.subject)
	}
	for _, s := range wanted {
		item, l, err := w.findInList(ctx, s, size, func(Record) bool { return true })
		if err != nil {
			return err
		}
		if item == nil && !l.complete {
			return incomplete(l)
		}
		w.expect(item != nil, l.first, "the list to contain assessment "+s.id, fmt.Sprintf("%d items over all pages, none with this ID", len(l.items)))
	}
	return w.judge()
}

func (w *World) listShows(ctx context.Context, state string) error {
	if err := w.needVisible(w.subject); err != nil {
		return err
	}
	item, l, err := w.findInList(ctx, w.subject, 0, func(r Record) bool { return r.state() == state })
	if err != nil {
		return err
	}
	if item == nil && !l.complete {
		return incomplete(l)
	}
	w.expect(item.state() == state, l.last, fmt.Sprintf("the list to show assessment %s with workflow_state %q", w.subject.id, state),
		jsonText(item["workflow_state"]))
	return w.judge()
}

func (w *World) givenList(ctx context.Context) error {
	l, err := w.readList(ctx, listAssessments, w.run.Key, 0)
	if err != nil {
		return err
	}
	w.run.observe("list-shape", l.shape, l.first)
	if order := orderName(l.items); order != "" {
		w.run.observe("list-order", order, l.first)
	}
	w.listed, w.listing = l.items, l
	if l.named {
		paged, err := w.readList(ctx, listAssessments, w.run.Key, max(2, len(l.items)/10))
		if err == nil { // a limit that the target does not take is nobody's fault
			w.listed, w.listing = paged.items, paged
		}
	}
	if len(w.listed) == 0 {
		return skip("", "the list is empty")
	}
	return nil
}

// comparedItems is how many items of a list are compared with what reading them
// returns.
const comparedItems = 12

// itemsEqualReads compares items from all over the list. An assessment can change
// between two requests, so one that differs is looked at again. That an item has
// an ID can be told of every one.
func (w *World) itemsEqualReads(ctx context.Context) error {
	for _, item := range w.listed {
		w.expect(item.id() != "", w.listing.first, "every item of the list to have an id", jsonText(item))
	}
	for _, item := range spread(w.listed, comparedItems) {
		if item.id() == "" {
			continue
		}
		if err := w.itemEqualsRead(ctx, item); err != nil {
			return err
		}
	}
	return w.judge()
}

// comparisons bounds how often an item that keeps changing is compared.
const comparisons = 24

// itemEqualsRead holds a difference against the target only if reading the
// assessment returned the same before and after the list was read, for as long as
// a change may take to be seen. Anything else is another client's change in between.
func (w *World) itemEqualsRead(ctx context.Context, item Record) error {
	s := &subject{id: item.id(), key: w.run.Key}
	var before Record
	began := time.Now()
	for range comparisons {
		r, e, err := w.read(ctx, s)
		if err != nil {
			return err
		}
		lines := unlike(item, r)
		late := time.Since(began) > w.run.VisibilityTimeout
		if len(lines) == 0 || late && steady(before, r) {
			w.expect(len(lines) == 0, e, "the list's item of assessment "+item.id()+" to equal what GET returns", strings.Join(lines, "; "))
			return nil
		}
		if before = r; before == nil {
			before = Record{} // it cannot be read, which is an answer too
		}
		if item, err = w.listedAgain(ctx, item); err != nil {
			return err
		}
		if err := client.Pause(ctx, w.run.VisibilityTimeout/comparisons*2); err != nil {
			return err
		}
	}
	return couldNotRun("", "assessment %s changes too often to be compared with the list", s.id)
}

// steady reports whether two reads of an assessment returned the same; an empty one
// stands for an answer without it.
func steady(before, now Record) bool {
	if now == nil {
		return before != nil && len(before) == 0
	}
	return before != nil && len(unlike(before, now)) == 0
}

// listedAgain reads the list once more for the item, which stays what it was if it
// is not there.
func (w *World) listedAgain(ctx context.Context, item Record) (Record, error) {
	l, err := w.readList(ctx, listAssessments, w.run.Key, w.listing.size)
	if err != nil {
		return item, err
	}
	if again, ok := l.find(item.id()); ok {
		return again, nil
	}
	return item, nil
}

func unlike(item, read Record) []string {
	if read == nil {
		return []string{"it cannot be read"}
	}
	var lines []string
	names := append(sortedNames(item), sortedNames(read)...)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		lines = append(lines, item.compare(read, name)...)
	}
	return lines
}

// spread picks n items evenly, the first and the last among them.
func spread(items []Record, n int) []Record {
	if len(items) <= n {
		return items
	}
	var picked []Record
	for i := range n {
		picked = append(picked, items[i*(len(items)-1)/(n-1)])
	}
	return picked
}
