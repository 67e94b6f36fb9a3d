package tenant

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/store"
)

// Diff says in what two states differ.
type Diff struct {
	A        string      `json:"a"`
	B        string      `json:"b"`
	OnlyInA  []string    `json:"only_in_a"` // IDs of assessments
	OnlyInB  []string    `json:"only_in_b"`
	Changed  []Changed   `json:"changed"`
	Settings []FieldDiff `json:"settings"`
	Clock    []FieldDiff `json:"clock"`
}

// Changed says in what an assessment differs.
type Changed struct {
	ID     string      `json:"id"`
	Fields []FieldDiff `json:"fields"`
}

// FieldDiff is a field that differs, as JSON.
type FieldDiff struct {
	Field string `json:"field"`
	A     any    `json:"a"`
	B     any    `json:"b"`
}

// state is what a diff compares.
type state struct {
	assessments map[string]map[string]any
	settings    map[string]any
	clock       map[string]any
}

// Diff compares two states: snapshots by their names, or institutions as they are
// now. A snapshot goes before an institution of the same name.
func (r *Registry) Diff(a, b string) (Diff, error) {
	one, err := r.state(a)
	if err != nil {
		return Diff{}, err
	}
	two, err := r.state(b)
	if err != nil {
		return Diff{}, err
	}
	d := Diff{A: a, B: b, OnlyInA: missing(one, two), OnlyInB: missing(two, one), Changed: []Changed{}}
	d.Settings, d.Clock = differing(one.settings, two.settings), differing(one.clock, two.clock)
	for _, id := range slices.Sorted(maps.Keys(one.assessments)) {
		other, there := two.assessments[id]
		if fields := differing(one.assessments[id], other); there && len(fields) > 0 {
			d.Changed = append(d.Changed, Changed{ID: id, Fields: fields})
		}
	}
	return d, nil
}

func missing(in, from state) []string {
	ids := []string{}
	for _, id := range slices.Sorted(maps.Keys(in.assessments)) {
		if _, there := from.assessments[id]; !there {
			ids = append(ids, id)
		}
	}
	return ids
}

func differing(a, b map[string]any) []FieldDiff {
	all := []FieldDiff{}
	names := slices.Sorted(maps.Keys(a))
	for name := range b {
		if _, there := a[name]; !there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if !reflect.DeepEqual(a[name], b[name]) {
			all = append(all, FieldDiff{Field: name, A: a[name], B: b[name]})
		}
	}
	return all
}

func (r *Registry) state(ref string) (state, error) {
	if s, err := r.snapshot(ref); err == nil {
		return r.stateOf(s.blueprint)
	}
	in, err := r.Find(ref)
	if err != nil {
		return state{}, domain.Errorf(domain.NotFound, "expected the name of a snapshot, or the ID or the name of an institution, got %.64q", ref)
	}
	current := in.current.Load()
	all, now := current.Assessments.All()
	return newState(current, all, now)
}

// stateOf makes the institution of a snapshot, without publishing it, and looks
// at it while its time stands still.
func (r *Registry) stateOf(b *blueprint) (state, error) {
	mode := Real
	if b.frozen {
		mode = Frozen
	}
	made, err := r.make(b, b.owner.ID, b.owner.Name, Options{Clock: ClockOptions{Mode: Frozen}})
	if err != nil {
		return state{}, err
	}
	all, now := made.Assessments.All()
	s, err := newState(made, all, now)
	if err == nil {
		s.clock["mode"] = string(mode)
	}
	return s, err
}

func newState(current *store.Institution, all []domain.Assessment, now time.Time) (state, error) {
	s := state{assessments: map[string]map[string]any{}, settings: map[string]any{}, clock: map[string]any{}}
	for i := range all {
		fields, err := plain(describe(current, &all[i], now))
		if err != nil {
			return state{}, err
		}
		s.assessments[all[i].ID] = fields
	}
	choices := described(current.Settings())
	for name, value := range choices.Values {
		s.settings[name] = value
	}
	s.settings["awkward"] = choices.Awkward
	var err error
	s.clock, err = plain(Clock{Mode: clockOf(current.Time).Mode, Now: now})
	return s, err
}

// plain returns a value as the JSON object that it is sent as.
func plain(v any) (map[string]any, error) {
	encoded, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var object map[string]any
	err = json.Unmarshal(encoded, &object)
	return object, err
}
