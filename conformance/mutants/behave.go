package mutants

import (
	"maps"
	"slices"
)

// always is the behaviour of a mutant that remembers nothing.
func always(react reaction) func() reaction { return func() reaction { return react } }

// on reacts to one operation, and lets the others through.
func on(op string, react reaction) func() reaction {
	return always(only(op, react))
}

func only(op string, react reaction) reaction {
	return func(x *exchange) *answer {
		if x.op != op {
			return x.pass()
		}
		return react(x)
	}
}

// showing changes the objects in the answers of the operations.
func showing(change func(r record), ops ...string) func() reaction {
	return always(func(x *exchange) *answer {
		a := x.pass()
		if !slices.Contains(ops, x.op) {
			return a
		}
		return a.change(change)
	})
}

// cancelled changes what is shown of an assessment once it is Cancelled, wherever
// it is shown.
func cancelled(change func(r record)) func() reaction {
	return showing(func(r record) {
		if isCancelled(r) {
			change(r)
		}
	}, get, list)
}

// history is an assessment as it was seen last before it was Cancelled, and how
// often it has been read since.
type history struct {
	before record
	reads  int
}

// sinceCancel changes what a GET shows of a Cancelled assessment, knowing what
// was before and how often it has been read since, this time included.
func sinceCancel(change func(r record, h history)) func() reaction {
	return func() reaction {
		before, reads := newMemory[record](), newTally()
		return func(x *exchange) *answer {
			a := x.pass()
			if x.op != get && x.op != create {
				return a
			}
			return a.change(func(r record) {
				if !isCancelled(r) {
					before.put(idOf(r), maps.Clone(r))
					return
				}
				was, _ := before.get(idOf(r))
				change(r, history{before: was, reads: reads.add(idOf(r))})
			})
		}
	}
}

// restore shows fields as they were before the cancel.
func (h history) restore(r record, names ...string) {
	for _, name := range names {
		if was, there := h.before[name]; there {
			r[name] = was
		}
	}
}
