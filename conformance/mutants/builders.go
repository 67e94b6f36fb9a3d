package mutants

import (
	"maps"
	"net/http"
	"slices"
	"sync"
)

// reaction answers a request in the place of the implementation.
type reaction func(x *exchange) *response

// behavior makes the reaction of a mutant, with an empty memory.
type behavior func() reaction

// condition selects requests.
type condition func(x *exchange) bool

func all(conditions []condition, x *exchange) bool {
	return !slices.ContainsFunc(conditions, func(is condition) bool { return !is(x) })
}

// authorized reports whether the request has the suite's key.
func authorized(x *exchange) bool { return x.key == x.target.Key }

// exists reports whether the suite's key finds the assessment.
func exists(x *exchange) bool { return authorized(x) && x.ask(get, x.id, "").ok() }

// paged reports whether the request sets a page size.
func paged(x *exchange) bool { return x.request.URL.Query().Has("limit") }

// always is the behavior of a mutant without a memory.
func always(react reaction) behavior { return func() reaction { return react } }

// on reacts to one operation, and passes the others on.
func on(op string, react reaction) behavior { return always(only(op, react)) }

func only(op string, react reaction) reaction {
	return func(x *exchange) *response {
		if x.op != op {
			return x.pass()
		}
		return react(x)
	}
}

// after changes the response of the implementation.
func after(change func(x *exchange, a *response)) reaction {
	return func(x *exchange) *response {
		a := x.pass()
		change(x, a)
		return a
	}
}

// then is after for changes that do not depend on the request.
func then(change func(a *response)) reaction {
	return after(func(_ *exchange, a *response) { change(a) })
}

// respondIf responds with a bare status, without the implementation, if all
// conditions hold.
func respondIf(code int, conditions ...condition) reaction { return replyIf(code, "", conditions...) }

func replyIf(code int, body string, conditions ...condition) reaction {
	return func(x *exchange) *response {
		if all(conditions, x) {
			return reply(code, body)
		}
		return x.pass()
	}
}

// status replaces the status and drops the body.
func status(code int) func(*response) { return func(a *response) { a.become(code, "") } }

// editing changes the objects of a response.
func editing(change edit) func(*response) { return func(a *response) { a.edit(change) } }

// editingItems changes the items of a list.
func editingItems(change func([]record) []record) func(*response) {
	return func(a *response) { a.editItems(change) }
}

// swap replaces one status by another, and the body with it.
func swap(from, to int, body string) reaction {
	return then(func(a *response) {
		if a.status == from {
			a.become(to, body)
		}
	})
}

// relabel replaces the status 200 and keeps the body.
func relabel(code int) reaction {
	return then(func(a *response) {
		if a.status == http.StatusOK {
			a.status = code
		}
	})
}

// showing changes the objects that the operations return.
func showing(change edit, ops ...string) behavior { return always(after(shown(change, ops...))) }

func shown(change edit, ops ...string) func(x *exchange, a *response) {
	return func(x *exchange, a *response) {
		if slices.Contains(ops, x.op) {
			a.edit(change)
		}
	}
}

// cancelled changes what reads and lists show of a Cancelled assessment.
func cancelled(change edit) behavior { return showing(when(isCancelled, change), get, list) }

// from, nth and every select reads by their number.
func from(n int) func(read int) bool  { return func(read int) bool { return read >= n } }
func nth(n int) func(read int) bool   { return func(read int) bool { return read == n } }
func every(n int) func(read int) bool { return func(read int) bool { return read%n == 0 } }

// reads changes the successful reads of an assessment with the numbers.
func reads(at func(read int) bool, change func(*response)) behavior {
	return readsOf(func(record) bool { return true }, at, change)
}

// cancelledReads changes the reads that show an assessment as Cancelled.
func cancelledReads(at func(read int) bool, change func(*response)) behavior {
	return readsOf(isCancelled, at, change)
}

func readsOf(counts func(record) bool, at func(read int) bool, change func(*response)) behavior {
	return func() reaction {
		seen := newTally()
		return only(get, after(func(x *exchange, a *response) {
			if a.ok() && counts(a.object()) && at(seen.add(x.id)) {
				change(a)
			}
		}))
	}
}

// undoing shows fields of a Cancelled assessment as they were before the cancel,
// in the reads with the numbers.
func undoing(at func(read int) bool, fields ...string) behavior {
	return func() reaction {
		before, seen := newMemory[record](), newTally()
		return after(func(x *exchange, a *response) {
			r := a.object()
			switch {
			case x.op != get && x.op != create || !a.ok() || r == nil:
			case !isCancelled(r):
				before.put(idOf(r), maps.Clone(r))
			case at(seen.add(idOf(r))):
				was, _ := before.get(idOf(r))
				a.edit(restore(was, fields...))
			}
		})
	}
}

// seeing calls note with each new assessment, and change with every response.
func seeing(note func(x *exchange, created record), change func(x *exchange, a *response)) reaction {
	return after(func(x *exchange, a *response) {
		if r := a.object(); x.op == create && a.ok() && r != nil {
			note(x, r)
		}
		change(x, a)
	})
}

// nearest finds a new assessment also by an ID that differs in the last digit.
func nearest(op string) behavior {
	return func() reaction {
		near := newMemory[string]()
		prefix := func(id string) string { return id[:max(0, len(id)-1)] }
		return seeing(
			func(_ *exchange, created record) { near.put(prefix(idOf(created)), idOf(created)) },
			func(x *exchange, a *response) {
				if id, known := near.get(prefix(x.id)); known && x.op == op && a.status == http.StatusNotFound {
					*a = *x.pass(withID(x.id, id))
				}
			})
	}
}

// memory is what a mutant remembers by ID. It is safe for concurrent use.
type memory[T any] struct {
	mu     sync.Mutex
	values map[string]T
}

func newMemory[T any]() *memory[T] { return &memory[T]{values: map[string]T{}} }

func (m *memory[T]) get(id string) (T, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, known := m.values[id]
	return v, known
}

func (m *memory[T]) knows(id string) bool {
	_, known := m.get(id)
	return known
}

func (m *memory[T]) put(id string, v T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values[id] = v
}

// once stores the value if the ID has none, and returns the stored value.
func (m *memory[T]) once(id string, v T) T {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, known := m.values[id]; !known {
		m.values[id] = v
	}
	return m.values[id]
}

// all returns a copy.
func (m *memory[T]) all() map[string]T {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.values)
}

// tally counts by ID.
type tally struct{ memory[int] }

func newTally() *tally { return &tally{memory[int]{values: map[string]int{}}} }

// add counts one more, and returns the new count.
func (t *tally) add(id string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.values[id]++
	return t.values[id]
}
