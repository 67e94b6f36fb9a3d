package journal

import (
	"cmp"
	"fmt"
	"slices"
)

// origins finds out, in what the journal has of the time before an exchange, where
// that comes from which the exchange met: the state, the choices and the fault. Its
// methods return nothing if the journal does not know.
type origins struct {
	exchange *record
	earlier  []*record // oldest first
}

// originsOf returns the origins of what a record of the list met.
func originsOf(r *record, records []*record) origins {
	at, _ := slices.BinarySearchFunc(records, r.number, func(r *record, number uint64) int { return cmp.Compare(r.number, number) })
	return origins{r, records[:at]}
}

// latest returns the latest of the earlier records that is the one.
func (o origins) latest(is func(*record) bool) *record {
	for _, r := range slices.Backward(o.earlier) {
		if is(r) {
			return r
		}
	}
	return nil
}

// state says what made the state that the exchange met.
func (o origins) state() string {
	id, met := o.exchange.about(), o.exchange.state()
	if id == "" || met == nil || met.Before == nil {
		return ""
	}
	maker := o.latest(func(r *record) bool { return r.decides(id) })
	if maker == nil {
		return ""
	}
	if s := maker.state(); s != nil && s.After.State != met.Before.State {
		return "" // something else came between, or it is not to be seen yet
	}
	return fmt.Sprintf("That goes back to entry %d, at %s: %s.", maker.number, stamp(maker.time), maker.deed())
}

// decides reports whether the record had a part in the state of the assessment.
func (r *record) decides(assessment string) bool {
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

// deed says what the record did to the state of its assessment, or of all.
func (r *record) deed() string {
	switch s := r.state(); {
	case r.control != nil:
		return r.control.By.words() + " " + r.control.Words
	case s.Before == nil:
		return "the request " + r.operation + " made the assessment"
	default:
		return fmt.Sprintf("the request %s changed it from %s to %s", r.operation, s.Before.State, s.After.State)
	}
}

// choice says who has set the freedom to the value.
func (o origins) choice(freedom, value string) string {
	setting := func(r *record) int {
		if r.control == nil {
			return -1
		}
		return slices.IndexFunc(r.control.Settings, func(c Choice) bool { return c.Freedom == freedom })
	}
	r := o.latest(func(r *record) bool { return setting(r) >= 0 })
	if r == nil || r.control.Settings[setting(r)].After != value {
		return ""
	}
	return r.by()
}

// fault says who has armed the fault.
func (o origins) fault(id string) string {
	if r := o.latest(func(r *record) bool { return r.control != nil && r.control.Fault == id }); r != nil {
		return r.by()
	}
	return ""
}

func (r *record) by() string {
	return fmt.Sprintf(", by %s (entry %d)", r.control.By.words(), r.number)
}
