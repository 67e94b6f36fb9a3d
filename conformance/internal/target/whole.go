package target

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
)

// showsGrowth reports whether a list has grown and lost nothing: it shows the IDs
// of its first reading, and everything created since. A truncated list would have
// dropped one or the other.
func (w *walk) showsGrowth() bool {
	if w.reading.Operation != ListAssessments || w.reading.Size > 0 {
		return false
	}
	paging, key := &w.session.paging, w.reading.Key.Name()
	paging.mu.Lock()
	defer paging.mu.Unlock()
	first, known := paging.baselines[key]
	if !known {
		paging.baselines[key] = baseline{maps.Clone(w.list.seen), len(w.created)}
		return false
	}
	for id := range first.seen {
		if !w.list.seen[id] {
			return false
		}
	}
	return len(w.created) > first.created && !slices.ContainsFunc(w.created, func(c Created) bool { return !w.list.Has(c.ID) })
}

// manyPages is the number of pages from which a list is read from its end, in
// larger pages.
const manyPages = 20

// enlarge asks for larger pages if the list has many, and returns the page to go
// on with.
func (w *walk) enlarge(ctx context.Context, p *page) (*page, error) {
	total, counted := p.total()
	many := counted && total >= manyPages*p.count || w.list.Pages >= manyPages
	if !many || p.count == 0 || w.reading.Size > 0 || w.done {
		return p, nil
	}
	name, err := w.session.SizeName(ctx, w.reading, w.list)
	if err != nil || name == "" {
		return p, err
	}
	for _, size := range w.session.paging.sizesFor(w.reading.Operation) {
		if size <= p.count {
			break
		}
		larger, err := w.fetch(ctx, url.Values{name: {strconv.Itoa(size)}})
		switch {
		case isUnreadable(err):
			continue
		case err != nil:
			return nil, err
		case larger.count > p.count:
			w.session.paging.sized(w.reading.Operation, size)
			return larger, nil
		}
		break
	}
	return p, nil
}

// usualSizeNames are the usual names of the parameter for the page size. The search for
// tasks, the only documented one in v5, has the first.
func usualSizeNames() []string {
	return []string{"max_page_size", "page_size", "limit", "per_page", "pageSize", "size", "maxResults"}
}

// SizeName returns the name of the parameter for the page size of a list that was read:
// the one that the list states, or else the first usual one that makes a page smaller.
// It is empty if there is none.
func (s *Session) SizeName(ctx context.Context, r Reading, l *List) (string, error) {
	if l.sizeName != "" {
		return l.sizeName, nil
	}
	name, known := s.paging.sizeName(r.Operation)
	if known || l.opening < 2 {
		return name, nil
	}
	for _, name := range usualSizeNames() {
		w := &walk{session: s, reading: r, list: &List{seen: map[uint64]bool{}}}
		size := l.opening / 2
		p, err := w.fetch(ctx, url.Values{name: {strconv.Itoa(size)}})
		switch {
		case isUnreadable(err): // a parameter may be refused
		case err != nil:
			return "", err
		case p.count > 0 && p.count <= size:
			s.paging.named(r.Operation, name)
			return name, nil
		}
	}
	s.paging.named(r.Operation, "")
	return "", nil
}

// fromTheEnd reads a list of many pages from its last page back, since a new item
// stands at one of the ends.
func (w *walk) fromTheEnd(ctx context.Context, p *page) error {
	total, counted := p.total()
	_, name, paged := p.offset()
	if !counted || !paged || p.count == 0 || total < manyPages*p.count || w.done {
		return nil
	}
	last := (total - 1) / p.count
	for k := last; k > 0 && !w.done && !w.exhausted(); k-- {
		q, err := w.fetch(ctx, p.with(name, strconv.Itoa(k*p.count)))
		switch {
		case isUnreadable(err), k == last && err == nil && q.fresh == 0:
			return nil // the ordinary way goes on from the first page
		case err != nil:
			return err
		}
	}
	if w.done {
		return nil
	}
	if w.complete(); w.list.Count < total {
		w.list.Complete, w.list.Why = false, "the list changed while it was read"
	}
	return nil
}
