package target

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// List reads a list over all of its pages. It learns the form of paging from the
// first pages, and takes a further page for one only if it shows new items. The
// error is an UnreadableError if the first response is not a list.
func (s *Session) List(ctx context.Context, r Reading) (*List, error) {
	w := &walk{session: s, reading: r, list: &List{seen: map[uint64]bool{}}, total: -1, created: s.Created(r.Key)}
	query := url.Values{}
	if r.Size > 0 {
		query.Set(cmp.Or(r.SizeName, "limit"), strconv.Itoa(r.Size))
	}
	p, err := w.fetch(ctx, query)
	if err != nil {
		return nil, err
	}
	w.begin(p)
	if p, err = w.enlarge(ctx, p); err == nil {
		err = w.fromTheEnd(ctx, p)
	}
	for p != nil && err == nil && !w.done {
		if p, err = w.next(ctx, p); p != nil && w.list.Pages == manyPages {
			p, err = w.enlarge(ctx, p)
		}
	}
	if err != nil {
		return nil, err
	}
	return w.list, nil
}

// next reads the page after this one, nil if there is none or it is not found.
func (w *walk) next(ctx context.Context, p *page) (*page, error) {
	empty := p.count == 0 && w.list.Pages == 1 && w.total <= 0
	ways := w.ways(p)
	if empty || w.shownAll() || p.ended(w.number) || w.session.paging.isOver(w.reading.Operation, ways) {
		w.complete()
		return nil, nil
	}
	for _, way := range ways {
		if w.exhausted() && !way.guessed {
			return nil, nil
		}
		if w.exhausted() { // no guess is worth more than the limits
			w.list.Why = ""
			break
		}
		if q, err := w.try(ctx, way); q != nil || err != nil || w.done {
			return q, err
		}
	}
	w.giveUp()
	return nil, nil
}

// try reads the page that a way leads to, nil if it is not the next one.
func (w *walk) try(ctx context.Context, y way) (*page, error) {
	q, err := w.fetch(ctx, y.query)
	switch {
	case err != nil && !isUnreadable(err):
		return nil, err
	case err == nil && (q.isNew(y.guessed && !w.session.paging.knows(w.reading.Operation, y)) || q.isAt() && q.count > 0):
		w.session.paging.note(w.reading.Operation, y, true)
		return q, nil
	case err == nil && !w.done && w.hasMoved(y, q):
		return q, nil
	case w.done: // the same page may show the item by now
	case w.endsAt(y, q, err) || w.shownAll():
		w.complete()
	default:
		w.session.paging.note(w.reading.Operation, y, false)
	}
	return nil, nil
}

// hasMoved reports whether a page of the known form shows known items because the list
// has grown at its front: it states more items than the pages have shown.
func (w *walk) hasMoved(y way, q *page) bool {
	return y.counted && q.count > 0 && w.total > w.list.Count && w.session.paging.knows(w.reading.Operation, y)
}

// shownAll reports whether the pages showed as many items as the list has.
func (w *walk) shownAll() bool { return w.total >= 0 && w.list.Count >= w.total }

// endsAt reports whether the response to a way shows the end of the list:
// an empty page; or, behind the last of the counted pages, an error or the last
// page again.
func (w *walk) endsAt(y way, q *page, err error) bool {
	known := y.counted && w.session.paging.knows(w.reading.Operation, y)
	if unreadable, failed := errors.AsType[*UnreadableError](err); failed {
		if !y.guessed {
			w.list.Why = "the next page cannot be read: " + unreadable.Err.Error()
		}
		status := unreadable.Exchange.Status
		return known && status/100 == 4 && status != http.StatusTooManyRequests
	}
	return known || q.count == 0 && (y.counted || !y.guessed)
}

// ways puts what the page states before guesses, and the known form before others. It
// leaves out the failed guesses.
func (w *walk) ways(p *page) []way {
	op, paging := w.reading.Operation, &w.session.paging
	all := slices.DeleteFunc(p.ways(w.number), func(y way) bool { return paging.isDead(op, y) })
	slices.SortStableFunc(all, func(a, b way) int {
		return cmp.Or(rank(!a.guessed)-rank(!b.guessed), rank(paging.knows(op, a))-rank(paging.knows(op, b)))
	})
	return all
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// giveUp says why the list ends here although nothing states its end.
func (w *walk) giveUp() {
	w.done = true
	switch {
	case w.showsGrowth():
		w.complete()
	case w.list.Why != "":
	case w.total >= 0:
		w.list.Why = fmt.Sprintf("the list states %d items, and only %d could be reached", w.total, w.list.Count)
	default:
		w.list.NoEnd = true
		w.list.Why = fmt.Sprintf("nothing shows whether the list ends after its %d items, and no known way of paging leads on", w.list.Count)
	}
}
