package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
)

// attempts is how often a refused create is repeated when the list shows a
// foreign assessment: other clients may create, too.
const attempts = 5

// compareAround calls act, and compares the list before and after, while this run
// creates nothing else. If an ID has appeared, it acts again, and watches the list
// before and after for as long as act takes: other clients create then, too.
func (w *World) compareAround(ctx context.Context, act func() error) error {
	return w.WithoutCreates(func() error {
		for i := range attempts {
			c, err := w.compareOnce(ctx, act, i > 0, w.comparison.took)
			w.comparison = c
			if err != nil || len(c.appeared) == 0 || c.busy {
				return err
			}
		}
		return nil
	})
}

// compareOnce compares once. With control it also watches the list while nothing
// is done.
func (w *World) compareOnce(ctx context.Context, act func() error, control bool, took time.Duration) (comparison, error) {
	c := comparison{took: took}
	err := w.readWhole(ctx, &c)
	if err == nil && control {
		err = w.watchList(ctx, &c)
	}
	if err != nil {
		return c, err
	}
	before, began := c.after, time.Now()
	if err := act(); err != nil {
		return c, err
	}
	c.took = time.Since(began)
	if err := w.readWhole(ctx, &c); err != nil {
		return c, err
	}
	c.appeared = w.appeared(before, c.after)
	if control {
		err = w.watchList(ctx, &c)
	}
	return c, err
}

// watchList waits for as long as the act takes, and records whether an ID has
// appeared in the list.
func (w *World) watchList(ctx context.Context, c *comparison) error {
	if err := client.Pause(ctx, c.took); err != nil {
		return err
	}
	before := c.after
	err := w.readWhole(ctx, c)
	c.busy = c.busy || len(w.appeared(before, c.after)) > 0
	return err
}

// readWhole reads the list of assessments. An ID in a part of a list need not be
// new, so an incomplete list shows nothing.
func (w *World) readWhole(ctx context.Context, c *comparison) error {
	l, err := w.wholeList(ctx, w.CreateAlone)
	c.after, c.cannot = l, nil
	if s := asSkip(err); s != nil {
		c.cannot, err = s, nil
	}
	return err
}

// wholeList reads the list of assessments to its end. A list without a visible end
// is made to grow by create, since a truncated one would not.
func (w *World) wholeList(ctx context.Context, create func(context.Context, client.Call) (*client.Exchange, error)) (*target.List, error) {
	reading := target.Reading{Operation: target.ListAssessments, Key: w.run.Key}
	l, err := w.List(ctx, reading)
	if err == nil && l.NoEnd && w.run.Writes {
		src, err := w.sourceFor(ctx, w.run.Key)
		if err == nil {
			_, err = create(ctx, src.create(w.run.Key))
		}
		if err != nil {
			return nil, err
		}
	}
	if err == nil && l.NoEnd {
		l, err = w.List(ctx, reading)
	}
	if err != nil {
		return nil, w.unreadable(ctx, err)
	}
	if !l.Complete {
		err = incomplete(l)
	}
	return l, err
}

// incomplete is the reason why a list without an item proves nothing.
func incomplete(l *target.List) error {
	return couldNotRun("", "the list cannot be shown to be complete: %s", l.Why)
}

// appeared lists the IDs in the later list only, without the run's own: a list may
// show them late.
func (w *World) appeared(before, after *target.List) []string {
	if before == nil || after == nil {
		return nil
	}
	var ids []string
	for _, r := range after.Items {
		if id := r.ID(); id != "" && !before.Has(id) && !w.CancelAllowed(id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// nothingWasCreated asserts that the list shows nothing new.
func (w *World) nothingWasCreated() error {
	if err := w.result(); err != nil {
		return err
	}
	c := w.comparison
	switch {
	case c.cannot != nil:
		return c.cannot
	case c.busy:
		return couldNotRun("", "other clients create assessments meanwhile, so it cannot be told who created the new ones")
	}
	w.expect(len(c.appeared) == 0, c.after.Last, "no assessment to appear in the list",
		fmt.Sprintf("a new one each of the %d times, and none in between; the last: %s", attempts, strings.Join(c.appeared, ", ")))
	return w.result()
}
