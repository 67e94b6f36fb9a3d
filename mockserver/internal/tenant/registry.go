package tenant

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/assay/mockserver/internal/api"
	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fault"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/store"
)

// Deps are what a registry works with. All are required.
type Deps struct {
	Now          func() time.Time
	Seed         uint64
	Resources    api.Resources
	Keys         *auth.Keys
	Institutions *store.Institutions
	Settings     freedoms.Settings // of institutions that are not told otherwise
	Limits       Limits
	Operations   []string // operationIds of the contract, which faults and filters can name
}

// Registry has the institutions of a server. It is safe for concurrent use.
type Registry struct {
	Deps

	creating  sync.Mutex // held while the list changes, so that a name is free until it is taken
	saving    sync.Mutex // held while a snapshot is taken, so that its name and its room are there until it is
	mu        sync.RWMutex
	byID      map[string]*Institution
	fixtures  []*blueprint
	set       *fixtures.Set // what fixtures was made from; read by what holds creating, or before anything runs
	snapshots map[string]*snapshot
	made      uint64 // institutions so far
	saved     uint64 // snapshots so far
}

// New returns a registry with the institutions and keys of the fixtures.
func New(deps Deps, set *fixtures.Set) (*Registry, error) {
	r := &Registry{Deps: deps, set: set, byID: map[string]*Institution{}, snapshots: map[string]*snapshot{}}
	if err := r.Limits.takes(len(set.Institutions)); err != nil {
		return nil, err
	}
	for _, f := range set.Institutions {
		b, err := r.blueprintOf(f)
		if err != nil {
			return nil, err
		}
		r.fixtures = append(r.fixtures, b)
		if _, err := r.add(b, f.ID, f.Name, keysOf(set, f.ID), Options{}); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// add makes an institution of the blueprint, and lets its keys in.
func (r *Registry) add(b *blueprint, id, name string, keys []fixtures.Key, o Options) (*Institution, error) {
	in, err := r.prepared(b, id, name, keys, o)
	if err != nil {
		return nil, err
	}
	if err := r.Institutions.Add(in.Store()); err != nil {
		return nil, err
	}
	for _, k := range keys {
		if err := r.Keys.Add(k.Value, authKey(id, k)); err != nil {
			return nil, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made++
	in.number = r.made
	r.byID[id] = in
	return in, nil
}

// prepared makes an institution without publishing it.
func (r *Registry) prepared(b *blueprint, id, name string, keys []fixtures.Key, o Options) (*Institution, error) {
	in := &Institution{shared: &shared{registry: r, id: id}}
	in.journal = journal.New(r.Seed, id, r.Limits.Journal, r.Operations)
	in.faults = fault.NewRules(store.NewIDs(r.Seed, id).Number("faults"), r.Operations)
	made, err := r.make(b, id, name, o)
	if err != nil {
		return nil, err
	}
	in.current.Store(made)
	in.origin.Store(newOrigin(b, name, keys, o))
	return in, nil
}

func authKey(institution string, k fixtures.Key) auth.Key {
	return auth.Key{Institution: institution, Region: k.Region, Allow: k.Allow, Revoked: k.Revoked}
}

func keyOf(k fixtures.Key) Key {
	made := Key{Value: k.Value, Region: k.Region, Revoked: k.Revoked}
	for _, network := range k.Allow {
		made.Allow = append(made.Allow, network.String())
	}
	return made
}

// replace makes the API see another state of an institution, unless it was
// deleted meanwhile.
func (r *Registry) replace(in *Institution, made *store.Institution) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.has(in) {
		r.Institutions.Put(made)
	}
}

// has reports whether the institution is the one with its ID. It needs the lock, of
// either kind.
func (r *Registry) has(in *Institution) bool {
	there := r.byID[in.id]
	return there != nil && there.shared == in.shared
}

func (r *Registry) remove(in *Institution) {
	r.creating.Lock() // a reload that has begun does not bring it back
	defer r.creating.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.has(in) {
		return
	}
	delete(r.byID, in.id)
	for _, k := range in.origin.Load().keys {
		r.Keys.Remove(k.Value)
	}
	r.Institutions.Remove(in.id)
	in.journal.End()
}

// List returns the institutions in the order of their creation.
func (r *Registry) List() []*Institution {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]*Institution, 0, len(r.byID))
	for _, in := range r.byID {
		all = append(all, in)
	}
	slices.SortFunc(all, func(a, b *Institution) int { return cmp.Compare(a.number, b.number) })
	return all
}

// ByID returns the institution with the ID, and whether there is one.
func (r *Registry) ByID(id string) (*Institution, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	in, ok := r.byID[id]
	return in, ok
}

// Find returns the institution with the ID, the name or the key; the error is
// of kind NotFound if there is none, and of kind Conflict if two have the name.
func (r *Registry) Find(ref string) (*Institution, error) {
	if in, ok := r.ByID(strings.ToLower(ref)); ok {
		return in, nil
	}
	var found *Institution
	for _, in := range r.List() {
		if in.Name() != ref && !in.hasKey(ref) {
			continue
		}
		if found != nil {
			return nil, domain.Errorf(domain.Conflict, "expected a name that one institution has, got %.64q, which two have: use the ID", ref)
		}
		found = in
	}
	if found == nil {
		return nil, domain.Errorf(domain.NotFound, "expected the ID, the name or the key of an institution, got one that nobody has: list the institutions to see them")
	}
	return found, nil
}

func (in *Institution) hasKey(value string) bool {
	return slices.ContainsFunc(in.origin.Load().keys, func(k Key) bool { return k.Value == value })
}
