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
	Changed []string // have the assessments, and all else, that the fixtures have now
	Removed []string
}

// replacement is what takes the place of the fixtures, once all of it is good.
type replacement struct {
	set        *fixtures.Set
	blueprints []*blueprint
	made       []*Institution // that were not there
	renewed    []*renewal
	gone       []*Institution
	told       Reloaded
}

// Reload replaces the fixtures. Institutions that they have as before keep their
// state, and those that were made at run time keep everything: state and keys.
// The others have what the fixtures have, keys included, from now on; what was done
// to them at run time, beside that, stays, as the type renewal has it. If anything is
// wrong with the set, nothing changes.
func (r *Registry) Reload(set *fixtures.Set) (Reloaded, error) {
	r.creating.Lock()
	defer r.creating.Unlock()
	next := &replacement{set: set}
	defer next.release()
	if err := r.prepare(next); err != nil {
		return Reloaded{}, err
	}
	for _, made := range next.made {
		made.anew(journal.OperationReload, journal.Control{Words: "made the institution, as the fixtures have it that were loaded"})
	}
	for _, re := range next.renewed {
		re.tell()
	}
	r.install(next)
	return next.told, nil
}

func (r *Registry) prepare(next *replacement) error {
	if err := r.checkFree(next.set); err != nil {
		return err
	}
	if err := r.Limits.takes(len(r.List()) - r.fixturesThere() + len(next.set.Institutions)); err != nil {
		return err
	}
	for _, f := range next.set.Institutions {
		if err := r.prepareOne(next, f); err != nil {
			return err
		}
	}
	for _, f := range r.set.Institutions {
		if institutionOf(next.set, f.ID) != nil {
			continue
		}
		next.told.Removed = append(next.told.Removed, f.Name)
		if in, there := r.ByID(f.ID); there {
			next.gone = append(next.gone, in)
		}
	}
	return nil
}

// prepareOne prepares what becomes of an institution that the new fixtures have.
func (r *Registry) prepareOne(next *replacement, f *fixtures.Institution) error {
	b, known := r.fixtureBlueprint(f.ID)
	if known && r.unchanged(next.set, f) {
		next.blueprints = append(next.blueprints, b)
		return nil
	}
	b, err := r.blueprintOf(f)
	if err != nil {
		return err
	}
	next.blueprints = append(next.blueprints, b)
	if known {
		next.told.Changed = append(next.told.Changed, f.Name)
	} else {
		next.told.Added = append(next.told.Added, f.Name)
	}
	keys := keysOf(next.set, f.ID)
	if in, there := r.ByID(f.ID); there {
		re := &renewal{in: in, as: newOrigin(b, f.Name, keys, Options{})}
		in.mu.Lock() // until it is installed: what is set at run time meanwhile waits
		next.renewed = append(next.renewed, re)
		return re.prepare(institutionOf(r.set, f.ID), f)
	}
	made, err := r.prepared(b, f.ID, f.Name, keys, Options{})
	if err == nil {
		next.made = append(next.made, made)
	}
	return err
}

// release lets others at the institutions that are renewed.
func (next *replacement) release() {
	for _, re := range next.renewed {
		re.in.mu.Unlock()
	}
}

// fixturesThere counts the institutions of the fixtures, less the deleted ones.
func (r *Registry) fixturesThere() int {
	there := 0
	for _, f := range r.set.Institutions {
		if _, is := r.ByID(f.ID); is {
			there++
		}
	}
	return there
}

// checkFree sees that no institution that was made at run time has an ID or a key
// of the set.
func (r *Registry) checkFree(set *fixtures.Set) error {
	for _, in := range r.List() {
		if institutionOf(r.set, in.id) != nil {
			continue
		}
		if institutionOf(set, in.id) != nil {
			return domain.Errorf(domain.Conflict, "institution: expected an ID of its own, got %s, which the institution %q has that was made at run time", in.id, in.Name())
		}
		for _, k := range set.Keys {
			if in.hasKey(k.Value) {
				return domain.Errorf(domain.Conflict, "key: expected a value of its own for a key of %s, got one that the institution %q has, which was made at run time", k.Institution, in.Name())
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

// install lets the replacement in. New states come before the keys that lead to
// them, and old ones go after theirs: whoever asks meanwhile sees one institution,
// old or new, and never none.
func (r *Registry) install(next *replacement) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	in := map[string]auth.Key{}
	for _, made := range next.made {
		r.made++
		made.number = r.made
		r.byID[made.id] = made
		r.Institutions.Put(made.Store())
		next.keysFor(made.id, in)
	}
	for _, re := range next.renewed {
		out = append(out, re.in.keyValues()...)
		re.in.current.Store(re.state)
		re.in.origin.Store(re.as)
		r.Institutions.Put(re.state)
		next.keysFor(re.in.id, in)
	}
	for _, gone := range next.gone {
		out = append(out, gone.keyValues()...)
	}
	r.Keys.Swap(out, in)
	for _, gone := range next.gone {
		delete(r.byID, gone.id)
		r.Institutions.Remove(gone.id)
		gone.journal.End()
	}
	r.fixtures, r.set = next.blueprints, next.set
}

// keysFor adds the keys of an institution to those that are let in.
func (next *replacement) keysFor(id string, in map[string]auth.Key) {
	for _, k := range keysOf(next.set, id) {
		in[k.Value] = authKey(id, k)
	}
}

func (in *Institution) keyValues() []string {
	keys := in.origin.Load().keys
	values := make([]string, len(keys))
	for i, k := range keys {
		values[i] = k.Value
	}
	return values
}
