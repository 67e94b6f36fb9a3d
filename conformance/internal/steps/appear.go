package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/assay/conformance/internal/client"
)

// attempts is how often a refused create is made again when an assessment appears
// in the list that this run has not made: on a shared system it may be somebody
// else's.
const attempts = 5

// comparison is the list around something that should create nothing.
type comparison struct {
	after    *listing      // nil: the assessments cannot be listed whole, so nothing can be told
	appeared []string      // IDs that are in it, and were not before
	took     time.Duration // what was done in between
	busy     bool          // some appear while nothing is done as well
}

// compareAround acts, and compares the list before and after, while nobody else in
// this run creates anything. When something has appeared it acts again, and looks
// on before and after for as long as that took: whoever creates assessments then
// does so anyway.
func (w *World) compareAround(ctx context.Context, act func() error) error {
	w.run.creating.Lock()
	defer w.run.creating.Unlock()
	for i := range attempts {
		c, err := w.compareOnce(ctx, act, i > 0, w.around.took)
		w.around = c
		if err != nil || len(c.appeared) == 0 || c.busy {
			return err
		}
	}
	return nil
}

// compareOnce compares once, with a look at what happens without the act if there
// is to be a control, which takes so long.
func (w *World) compareOnce(ctx context.Context, act func() error, control bool, took time.Duration) (comparison, error) {
	before, err := w.listWhole(ctx)
	c := comparison{after: before, took: took}
	if err == nil && control {
		err = w.lookOn(ctx, &c)
	}
	if err != nil {
		return c, err
	}
	before = c.after
	began := time.Now()
	if err := act(); err != nil {
		return c, err
	}
	c.took = time.Since(began)
	if c.after, err = w.listWhole(ctx); err != nil {
		return c, err
	}
	c.appeared = w.appeared(before, c.after)
	if control {
		err = w.lookOn(ctx, &c)
	}
	return c, err
}

// lookOn lets the time pass that the act takes, reads the list once more, and notes
// whether something has appeared in it.
func (w *World) lookOn(ctx context.Context, c *comparison) error {
	if err := client.Pause(ctx, c.took); err != nil {
		return err
	}
	now, err := w.listWhole(ctx)
	c.busy = c.busy || len(w.appeared(c.after, now)) > 0
	c.after = now
	return err
}

// listWhole reads the list of assessments; nil if the target has none, or does not
// show all of it. What appears in a part of a list need not be new.
func (w *World) listWhole(ctx context.Context) (*listing, error) {
	l, err := w.readList(ctx, listAssessments, w.run.Key, 0)
	var stop *Stop
	switch {
	case asStop(err, &stop):
		return nil, nil
	case err != nil:
		return nil, err
	case !l.complete:
		return nil, nil
	}
	return l, nil
}

// appeared lists what is in one list and not in the one before it, but for what
// this run has created itself: a list may show that late.
func (w *World) appeared(before, after *listing) []string {
	if before == nil || after == nil {
		return nil
	}
	known := map[string]bool{}
	for _, r := range before.items {
		known[strings.ToLower(r.id())] = true
	}
	var ids []string
	for _, r := range after.items {
		if id := r.id(); !known[strings.ToLower(id)] && !w.run.cancelAllowed(id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// expectNothingAppeared asserts that the list has shown nothing new.
func (w *World) expectNothingAppeared(expected string) error {
	if err := w.judge(); err != nil {
		return err
	}
	if w.around.busy {
		return couldNotRun("", "others create assessments meanwhile, so whose the new ones are cannot be told")
	}
	w.expect(len(w.around.appeared) == 0, w.around.after.last, expected,
		fmt.Sprintf("a new one each of the %d times, and none in between; the last: %s", attempts, strings.Join(w.around.appeared, ", ")))
	return w.judge()
}
