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
)

// Memory is the Assessments in memory. What its image holds it makes its own
// when it is first asked for, so that beginning costs nothing.
type Memory struct {
	time   *Timeline
	render Render
	seed   uint64
	begin  Beginning
	start  time.Time // when the store began

	mu       sync.RWMutex
	own      map[string]*entry // read, changed or created here
	ordered  bool              // whether own is whole, and the lists are
	byAge    []*entry          // oldest first
	shuffled []*entry
	count    int // of all, the image's included
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

// NewMemory returns a store that begins now, as told. The seed determines the
// shuffled order.
func NewMemory(t *Timeline, seed uint64, render Render, begin Beginning) *Memory {
	if begin.Image == nil {
		begin.Image = &Image{}
	}
	return &Memory{
		time: t, seed: seed, render: render, begin: begin, start: t.Now(),
		own: map[string]*entry{}, count: begin.Image.Len(), created: begin.Created,
	}
}

// Add implements Assessments.
func (m *Memory) Add(a domain.Assessment) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, err := m.add(a)
	return err
}

func (m *Memory) add(a domain.Assessment) (*entry, error) {
	if m.taken(a.ID) {
		return nil, fmt.Errorf("assessment %s: %w", a.ID, ErrExists)
	}
	if err := m.room(); err != nil {
		return nil, err
	}
	e := &entry{assessment: &a, sequence: m.count, card: m.draw(a.ID)}
	m.count++
	m.own[a.ID] = e
	if m.ordered {
		m.byAge = insert(m.byAge, e, older)
		m.shuffled = insert(m.shuffled, e, byCard)
	}
	return e, nil
}

// room refuses another assessment if the store takes no more.
func (m *Memory) room() error {
	if m.begin.Most > 0 && m.count >= m.begin.Most {
		return domain.Full(domain.Unprocessable, "assessments", m.begin.Most, "another in this institution", "reset the institution, or take another one", "--max-assessments (Config.MaxAssessments)")
	}
	return nil
}

func (m *Memory) taken(id string) bool {
	_, inImage := m.begin.Image.byID[id]
	return inImage || m.own[id] != nil
}

// adopt makes an assessment of the image the store's own, nil if there is none
// of the ID.
func (m *Memory) adopt(id string) *entry {
	if e := m.own[id]; e != nil {
		return e
	}
	i, known := m.begin.Image.byID[id]
	if !known {
		return nil
	}
	a := m.begin.Image.origins[i].At(m.start)
	if m.begin.Institution != "" {
		a.Institution = m.begin.Institution
	}
	e := &entry{assessment: &a, sequence: i, card: m.draw(id)}
	m.own[id] = e
	return e
}

// order makes the lists on the first use.
func (m *Memory) order() {
	if m.ordered {
		return
	}
	for _, o := range m.begin.Image.origins {
		m.adopt(o.ID)
	}
	m.byAge = make([]*entry, 0, len(m.own))
	for _, e := range m.own {
		m.byAge = append(m.byAge, e)
	}
	m.shuffled = slices.Clone(m.byAge)
	slices.SortFunc(m.byAge, older)
	slices.SortFunc(m.shuffled, byCard)
	m.ordered = true
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
	if err := m.room(); err != nil { // before it is counted: what is refused leaves no trace
		return contract.Item{}, err
	}
	a, now := m.next(create)
	v := r.of(&a, now)
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

// next makes the next assessment. Fixtures that were exported hold IDs which
// were made by number once, so a number whose ID is taken is passed over.
func (m *Memory) next(create func(now time.Time, n uint64) domain.Assessment) (domain.Assessment, time.Time) {
	now, last := m.time.Now(), ""
	for {
		m.created++
		a := create(now, m.created)
		if !m.taken(a.ID) || a.ID == last {
			return a, now
		}
		last = a.ID
	}
}

// Get implements Assessments.
func (m *Memory) Get(id string, r Reading) (contract.Item, error) {
	e, a, now := m.find(id)
	if e == nil {
		return contract.Item{}, notFound(id)
	}
	return m.read(e, a, r.of(a, now))
}

// find returns an entry with what is in it, at one time.
func (m *Memory) find(id string) (*entry, *domain.Assessment, time.Time) {
	m.mu.RLock()
	if e := m.own[id]; e != nil {
		defer m.mu.RUnlock()
		return e, e.assessment, m.time.Now()
	}
	m.mu.RUnlock()
	if _, known := m.begin.Image.byID[id]; !known {
		return m.findCreated(id)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.adopt(id)
	return e, e.assessment, m.time.Now()
}

// findCreated looks again for what is not of the image.
func (m *Memory) findCreated(id string) (*entry, *domain.Assessment, time.Time) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	e := m.own[id]
	if e == nil {
		return nil, nil, time.Time{}
	}
	return e, e.assessment, m.time.Now()
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
	e, a, now := m.find(id)
	if e == nil {
		return domain.Assessment{}, time.Time{}, notFound(id)
	}
	return *a, now, nil
}

// All implements Assessments.
func (m *Memory) All() ([]domain.Assessment, time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.order()
	all := make([]domain.Assessment, len(m.byAge))
	for i, e := range m.byAge {
		all[i] = *e.assessment
	}
	return all, m.time.Now()
}

// Counts implements Assessments.
func (m *Memory) Counts() (there int, created uint64) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.count, m.created
}

// Change implements Assessments.
func (m *Memory) Change(id string, change func(time.Time, domain.Assessment) (domain.Assessment, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.adopt(id)
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

func notFound(id string) error {
	return domain.Errorf(domain.NotFound, "expected the ID of an assessment of the key's institution, got %s", id)
}
