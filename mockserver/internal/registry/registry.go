// Package registry has the institutions of a mock: it creates, finds, reloads and
// deletes them, and keeps their snapshots.
//
// Begin with [Registry] and [Registry.Create].
package registry

import (
	"slices"
	"strings"
	"sync"

	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/wire"
)

// Config is what a registry works with. All of it is required, except limits.
type Config struct {
	institution.Config
	Resources       wire.Resources
	Keys            *auth.Keys
	MaxInstitutions int // at once, those of the fixtures included; 0: any number
	MaxSnapshots    int // at once; 0: any number
}

// Registry has the institutions of a server. It is safe for concurrent use.
type Registry struct {
	Config

	creating  sync.Mutex // held while the list changes, so that a free name stays free
	saving    sync.Mutex // held while a snapshot is taken, so that a free name stays free
	mu        sync.RWMutex
	list      []*institution.Institution // in the order of creation
	byID      map[string]*institution.Institution
	fixtures  *loaded
	snapshots []snapshot // in the order of saving
	created   uint64     // institutions so far
	saved     uint64     // snapshots so far
}

// loaded are fixtures with a blueprint for each institution.
type loaded struct {
	*fixtures.Set
	blueprints []*institution.Blueprint
}

// New returns a registry with the institutions and keys of the fixtures.
func New(c Config, set *fixtures.Set) (*Registry, error) {
	r := &Registry{Config: c, fixtures: &loaded{Set: &fixtures.Set{}}, byID: map[string]*institution.Institution{}}
	next, err := r.prepare(set)
	if err != nil {
		return nil, err
	}
	return r, r.install(next)
}

// keysOf returns the keys of an institution of the fixtures.
func keysOf(set *fixtures.Set, id string) []institution.Key {
	var keys []institution.Key
	for _, k := range set.Keys {
		if k.Institution == id {
			keys = append(keys, institution.Key{Value: k.Value, Region: k.Region, Allow: k.Allow, Revoked: k.Revoked})
		}
	}
	return keys
}

func authKeys(in *institution.Institution) []auth.Key {
	var all []auth.Key
	for _, k := range in.Keys() {
		all = append(all, auth.Key{Institution: in, Key: k})
	}
	return all
}

func keyValues(in *institution.Institution) []string {
	var all []string
	for _, k := range in.Keys() {
		all = append(all, k.Value)
	}
	return all
}

// add publishes an institution, and returns the keys that lead to it. It needs the
// lock.
func (r *Registry) add(in *institution.Institution) []auth.Key {
	r.created++
	r.list, r.byID[in.ID()] = append(r.list, in), in
	return authKeys(in)
}

// drop removes an institution whose keys are removed. It needs the lock.
func (r *Registry) drop(in *institution.Institution) {
	delete(r.byID, in.ID())
	r.list = slices.DeleteFunc(r.list, func(other *institution.Institution) bool { return other == in })
	in.Journal().End()
}

// Delete removes an institution: its keys become unknown, and readers of its journal
// are told.
func (r *Registry) Delete(in *institution.Institution) {
	r.creating.Lock() // a reload does not bring it back
	defer r.creating.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byID[in.ID()] == in {
		r.Keys.Swap(keyValues(in), nil)
		r.drop(in)
	}
}

// List returns the institutions in the order of creation.
func (r *Registry) List() []*institution.Institution {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Clone(r.list)
}

// ByID returns the institution with the ID, and whether it exists.
func (r *Registry) ByID(id string) (*institution.Institution, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	in, ok := r.byID[id]
	return in, ok
}

// Find returns the institution with the ID, the name or the key; the error is of
// kind NotFound if there is none, and of kind Conflict if two have the name.
func (r *Registry) Find(ref string) (*institution.Institution, error) {
	if in, ok := r.ByID(strings.ToLower(ref)); ok {
		return in, nil
	}
	var found *institution.Institution
	for _, in := range r.List() {
		if in.Name() != ref && !hasKey(in, ref) {
			continue
		}
		if found != nil {
			return nil, domain.Errorf(domain.Conflict, "two institutions are named %.64q; use the ID", ref)
		}
		found = in
	}
	if found == nil {
		return nil, domain.Errorf(domain.NotFound, "no institution has that ID, name or key; list the institutions to see them")
	}
	return found, nil
}

func hasKey(in *institution.Institution, value string) bool {
	return slices.ContainsFunc(in.Keys(), func(k institution.Key) bool { return k.Value == value })
}

// Fixtures returns the names of the institutions of the fixtures.
func (r *Registry) Fixtures() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	names := []string{}
	for _, f := range r.fixtures.Institutions {
		names = append(names, f.Name)
	}
	return names
}
