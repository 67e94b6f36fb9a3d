package store

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"sync/atomic"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
)

// entry is the place of one assessment. The assessment behind the pointer is
// replaced and never changed.
type entry struct {
	assessment *domain.Assessment
	sequence   int    // the order of arrival
	shuffleKey uint64 // the place in the shuffled order
	rendered   atomic.Pointer[rendered]
}

// rendered holds the bytes of a view, which are valid as long as the view is.
type rendered struct {
	view domain.View
	item contract.Item
}

// item returns the bytes of the view, and renders only a new one.
func (e *entry) item(render Render, a *domain.Assessment, v domain.View) (contract.Item, error) {
	if last := e.rendered.Load(); last != nil && last.view == v {
		return last.item, nil
	}
	item, err := render(a, v)
	if err != nil {
		return contract.Item{}, err
	}
	e.rendered.Store(&rendered{v, item})
	return item, nil
}

// shuffleKey places an ID in the shuffled order, where later ones do not move it.
func shuffleKey(seed uint64, id string) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", seed, id)
	return h.Sum64()
}

// lists are the entries in two orders. The zero value waits for its first use.
type lists struct {
	ready    bool
	byAge    []*entry // oldest first
	shuffled []*entry
}

func newLists(entries []*entry) lists {
	l := lists{ready: true, byAge: entries, shuffled: slices.Clone(entries)}
	slices.SortFunc(l.byAge, older)
	slices.SortFunc(l.shuffled, byShuffleKey)
	return l
}

func (l *lists) insert(e *entry) {
	if l.ready {
		l.byAge, l.shuffled = insert(l.byAge, e, older), insert(l.shuffled, e, byShuffleKey)
	}
}

// part returns the part of the list in the range, in the order of the range, and whether
// more follows. It begins after the last entry of the part before, if there is one.
func (l *lists) part(r Range, last *entry) (part []*entry, more bool) {
	list, compare, order := l.byAge, older, r.order(len(l.byAge))
	if order == freedoms.Shuffled {
		list, compare = l.shuffled, byShuffleKey
	}
	if last != nil {
		at, _ := slices.BinarySearchFunc(list, last, compare)
		if order == freedoms.NewestFirst {
			at = len(list) - 1 - at
		}
		r.Offset = at + 1
	}
	from, to := bounds(r.Offset, r.Limit, len(list))
	entries := make([]*entry, 0, to-from)
	for i := from; i < to; i++ {
		if order == freedoms.NewestFirst {
			entries = append(entries, list[len(list)-1-i])
		} else {
			entries = append(entries, list[i])
		}
	}
	return entries, to < len(list)
}

func older(a, b *entry) int {
	return cmp.Or(a.assessment.Created.Compare(b.assessment.Created), cmp.Compare(a.sequence, b.sequence))
}

func byShuffleKey(a, b *entry) int {
	return cmp.Or(cmp.Compare(a.shuffleKey, b.shuffleKey), cmp.Compare(a.sequence, b.sequence))
}

func insert(list []*entry, e *entry, compare func(a, b *entry) int) []*entry {
	i, _ := slices.BinarySearchFunc(list, e, compare)
	return slices.Insert(list, i, e)
}
