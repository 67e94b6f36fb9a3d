package institution

import (
	"maps"
	"reflect"
	"slices"
	"time"

	"example.com/assay/internal/freejson"
	"example.com/assay/mockserver/internal/domain"
)

// Diff describes how two states differ.
type Diff struct {
	A        string      `json:"a"`
	B        string      `json:"b"`
	OnlyInA  []string    `json:"only_in_a"` // IDs of assessments
	OnlyInB  []string    `json:"only_in_b"`
	Changed  []Changed   `json:"changed"`
	Settings []FieldDiff `json:"settings"`
	Clock    []FieldDiff `json:"clock"`
}

// Changed describes how an assessment differs.
type Changed struct {
	ID     string      `json:"id"`
	Fields []FieldDiff `json:"fields"`
}

// FieldDiff is a field that differs, in its JSON form.
type FieldDiff struct {
	Field string `json:"field"`
	A     any    `json:"a"`
	B     any    `json:"b"`
}

// Facts are what a diff compares.
type Facts struct {
	assessments map[string]map[string]any
	settings    map[string]any
	clock       map[string]any
}

// Facts returns the facts of the current state.
func (in *Institution) Facts() (Facts, error) {
	s := in.State()
	all, now := s.Assessments.All()
	return s.facts(all, now, modeOf(s.Clock.Frozen()))
}

// SnapshotFacts returns the facts of a snapshot.
func (c *Config) SnapshotFacts(snapshot *Blueprint) (Facts, error) {
	s, err := c.preview(snapshot)
	if err != nil {
		return Facts{}, err
	}
	all, now := s.Assessments.All()
	return s.facts(all, now, modeOf(snapshot.Clock.Frozen))
}

func (s *State) facts(all []domain.Assessment, now time.Time, mode Mode) (Facts, error) {
	f := Facts{assessments: map[string]map[string]any{}, settings: map[string]any{}}
	for i := range all {
		fields, err := jsonObject(s.describe(&all[i], now))
		if err != nil {
			return Facts{}, err
		}
		f.assessments[all[i].ID] = fields
	}
	settings := settingsOf(s.Settings())
	for name, value := range settings.Values {
		f.settings[name] = value
	}
	f.settings["awkward"] = settings.Awkward
	var err error
	f.clock, err = jsonObject(ClockState{mode, now})
	return f, err
}

func jsonObject(v any) (map[string]any, error) {
	plain, err := freejson.Of(v)
	object, _ := plain.(map[string]any)
	return object, err
}

// Compare returns the difference of two states with the names.
func Compare(nameA, nameB string, a, b Facts) Diff {
	d := Diff{A: nameA, B: nameB, OnlyInA: missing(a, b), OnlyInB: missing(b, a), Changed: []Changed{}}
	d.Settings, d.Clock = differing(a.settings, b.settings), differing(a.clock, b.clock)
	for _, id := range slices.Sorted(maps.Keys(a.assessments)) {
		other, exists := b.assessments[id]
		if fields := differing(a.assessments[id], other); exists && len(fields) > 0 {
			d.Changed = append(d.Changed, Changed{ID: id, Fields: fields})
		}
	}
	return d
}

// missing returns the IDs of in that from lacks.
func missing(in, from Facts) []string {
	ids := []string{}
	for _, id := range slices.Sorted(maps.Keys(in.assessments)) {
		if _, exists := from.assessments[id]; !exists {
			ids = append(ids, id)
		}
	}
	return ids
}

func differing(a, b map[string]any) []FieldDiff {
	all := []FieldDiff{}
	names := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if !reflect.DeepEqual(a[name], b[name]) {
			all = append(all, FieldDiff{Field: name, A: a[name], B: b[name]})
		}
	}
	return all
}
