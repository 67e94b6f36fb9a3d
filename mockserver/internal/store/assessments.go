package store

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
)

// Assessments are the assessments of one institution. They are safe for concurrent
// use and linearizable: operations appear to run one after another, at times that
// never go back. An assessment of the baseline is copied on its first use, so
// beginning costs nothing.
type Assessments struct {
	options Options
	start   time.Time // when the store began

	mu      sync.RWMutex
	own     map[string]*entry // read, changed or created here
	lists   lists
	count   int // the baseline included
	created uint64

	taskOwners map[string]string // IDs of assessments by those of their tasks; nil until one is asked for
}

// Options say how a store begins. The clock and the function are required.
type Options struct {
	Clock       *Clock
	Render      Render
	Seed        uint64    // determines the shuffled order
	Baseline    *Baseline // nil: empty
	Institution string    // ID of the owner; empty: as the baseline has it
	Created     uint64    // creations that are counted already
	Max         int       // the most assessments; 0: any number
}

// New returns a store that begins now.
func New(o Options) *Assessments {
	if o.Baseline == nil {
		o.Baseline = &Baseline{}
	}
	return &Assessments{options: o, start: o.Clock.Now(), own: map[string]*entry{}, count: o.Baseline.Len(), created: o.Created}
}

// Get returns an assessment as it reads now; the error is of kind NotFound if it
// does not exist.
func (s *Assessments) Get(id string, o ReadOptions) (contract.Item, error) {
	e, a, now := s.find(id)
	if e == nil {
		return contract.Item{}, notFound(id)
	}
	return e.item(s.options.Render, a, o.view(a, now))
}

// List returns the range of the list as it reads now.
func (s *Assessments) List(r Range, o ReadOptions) (Part, error) {
	entries, assessments, p, now, err := s.snapshot(r)
	if err != nil {
		return Part{}, err
	}
	p.Items = make([]contract.Item, len(entries))
	for i, e := range entries {
		if p.Items[i], err = e.item(s.options.Render, assessments[i], o.view(assessments[i], now)); err != nil {
			return Part{}, err
		}
		p.Last = assessments[i].ID
	}
	return p, nil
}

// Find returns the assessment and the time.
func (s *Assessments) Find(id string) (domain.Assessment, time.Time, error) {
	e, a, now := s.find(id)
	if e == nil {
		return domain.Assessment{}, time.Time{}, notFound(id)
	}
	return *a, now, nil
}

// All returns every assessment, oldest first, and the time.
func (s *Assessments) All() ([]domain.Assessment, time.Time) {
	_, assessments, _, now, _ := s.snapshot(Range{}) // the whole list has no place to miss
	all := make([]domain.Assessment, len(assessments))
	for i, a := range assessments {
		all[i] = *a
	}
	return all, now
}

// Counts returns the number of assessments, and the number of creations so far.
func (s *Assessments) Counts() (count int, created uint64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.count, s.created
}

// Create keeps a new assessment and returns it as it reads at once. The function
// gets the time and the number of the creation, from 1. An error leaves no trace but
// the number.
func (s *Assessments) Create(o ReadOptions, create func(now time.Time, n uint64) domain.Assessment) (contract.Item, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.options.Max > 0 && s.count >= s.options.Max {
		return contract.Item{}, domain.QuotaExceeded(domain.Unprocessable, "assessments", s.count+1, s.options.Max, "reset the institution, or use another one")
	}
	now := s.options.Clock.Now()
	a, err := s.next(now, create)
	if err != nil {
		return contract.Item{}, err
	}
	e := &entry{assessment: &a, sequence: s.count, shuffleKey: shuffleKey(s.options.Seed, a.ID)}
	item, err := e.item(s.options.Render, &a, o.view(&a, now))
	if err != nil {
		return contract.Item{}, err
	}
	s.count++
	s.own[a.ID] = e
	s.lists.insert(e)
	s.indexTasks(&a)
	return item, nil
}

// next makes the next assessment. Exported fixtures hold IDs that were made by
// number, so a number whose ID is taken is skipped.
func (s *Assessments) next(now time.Time, create func(now time.Time, n uint64) domain.Assessment) (domain.Assessment, error) {
	last := ""
	for {
		s.created++
		a := create(now, s.created)
		if !s.taken(a.ID) {
			return a, nil
		}
		if a.ID == last {
			return a, fmt.Errorf("duplicate assessment ID %s", a.ID)
		}
		last = a.ID
	}
}

// Update replaces an assessment by what the function makes of it. If the function
// fails, nothing changes and Update returns its error.
func (s *Assessments) Update(id string, update func(now time.Time, a domain.Assessment) (domain.Assessment, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.materialize(id)
	if e == nil {
		return notFound(id)
	}
	updated, err := update(s.options.Clock.Now(), *e.assessment)
	if err != nil {
		return err
	}
	e.assessment = &updated
	return nil
}

// find returns an entry with its assessment and the time, or nil.
func (s *Assessments) find(id string) (*entry, *domain.Assessment, time.Time) {
	s.mu.RLock()
	e := s.own[id]
	if e == nil && s.taken(id) {
		s.mu.RUnlock()
		s.mu.Lock()
		s.materialize(id)
		s.mu.Unlock()
		s.mu.RLock()
		e = s.own[id]
	}
	defer s.mu.RUnlock()
	if e == nil {
		return nil, nil, time.Time{}
	}
	return e, e.assessment, s.options.Clock.Now()
}

// snapshot returns the range of the list at one time. The part has no items yet.
func (s *Assessments) snapshot(r Range) (entries []*entry, assessments []*domain.Assessment, p Part, now time.Time, err error) {
	defer s.rLockLists()()
	var last *entry
	if r.After != "" {
		if last = s.own[r.After]; last == nil {
			return nil, nil, Part{}, time.Time{}, ErrNoPlace
		}
	}
	entries, p.More = s.lists.part(r, last)
	assessments = make([]*domain.Assessment, len(entries))
	for i, e := range entries {
		assessments[i] = e.assessment
	}
	p.Count = len(s.lists.byAge)
	return entries, assessments, p, s.options.Clock.Now(), nil
}

// rLockLists locks the store for reading once its lists are ready, and returns the
// function that unlocks it.
func (s *Assessments) rLockLists() (unlock func()) {
	s.mu.RLock()
	if s.lists.ready {
		return s.mu.RUnlock
	}
	s.mu.RUnlock()
	s.mu.Lock()
	if !s.lists.ready {
		for _, a := range s.options.Baseline.initial {
			s.materialize(a.ID)
		}
		s.lists = newLists(slices.Collect(maps.Values(s.own)))
	}
	return s.mu.Unlock
}

func (s *Assessments) taken(id string) bool {
	_, initial := s.options.Baseline.byID[id]
	return initial || s.own[id] != nil
}

// materialize copies an assessment of the baseline into the store, or returns nil if
// there is none.
func (s *Assessments) materialize(id string) *entry {
	if e := s.own[id]; e != nil {
		return e
	}
	i, known := s.options.Baseline.byID[id]
	if !known {
		return nil
	}
	a := s.options.Baseline.initial[i].At(s.start)
	if s.options.Institution != "" {
		a.Institution = s.options.Institution
	}
	e := &entry{assessment: &a, sequence: i, shuffleKey: shuffleKey(s.options.Seed, id)}
	s.own[id] = e
	return e
}

func notFound(id string) error {
	return domain.Errorf(domain.NotFound, "no assessment %s in this institution", id)
}
