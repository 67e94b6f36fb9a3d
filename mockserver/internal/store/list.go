package store

import (
	"time"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
)

// List implements Assessments.
func (m *Memory) List(r Range, reading Reading) ([]contract.Item, int, error) {
	entries, assessments, count, now := m.cut(r)
	items := make([]contract.Item, len(entries))
	for i, e := range entries {
		item, err := m.read(e, assessments[i], reading.of(assessments[i], now))
		if err != nil {
			return nil, 0, err
		}
		items[i] = item
	}
	return items, count, nil
}

// cut takes the range out of the list, all at one time.
func (m *Memory) cut(r Range) (entries []*entry, assessments []*domain.Assessment, count int, now time.Time) {
	defer m.lockOrdered()()
	order := r.order(len(m.byAge))
	list := m.byAge
	if order == freedoms.Shuffled {
		list = m.shuffled
	}
	from := min(r.Offset, len(list))
	to := len(list)
	if r.Limit > 0 {
		to = min(from+r.Limit, len(list))
	}
	entries, assessments = make([]*entry, 0, to-from), make([]*domain.Assessment, 0, to-from)
	for i := from; i < to; i++ {
		e := list[i]
		if order == freedoms.NewestFirst {
			e = list[len(list)-1-i]
		}
		entries = append(entries, e)
		assessments = append(assessments, e.assessment)
	}
	return entries, assessments, len(list), m.time.Now()
}

// lockOrdered locks the store for reading once its lists are there, and returns
// what unlocks it.
func (m *Memory) lockOrdered() (unlock func()) {
	m.mu.RLock()
	if m.ordered {
		return m.mu.RUnlock
	}
	m.mu.RUnlock()
	m.mu.Lock()
	m.order()
	return m.mu.Unlock
}

// order returns the order of the range in a list so long.
func (r Range) order(count int) freedoms.ListOrder {
	if r.Whole != "" && r.Offset == 0 && (r.Limit == 0 || r.Limit >= count) {
		return r.Whole
	}
	return r.Order
}
