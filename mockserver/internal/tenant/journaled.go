package tenant

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/journal"
)

// By returns the same institution for somebody else, whose changes the journal
// tells apart.
func (in *Institution) By(who journal.Actor) *Institution { return &Institution{in.shared, who} }

// write puts a change into the journal.
func (in *Institution) write(at time.Time, c journal.Change) {
	c.By = in.by
	in.journal.Control(at, c)
}

// changed writes down what became of one assessment. The deed has %s in the place
// of its ID.
func (in *Institution) changed(at time.Time, operation, deed string, before, after domain.Assessment) {
	was, is := before.Decided(at), after.Decided(at)
	words := fmt.Sprintf(deed, after.ID) + ", which was " + string(was.State) + " and is " + string(is.State)
	if was == is {
		words = fmt.Sprintf(deed, after.ID) + ", which changed nothing: it is " + string(is.State)
	}
	in.write(at, journal.Change{
		Operation: operation, Assessment: after.ID, Before: &was, After: &is,
		Control: journal.Control{Words: words},
	})
}

// added writes down a new assessment.
func (in *Institution) added(at time.Time, a domain.Assessment) {
	is := a.Decided(at)
	in.write(at, journal.Change{
		Operation: journal.OperationAdd, Assessment: a.ID, After: &is,
		Control: journal.Control{Words: "made the assessment " + a.ID + ", which is " + string(is.State)},
	})
}

// advanced writes down how the time was moved, and what that did to assessments.
func (in *Institution) advanced(a Advanced) Advanced {
	if a.To.Equal(a.From) {
		return a
	}
	c := journal.Control{Words: fmt.Sprintf("moved the time ahead by %s, from %s to %s", a.To.Sub(a.From), a.From.Format(time.RFC3339Nano), a.To.Format(time.RFC3339Nano))}
	for _, e := range a.Events {
		if e.Kind != string(domain.StepEnded) {
			c.Moved = append(c.Moved, journal.Moved{Assessment: e.Assessment, Event: e.Kind})
		}
	}
	if n := len(c.Moved); n > 0 {
		c.Words += fmt.Sprintf(", by which %d assessments changed", n)
	}
	in.write(a.To, journal.Change{Operation: journal.OperationAdvance, Control: c})
	return a
}

// anew writes down that all assessments are others than before.
func (in *Institution) anew(operation string, c journal.Control) {
	in.write(in.current.Load().Time.Now(), journal.Change{Operation: operation, Control: c})
}

// chosen writes down which choices are others than before.
func (in *Institution) chosen(operation string, before, after Settings) Settings {
	var c journal.Control
	for _, name := range slices.Sorted(maps.Keys(after.Values)) {
		if was, is := before.Values[name], after.Values[name]; was != is {
			c.Settings = append(c.Settings, journal.Choice{Freedom: name, Before: was, After: is})
		}
	}
	var words []string
	for _, s := range c.Settings {
		words = append(words, fmt.Sprintf("set %s to %s, which was %s", s.Freedom, s.After, s.Before))
	}
	switch {
	case after.Awkward && !before.Awkward:
		words = append(words, "switched the awkward mode on")
	case before.Awkward && !after.Awkward:
		words = append(words, "switched the awkward mode off")
	}
	c.Words = strings.Join(words, "; ")
	if len(words) == 0 {
		c.Words = "left the choices as they were"
	}
	in.write(in.current.Load().Time.Now(), journal.Change{Operation: operation, Control: c})
	return after
}
