package journal

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// causes finds the entries that led to the state, the choices and the fault of an
// exchange. Its methods return "" if the journal has no such entry.
type causes struct {
	exchange *record
	earlier  []*record // oldest first
}

// causesOf returns the causes of a record of the list.
func causesOf(r *record, records []*record) causes {
	at, _ := slices.BinarySearchFunc(records, r.number, func(r *record, number uint64) int { return cmp.Compare(r.number, number) })
	return causes{r, records[:at]}
}

// latest returns the latest earlier record that matches, or nil.
func (c causes) latest(match func(*record) bool) *record {
	for _, r := range slices.Backward(c.earlier) {
		if match(r) {
			return r
		}
	}
	return nil
}

// state describes the entry that produced the state before the exchange.
func (c causes) state() string {
	id, met := c.exchange.about(), c.exchange.state()
	if id == "" || met == nil || met.Before == nil {
		return ""
	}
	cause := c.latest(func(r *record) bool { return r.affects(id) })
	if cause == nil {
		return ""
	}
	if s := cause.state(); s != nil && s.After.State != met.Before.State {
		return "" // another cause came between, or the effect is not visible yet
	}
	return fmt.Sprintf("That goes back to entry %d, at %s: %s.", cause.number, stamp(cause.time), cause.deed())
}

// affects reports whether the record may have changed the state of the assessment.
func (r *record) affects(assessment string) bool {
	switch {
	case r.about() == assessment:
		return r.effective()
	case r.control == nil:
		return false
	case r.operation == OperationReset, r.operation == OperationRestore, r.operation == OperationReload:
		return true
	}
	return slices.ContainsFunc(r.control.Moved, func(m Moved) bool { return m.Assessment == assessment })
}

// deed describes how the record changed the state of its assessment, or of all.
func (r *record) deed() string {
	switch s := r.state(); {
	case r.control != nil:
		return r.summary()
	case s.Before == nil:
		return "the request " + r.operation + " created the assessment"
	default:
		return fmt.Sprintf("the request %s changed it from %s to %s", r.operation, s.Before.State, s.After.State)
	}
}

// choice names the source of the value of a freedom.
func (c causes) choice(freedom, value string) string {
	setting := func(r *record) int {
		if r.control == nil {
			return -1
		}
		return slices.IndexFunc(r.control.Settings, func(c Choice) bool { return c.Freedom == freedom })
	}
	r := c.latest(func(r *record) bool { return setting(r) >= 0 })
	if r == nil || r.control.Settings[setting(r)].After != value {
		return ""
	}
	return r.by()
}

// fault names the source of the armed fault.
func (c causes) fault(id string) string {
	if r := c.latest(func(r *record) bool { return r.control != nil && r.control.Fault == id }); r != nil {
		return r.by()
	}
	return ""
}

func (r *record) by() string {
	return fmt.Sprintf(", by %s (entry %d)", r.control.By.words(), r.number)
}

func stamp(t time.Time) string { return t.Format(time.RFC3339Nano) }
