package store

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
)

// Memory is the Assessments in memory.
type Memory struct {
	time   *Timeline
	render Render
	seed   uint64

	mu       sync.RWMutex
	byID     map[string]*entry
	byAge    []*entry // oldest first
	shuffled []*entry
	created  uint64
}

// entry is the place of one assessment. The assessment behind the pointer is
// never changed, only replaced.
type entry struct {
	assessment *domain.Assessment
	sequence   int    // the order of arrival
	card       uint64 // the place in the shuffled order
	rendered   atomic.Pointer[rendered]
}

// rendered are the bytes of a view. They are right for as long as the view is.
type rendered struct {
	view domain.View
	item contract.Item
}

// NewMemory returns an empty store. The seed determines the shuffled order.
func NewMemory(t *Timeline, seed uint64, render Render) *Memory {
	return &Memory{time: t, seed: seed, render: render, byID: map[string]*entry{}}
}

// Add implements Assessments.
func (m *Memory) Add(a domain.Assessment) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, err := m.add(a)
	return err
}

func (m *Memory) add(a domain.Assessment) (*entry, error) {
	if m.byID[a.ID] != nil {
		return nil, fmt.Errorf("assessment %s: %w", a.ID, ErrExists)
	}
	e := &entry{assessment: &a, sequence: len(m.byAge), card: m.draw(a.ID)}
	m.byID[a.ID] = e
	m.byAge = insert(m.byAge, e, older)
	m.shuffled = insert(m.shuffled, e, byCard)
	return e, nil
}

// draw gives every ID a place that does not move when others come.
func (m *Memory) draw(id string) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", m.seed, id)
	return h.Sum64()
}

func older(a, b *entry) int {
	return cmp.Or(a.assessment.Created.Compare(b.assessment.Created), cmp.Compare(a.sequence, b.sequence))
}

func byCard(a, b *entry) int {
	return cmp.Or(cmp.Compare(a.card, b.card), cmp.Compare(a.sequence, b.sequence))
}

func insert(list []*entry, e *entry, compare func(a, b *entry) int) []*entry {
	i, _ := slices.BinarySearchFunc(list, e, compare)
	return slices.Insert(list, i, e)
}

// Create implements Assessments.
func (m *Memory) Create(r Reading, create func(now time.Time, n uint64) domain.Assessment) (contract.Item, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.time.Now()
	m.created++
	a := create(now, m.created)
	v := r.of(a.At(now))
	item, err := m.render(&a, v)
	if err != nil {
		return contract.Item{}, err
	}
	e, err := m.add(a)
	if err != nil {
		return contract.Item{}, err
	}
	e.rendered.Store(&rendered{v, item})
	return item, nil
}

// Get implements Assessments.
func (m *Memory) Get(id string, r Reading) (contract.Item, error) {
	m.mu.RLock()
	e := m.byID[id]
	if e == nil {
		m.mu.RUnlock()
		return contract.Item{}, notFound(id)
	}
	a, now := e.assessment, m.time.Now()
	m.mu.RUnlock()
	return m.read(e, a, r.of(a.At(now)))
}

// read returns the bytes of the view, which are made again only if it is
// another one than last time.
func (m *Memory) read(e *entry, a *domain.Assessment, v domain.View) (contract.Item, error) {
	if last := e.rendered.Load(); last != nil && last.view == v {
		return last.item, nil
	}
	item, err := m.render(a, v)
	if err != nil {
		return contract.Item{}, err
	}
	e.rendered.Store(&rendered{v, item})
	return item, nil
}

// Find implements Assessments.
func (m *Memory) Find(id string) (domain.Assessment, time.Time, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	e := m.byID[id]
	if e == nil {
		return domain.Assessment{}, time.Time{}, notFound(id)
	}
	return *e.assessment, m.time.Now(), nil
}

// Change implements Assessments.
func (m *Memory) Change(id string, change func(time.Time, domain.Assessment) (domain.Assessment, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.byID[id]
	if e == nil {
		return notFound(id)
	}
	changed, err := change(m.time.Now(), *e.assessment)
	if err != nil {
		return err
	}
	e.assessment = &changed
	return nil
}

// List implements Assessments.
func (m *Memory) List(r Range, reading Reading) ([]contract.Item, int, error) {
	entries, assessments, count, now := m.cut(r)
	items := make([]contract.Item, len(entries))
	for i, e := range entries {
		item, err := m.read(e, assessments[i], reading.of(assessments[i].At(now)))
		if err != nil {
			return nil, 0, err
		}
		items[i] = item
	}
	return items, count, nil
}

// cut takes the range out of the list, all at one time.
func (m *Memory) cut(r Range) (entries []*entry, assessments []*domain.Assessment, count int, now time.Time) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	list := m.byAge
	if r.Order == freedoms.Shuffled {
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
		if r.Order == freedoms.NewestFirst {
			e = list[len(list)-1-i]
		}
		entries = append(entries, e)
		assessments = append(assessments, e.assessment)
	}
	return entries, assessments, len(list), m.time.Now()
}

func notFound(id string) error {
	return domain.Errorf(domain.NotFound, "expected the ID of an assessment of the key's institution, got %s", id)
}
