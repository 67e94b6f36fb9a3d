package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
)

// listSteps read the list, and compare its items with reads of each.
func listSteps() []definition {
	return []definition{
		{`assessments known by their IDs`, (*World).givenKnown},
		{`the list of assessments`, (*World).givenList},
		{`the list contains (?:it|them)`, (*World).listContains},
		{`the list contains them when it is read in small pages`, (*World).listContainsInPages},
		{`the list does not contain it`, (*World).listDoesNotContain},
		{`the list shows it as "([^"]+)"`, (*World).listShows},
		{`its items equal what reading them returns`, (*World).itemsEqualReads},
	}
}

// knownAssessments is how many assessments are looked for in the list.
const knownAssessments = 3

// givenKnown provides assessments whose IDs come from elsewhere than the list, if
// possible.
func (w *World) givenKnown(ctx context.Context) error {
	for range knownAssessments {
		a, err := w.existingAssessment(ctx)
		if err != nil {
			return err
		}
		if w.known = append(w.known, a); !w.run.Writes {
			return nil
		}
	}
	return nil
}

func (w *World) listContains(ctx context.Context) error {
	return w.listContainsIn(ctx, target.Reading{})
}

// smallPages returns a reading of the list in some ten pages. It has no size if no
// parameter makes the pages smaller.
func (w *World) smallPages(ctx context.Context, l *target.List) (target.Reading, error) {
	r := target.Reading{Operation: target.ListAssessments, Key: w.run.Key}
	name, err := w.SizeName(ctx, r, l)
	if err == nil && name != "" {
		r.Size, r.SizeName = max(2, l.Count/10), name
	}
	return r, err
}

func (w *World) listContainsInPages(ctx context.Context) error {
	l, err := w.List(ctx, target.Reading{Operation: target.ListAssessments, Key: w.run.Key})
	if err != nil {
		return w.unreadable(ctx, err)
	}
	r, err := w.smallPages(ctx, l)
	if err != nil {
		return w.unreadable(ctx, err)
	}
	if r.Size == 0 {
		return notSupported("the list names no page size, and no usual parameter makes its pages smaller")
	}
	return w.listContainsIn(ctx, r)
}

func (w *World) listContainsIn(ctx context.Context, r target.Reading) error {
	wanted := w.known
	if w.subject != nil {
		wanted = append(slices.Clone(wanted), w.subject)
	}
	for _, a := range wanted {
		l, err := w.findInList(ctx, a, r, func(target.Record) bool { return true })
		if err != nil {
			return err
		}
		w.expect(l.Found != nil, l.First, "the list to contain assessment "+a.id, fmt.Sprintf("%d items over all pages, none with this ID", l.Count))
	}
	return w.result()
}

// findInList reads the list until it shows the assessment as it should be, for as
// long as a change may take to be visible. Without the item the list is complete.
func (w *World) findInList(ctx context.Context, a *assessment, r target.Reading, good func(target.Record) bool) (l *target.List, err error) {
	r.Operation, r.Key, r.Find = target.ListAssessments, a.key, target.ByID(a.id)
	err = w.poll(ctx, w.run.VisibilityTimeout, func() (bool, error) {
		l, err = w.listInPages(ctx, r)
		return err == nil && l.Found != nil && good(l.Found), err
	})
	if err == nil && l.Found == nil && !l.Complete {
		err = incomplete(l)
	}
	return l, w.unreadable(ctx, err)
}

// listInPages reads the list, in larger pages if the target refuses small ones.
func (w *World) listInPages(ctx context.Context, r target.Reading) (*target.List, error) {
	for {
		l, err := w.List(ctx, r)
		var refusal *target.UnreadableError
		if r.Size == 0 || !errors.As(err, &refusal) || refusal.Exchange.Status/100 != 4 || refusal.Exchange.Status == 429 {
			return l, err
		}
		if r.Size *= 2; r.Size > 1000 {
			r.Size = 0
		}
	}
}

// listContainsCreated looks for everything this run created in the list, while
// nothing is created. Pages of another size must show the same.
func (w *World) listContainsCreated(ctx context.Context) error {
	created := w.Created(w.run.Key)
	if len(created) == 0 {
		return notSupported("this run created no assessment that the list should contain")
	}
	expected := map[string]bool{}
	for _, c := range created {
		expected[strings.ToLower(c.ID)] = true
	}
	reading := target.Reading{Operation: target.ListAssessments, Key: w.run.Key}
	whole, err := w.listAll(ctx, reading, expected)
	if err != nil {
		return err
	}
	reading, err = w.smallPages(ctx, whole)
	if err != nil {
		return w.unreadable(ctx, err)
	}
	if reading.Size > 0 {
		for _, item := range whole.Items {
			expected[strings.ToLower(item.ID())] = true
		}
		if _, err := w.listAll(ctx, reading, expected); err != nil {
			return err
		}
	}
	return w.result()
}

// listAll asserts that the list shows the IDs within the visibility timeout.
func (w *World) listAll(ctx context.Context, r target.Reading, ids map[string]bool) (l *target.List, err error) {
	var missing []string
	err = w.poll(ctx, w.run.VisibilityTimeout, func() (bool, error) {
		if l, err = w.listInPages(ctx, r); err != nil {
			return false, w.unreadable(ctx, err)
		}
		missing = slices.DeleteFunc(slices.Sorted(maps.Keys(ids)), l.Has)
		return len(missing) == 0, nil
	})
	if err != nil {
		return l, err
	}
	for _, id := range missing {
		a := &assessment{id: id, key: w.run.Key}
		if record, e, err := w.get(ctx, a); err != nil || record == nil {
			return l, cmp.Or(err, couldNotRun("", "assessment %s has gone meanwhile: %s", id, e.Got()))
		}
		if !l.Complete {
			return l, incomplete(l)
		}
		w.expect(false, l.First, "the list to contain assessment "+id, fmt.Sprintf("%d items over %d pages, none with this ID", l.Count, l.Pages))
	}
	w.assertions++
	return l, nil
}

func (w *World) listShows(ctx context.Context, state string) error {
	if err := w.needVisible(w.subject); err != nil {
		return err
	}
	l, err := w.findInList(ctx, w.subject, target.Reading{}, func(r target.Record) bool { return r.State() == state })
	if err != nil {
		return err
	}
	w.expect(l.Found.State() == state, l.Last, fmt.Sprintf("the list to show assessment %s with workflow_state %q", w.subject.id, state),
		target.JSONText(l.Found["workflow_state"]))
	return w.result()
}

// listDoesNotContain concludes from what a list lacks only once the list of the other
// institution shows the assessment, or should have shown it.
func (w *World) listDoesNotContain(ctx context.Context) error {
	own := target.Reading{Operation: target.ListAssessments, Key: w.foreign.key, Find: target.ByID(w.foreign.id)}
	err := w.poll(ctx, w.run.VisibilityTimeout, func() (bool, error) {
		l, err := w.List(ctx, own)
		return err == nil && l.Found != nil, err
	})
	if err != nil {
		return w.unreadable(ctx, err)
	}
	l, err := w.wholeList(ctx, w.Send)
	if l == nil {
		return err
	}
	there := l.Has(w.subject.id)
	if !there && err != nil {
		return err
	}
	w.expect(!there, l.Last, "the list to leave out assessment "+w.subject.id+" of another institution", fmt.Sprintf("it among %d items", l.Count))
	return w.result()
}

func (w *World) givenList(ctx context.Context) error {
	l, err := w.List(ctx, target.Reading{Operation: target.ListAssessments, Key: w.run.Key})
	if err != nil {
		return w.unreadable(ctx, err)
	}
	w.run.observe("list-shape", l.Shape, l.First)
	if order := orderName(l.Items); order != "" {
		w.run.observe("list-order", order, l.First)
	}
	small, err := w.smallPages(ctx, l)
	if err != nil {
		return w.unreadable(ctx, err)
	}
	if small.Size > 0 {
		if paged, err := w.List(ctx, small); err == nil { // the target need not accept the size
			l = paged
		}
	}
	if w.list = l; len(l.Items) == 0 {
		return skip("", "the list is empty")
	}
	return nil
}

// comparedItems is how many items of a list are compared with reads of them.
const comparedItems = 12

// itemsEqualReads compares items from all over the list. That an item has an ID
// can be checked of every one.
func (w *World) itemsEqualReads(ctx context.Context) error {
	for _, item := range w.list.Items {
		w.expect(item.ID() != "", w.list.First, "every item of the list to have an id", target.JSONText(item))
	}
	for _, item := range spread(w.list.Items, comparedItems) {
		if item.ID() == "" {
			continue
		}
		if err := w.itemEqualsRead(ctx, item); err != nil {
			return err
		}
	}
	return w.result()
}

// comparisons is how often a changing item is compared.
const comparisons = 24

// itemEqualsRead holds a difference against the target only if reading the
// assessment returned the same before and after the list was read, for as long as
// a change may take to be visible. Other clients may change it in between.
func (w *World) itemEqualsRead(ctx context.Context, item target.Record) error {
	a := &assessment{id: item.ID(), key: w.run.Key}
	var before target.Record
	began := time.Now()
	for i := range comparisons {
		r, e, err := w.get(ctx, a)
		if err != nil {
			return err
		}
		lines := unlike(item, r)
		late := i > 0 && time.Since(began) > w.run.VisibilityTimeout
		if len(lines) == 0 || late && len(before.Difference(r, fieldNames()...)) == 0 {
			w.expect(len(lines) == 0, e, "the list's item of assessment "+item.ID()+" to equal what GET returns", strings.Join(lines, "; "))
			return nil
		}
		before = r
		l, err := w.List(ctx, target.Reading{Operation: target.ListAssessments, Key: w.run.Key, Find: target.ByID(item.ID())})
		if err == nil && l.Found != nil {
			item = l.Found
		}
		if err := client.Pause(ctx, w.run.VisibilityTimeout/comparisons*2); err != nil {
			return err
		}
	}
	return couldNotRun("", "assessment %s changes too often to be compared with the list", a.id)
}

// unlike describes the differences of the documented fields, and of others in both.
func unlike(item, read target.Record) []string {
	if read == nil {
		return []string{"it cannot be read"}
	}
	names := fieldNames()
	for _, name := range extraFields(item) {
		if _, both := read[name]; both {
			names = append(names, name)
		}
	}
	return item.Difference(read, names...)
}

// spread picks n items evenly, the first and the last among them.
func spread(items []target.Record, n int) []target.Record {
	if len(items) <= n {
		return items
	}
	var picked []target.Record
	for i := range n {
		picked = append(picked, items[i*(len(items)-1)/(n-1)])
	}
	return picked
}
