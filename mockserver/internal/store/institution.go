package store

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
)

// Institution is one tenant: all that its keys can see and change, and the
// choices that hold for it.
type Institution struct {
	domain.Institution
	Templates   *Catalogue[domain.Template]
	Entities    *Catalogue[domain.Entity]
	Outcomes    *Catalogue[domain.Outcome]
	Assessments Assessments
	IDs         IDs
	Time        *Timeline

	settings atomic.Pointer[freedoms.Settings]
	asked    atomic.Uint64 // requests so far
}

// Choose returns the choices for the next request, which in awkward mode differ
// from one to the next.
func (in *Institution) Choose() freedoms.Request {
	return in.Settings().ForRequest(in.asked.Add(1))
}

// Settings returns the choices that hold now. They must not be changed: a
// request reads them once, and is answered by one set of choices.
func (in *Institution) Settings() *freedoms.Settings { return in.settings.Load() }

// SetSettings replaces the choices.
func (in *Institution) SetSettings(s freedoms.Settings) { in.settings.Store(&s) }

// Catalogue is a list that clients only read, in its order, with certified
// bytes. It does not change once it is filled.
type Catalogue[T any] struct {
	byID   map[string]listed[T]
	values []*T
	items  []contract.Item
}

type listed[T any] struct {
	value *T
	item  contract.Item
}

// NewCatalogue returns an empty catalogue.
func NewCatalogue[T any]() *Catalogue[T] { return &Catalogue[T]{byID: map[string]listed[T]{}} }

// Add puts a value with its bytes at the end. An ID that is there already is an
// error.
func (c *Catalogue[T]) Add(id string, value *T, item contract.Item) error {
	if _, taken := c.byID[id]; taken {
		return fmt.Errorf("expected an ID of its own, got %s twice", id)
	}
	c.byID[id] = listed[T]{value, item}
	c.values = append(c.values, value)
	c.items = append(c.items, item)
	return nil
}

// Values returns all values in their order. They must not be changed.
func (c *Catalogue[T]) Values() []*T { return c.values }

// Get returns the value with the ID and its bytes, and whether there is one.
func (c *Catalogue[T]) Get(id string) (*T, contract.Item, bool) {
	l, ok := c.byID[id]
	return l.value, l.item, ok
}

// List returns the items from the offset on, at most limit of them unless that
// is 0, and how many there are in all.
func (c *Catalogue[T]) List(offset, limit int) ([]contract.Item, int) {
	from, to := min(offset, len(c.items)), len(c.items)
	if limit > 0 {
		to = min(from+limit, to)
	}
	return c.items[from:to], len(c.items)
}

// Institutions are the tenants of a server. They are safe for concurrent use.
type Institutions struct {
	mu   sync.RWMutex
	byID map[string]*Institution
}

// NewInstitutions returns an empty set.
func NewInstitutions() *Institutions { return &Institutions{byID: map[string]*Institution{}} }

// Add puts an institution into the set. An ID that is there already is an error.
func (s *Institutions) Add(in *Institution) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID[in.ID] != nil {
		return fmt.Errorf("expected an institution with an ID of its own, got %s twice", in.ID)
	}
	s.byID[in.ID] = in
	return nil
}

// Put puts an institution in the place of the one with its ID, if there is one.
func (s *Institutions) Put(in *Institution) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byID[in.ID] = in
}

// Remove takes the institution with the ID out of the set.
func (s *Institutions) Remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, id)
}

// Get returns the institution with the ID, and whether there is one.
func (s *Institutions) Get(id string) (*Institution, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	in, ok := s.byID[id]
	return in, ok
}

// NewAssessment returns the n-th assessment that is created in the institution.
func (in *Institution) NewAssessment(e *domain.Entity, t *domain.Template, now time.Time, n uint64) domain.Assessment {
	return domain.Assessment{
		ID:          in.IDs.Make("assessment", n),
		Institution: in.ID,
		Entity:      e.ID,
		Workflow:    in.IDs.Make("workflow", n),
		Status:      in.Statuses.Starting,
		Template:    t,
		Created:     now,
		Started:     now,
	}
}
