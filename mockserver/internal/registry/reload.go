package registry

import (
	"reflect"
	"slices"

	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/journal"
)

// Reloaded names the institutions that a reload of the fixtures affected. Unchanged
// ones are in no list.
type Reloaded struct {
	Added   []string
	Changed []string
	Removed []string
}

// replacement is what replaces the fixtures once all of it is valid.
type replacement struct {
	*loaded
	created []*institution.Institution
	updated []update
	removed []*institution.Institution
	report  Reloaded
}

// update is an institution that the new fixtures change.
type update struct {
	in     *institution.Institution
	origin *institution.Origin
}

// Reload replaces the fixtures. Unchanged institutions keep their state, and those
// that were created at run time keep everything. Changed ones get the data and the
// keys of the fixtures; see [institution.Reload] for the rest. An error means that
// nothing has changed.
func (r *Registry) Reload(set *fixtures.Set) (Reloaded, error) {
	r.creating.Lock()
	defer r.creating.Unlock()
	next, err := r.prepare(set)
	if err != nil {
		return Reloaded{}, err
	}
	for _, in := range next.created {
		in.Journal().Control(in.Clock().Now, journal.Change{
			Operation: journal.OperationReload,
			Control:   journal.Control{Words: "made the institution, as the fixtures have it that were loaded"},
		})
	}
	return next.report, r.install(next)
}

func (r *Registry) prepare(set *fixtures.Set) (*replacement, error) {
	next := &replacement{loaded: &loaded{Set: set}}
	if err := r.checkReload(set); err != nil {
		return nil, err
	}
	for _, f := range set.Institutions {
		if err := r.prepareOne(next, f); err != nil {
			return nil, err
		}
	}
	for _, f := range r.fixtures.Institutions {
		if fixtureOf(set, f.ID) != nil {
			continue
		}
		next.report.Removed = append(next.report.Removed, f.Name)
		if in, exists := r.ByID(f.ID); exists {
			next.removed = append(next.removed, in)
		}
	}
	return next, nil
}

// prepareOne prepares one institution of the new fixtures.
func (r *Registry) prepareOne(next *replacement, f *fixtures.Institution) error {
	i := slices.IndexFunc(r.fixtures.Institutions, func(old *fixtures.Institution) bool { return old.ID == f.ID })
	keys := keysOf(next.Set, f.ID)
	if i >= 0 && reflect.DeepEqual(f, r.fixtures.Institutions[i]) && reflect.DeepEqual(keys, keysOf(r.fixtures.Set, f.ID)) {
		next.blueprints = append(next.blueprints, r.fixtures.blueprints[i])
		return nil
	}
	b, err := r.Blueprint(f, r.Resources)
	if err != nil {
		return err
	}
	next.blueprints = append(next.blueprints, b)
	if i >= 0 {
		next.report.Changed = append(next.report.Changed, f.Name)
	} else {
		next.report.Added = append(next.report.Added, f.Name)
	}
	origin := &institution.Origin{Name: f.Name, Keys: keys, Blueprint: b}
	if in, exists := r.ByID(f.ID); exists {
		next.updated = append(next.updated, update{in, origin})
		return nil
	}
	in, err := institution.New(&r.Config.Config, f.ID, origin)
	next.created = append(next.created, in)
	return err
}

// checkReload checks the quota, and that no institution that was created at run time
// has an ID or a key of the fixtures.
func (r *Registry) checkReload(set *fixtures.Set) error {
	others := 0
	for _, in := range r.List() {
		if fixtureOf(r.fixtures.Set, in.ID()) != nil {
			continue
		}
		others++
		if fixtureOf(set, in.ID()) != nil {
			return domain.Errorf(domain.Conflict, "institution: the ID %s is in use by the institution %q, which was created at run time", in.ID(), in.Name())
		}
		for _, k := range set.Keys {
			if hasKey(in, k.Value) {
				return domain.Errorf(domain.Conflict, "key: a key of %s is in use by the institution %q, which was created at run time", k.Institution, in.Name())
			}
		}
	}
	return r.checkCount(others + len(set.Institutions))
}

func fixtureOf(set *fixtures.Set, id string) *fixtures.Institution {
	for _, f := range set.Institutions {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// install publishes the replacement. New states come before the keys that lead to
// them, and old ones go after theirs: a request sees one institution, old or new.
func (r *Registry) install(next *replacement) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var remove []string
	var add []auth.Key
	for _, in := range next.created {
		add = append(add, r.add(in)...)
	}
	for _, u := range next.updated {
		remove = append(remove, keyValues(u.in)...)
		if _, err := u.in.Apply(institution.Source{}, institution.Change{Kind: institution.Reload, Origin: u.origin}); err != nil {
			return err
		}
		add = append(add, authKeys(u.in)...)
	}
	for _, in := range next.removed {
		remove = append(remove, keyValues(in)...)
	}
	r.Keys.Swap(remove, add)
	for _, in := range next.removed {
		r.drop(in)
	}
	r.fixtures = next.loaded
	return nil
}
