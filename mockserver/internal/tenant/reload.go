package tenant

import (
	"reflect"

	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/journal"
)

// Reloaded says what became of the institutions of the fixtures, by their names,
// when those were replaced. One that the new fixtures have unchanged is in no
// list.
type Reloaded struct {
	Added   []string
	Changed []string // began anew
	Removed []string
}

// replacement is what takes the place of the fixtures, once all of it is good.
type replacement struct {
	set        *fixtures.Set
	blueprints []*blueprint
	made       []*Institution // new or changed
	gone       []*Institution
	told       Reloaded
}

// Reload replaces the fixtures. Institutions that they have as before keep their
// state, and those that were made at run time keep everything: state and keys.
// The others begin anew, with the keys that the fixtures give them. If anything
// is wrong with the set, nothing changes.
func (r *Registry) Reload(set *fixtures.Set) (Reloaded, error) {
	r.creating.Lock()
	defer r.creating.Unlock()
	next, err := r.prepare(set)
	if err != nil {
		return Reloaded{}, err
	}
	for _, made := range next.made {
		made.anew(journal.OperationReload, journal.Control{Words: "made the institution anew, as the fixtures have it that were loaded"})
	}
	r.install(next)
	return next.told, nil
}

func (r *Registry) prepare(set *fixtures.Set) (*replacement, error) {
	next := &replacement{set: set}
	if err := r.checkFree(set); err != nil {
		return nil, err
	}
	if err := r.Limits.takes(len(r.List()) - len(r.set.Institutions) + len(set.Institutions)); err != nil {
		return nil, err
	}
	for _, f := range set.Institutions {
		b, known := r.fixtureBlueprint(f.ID)
		if known && r.unchanged(set, f) {
			next.blueprints = append(next.blueprints, b)
			continue
		}
		in, err := r.remake(set, f)
		if err != nil {
			return nil, err
		}
		next.blueprints, next.made = append(next.blueprints, in.blueprint), append(next.made, in)
		if known {
			next.told.Changed = append(next.told.Changed, in.name)
		} else {
			next.told.Added = append(next.told.Added, in.name)
		}
	}
	for _, f := range r.set.Institutions {
		if institutionOf(set, f.ID) != nil {
			continue
		}
		next.told.Removed = append(next.told.Removed, f.Name)
		if in, there := r.ByID(f.ID); there {
			next.gone = append(next.gone, in)
		}
	}
	return next, nil
}

// checkFree sees that no institution that was made at run time has an ID or a key
// of the set.
func (r *Registry) checkFree(set *fixtures.Set) error {
	for _, in := range r.List() {
		if institutionOf(r.set, in.id) != nil {
			continue
		}
		if institutionOf(set, in.id) != nil {
			return domain.Errorf(domain.Conflict, "institution: expected an ID of its own, got %s, which the institution %q has that was made at run time", in.id, in.name)
		}
		for _, k := range set.Keys {
			if in.hasKey(k.Value) {
				return domain.Errorf(domain.Conflict, "key: expected a value of its own for a key of %s, got one that the institution %q has, which was made at run time", k.Institution, in.name)
			}
		}
	}
	return nil
}

func (r *Registry) fixtureBlueprint(id string) (*blueprint, bool) {
	for _, b := range r.fixtures {
		if b.owner.ID == id {
			return b, true
		}
	}
	return nil, false
}

func (r *Registry) unchanged(set *fixtures.Set, f *fixtures.Institution) bool {
	return reflect.DeepEqual(f, institutionOf(r.set, f.ID)) && reflect.DeepEqual(keysOf(set, f.ID), keysOf(r.set, f.ID))
}

func institutionOf(set *fixtures.Set, id string) *fixtures.Institution {
	for _, f := range set.Institutions {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// remake makes an institution of the set, which nobody can reach yet.
func (r *Registry) remake(set *fixtures.Set, f *fixtures.Institution) (*Institution, error) {
	b, err := r.blueprintOf(f)
	if err != nil {
		return nil, err
	}
	return r.prepared(b, f.ID, f.Name, keysOf(set, f.ID), Options{})
}

// install lets the replacement in. New states come before the keys that lead to
// them, and old ones go after theirs: whoever asks meanwhile sees one institution,
// old or new, and never none.
func (r *Registry) install(next *replacement) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	in := map[string]auth.Key{}
	for _, made := range next.made {
		if old := r.byID[made.id]; old != nil {
			made.number = old.number
			out = append(out, old.keyValues()...)
		} else {
			r.made++
			made.number = r.made
		}
		r.byID[made.id] = made
		r.Institutions.Put(made.Store())
		for _, k := range keysOf(next.set, made.id) {
			in[k.Value] = authKey(made.id, k)
		}
	}
	for _, gone := range next.gone {
		out = append(out, gone.keyValues()...)
	}
	r.Keys.Swap(out, in)
	for _, gone := range next.gone {
		delete(r.byID, gone.id)
		r.Institutions.Remove(gone.id)
	}
	r.fixtures, r.set = next.blueprints, next.set
}

func (in *Institution) keyValues() []string {
	values := make([]string, len(in.keys))
	for i, k := range in.keys {
		values[i] = k.Value
	}
	return values
}
