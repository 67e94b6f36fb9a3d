package tenant

import (
	"fmt"
	"reflect"

	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/store"
	"example.com/assay/openapi"
)

// renewal is what becomes of an institution that new fixtures have differently. Its
// data are those of the fixtures: assessments, templates, entities, outcomes, name
// and keys. What was done to it at run time stays, because nobody has asked for
// anything else: the journal, the faults that are armed, the time, and the choices.
// Only a clock or a choice that the fixtures themselves have changed is the one that
// they have now. The numbers that IDs are made from go on: the journal knows
// assessments by them.
type renewal struct {
	in    *Institution
	as    *origin
	state *store.Institution
}

// prepare makes the state; the institution's lock is held.
func (re *renewal) prepare(old, f *fixtures.Institution) error {
	in, r := re.in, re.in.registry
	current := in.current.Load()
	timeline := current.Time
	if old == nil || f.Clock != old.Clock {
		var err error
		if timeline, err = r.timelineFor(re.as.blueprint, ClockOptions{}); err != nil {
			return err
		}
	}
	before := in.origin.Load()
	was, err := r.settingsFor(before.blueprint, in.id, before.options)
	if err != nil {
		return err
	}
	is, err := r.settingsFor(re.as.blueprint, in.id, re.as.options)
	if err != nil {
		return err
	}
	_, created := current.Assessments.Counts()
	re.state = r.assemble(re.as.blueprint, in.id, re.as.name, timeline, merged(was, is, current.Settings()), created)
	return nil
}

// merged returns the choices that hold now, with what fixtures have changed about
// those that the institution began with.
func merged(was, is, now *freedoms.Settings) freedoms.Settings {
	made := *now
	for _, f := range openapi.Freedoms() {
		if was.Value(f.Name) != is.Value(f.Name) {
			_ = made.Set(f.Name, is.Value(f.Name)) // which is a value of it already
		}
	}
	if !reflect.DeepEqual(was.Awkward, is.Awkward) {
		made.Awkward = is.Awkward
	}
	return made
}

// tell writes down what was renewed, and what stayed.
func (re *renewal) tell() {
	words := fmt.Sprintf("loaded other fixtures: the institution has their assessments, and all else that they have; "+
		"its time, its choices, its journal and its armed faults, of which there are %d, go on", len(re.in.faults.List()))
	re.in.write(re.state.Time.Now(), journal.Change{Operation: journal.OperationReload, Control: journal.Control{Words: words}})
}
