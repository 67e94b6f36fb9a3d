package mutants

import (
	"maps"
	"net/http"
	"slices"

	"example.com/assay/conformance/internal/layer"
)

// condition selects requests.
type condition func(x *exchange) bool

func all(conditions []condition, x *exchange) bool {
	return !slices.ContainsFunc(conditions, func(is condition) bool { return !is(x) })
}

// authorized reports whether the request has the suite's key.
func authorized(x *exchange) bool { return x.Key == x.Target.Key }

// exists reports whether the suite's key finds the assessment.
func exists(x *exchange) bool { return authorized(x) && x.Ask(layer.Get, x.ID, "").OK() }

// paged reports whether the request sets a page size.
func paged(x *exchange) bool {
	q := x.Request.URL.Query()
	return q.Has("max_page_size") || q.Has("limit")
}

// always is the behavior of a mutant without a memory.
func always(react reaction) behavior { return func() reaction { return react } }

// on reacts to one operation, and passes the others on.
func on(op string, react reaction) behavior { return always(only(op, react)) }

func only(op string, react reaction) reaction {
	return func(x *exchange) *response {
		if x.Op != op {
			return x.Pass()
		}
		return react(x)
	}
}

// after changes the response of the implementation.
func after(change func(x *exchange, a *response)) reaction {
	return func(x *exchange) *response {
		a := x.Pass()
		change(x, a)
		return a
	}
}

// then is after for changes independent of the request.
func then(change func(a *response)) reaction {
	return after(func(_ *exchange, a *response) { change(a) })
}

// respondIf responds with a bare status, without the implementation, if all
// conditions hold.
func respondIf(code int, conditions ...condition) reaction { return replyIf(code, "", conditions...) }

func replyIf(code int, body string, conditions ...condition) reaction {
	return func(x *exchange) *response {
		if all(conditions, x) {
			return layer.Reply(code, body)
		}
		return x.Pass()
	}
}

// status replaces the status and drops the body.
func status(code int) func(*response) { return func(a *response) { a.Become(code, "") } }

// editing changes the objects of a response.
func editing(change edit) func(*response) { return func(a *response) { a.Edit(change) } }

// editingItems changes the items of a list.
func editingItems(change func([]record) []record) func(*response) {
	return func(a *response) { a.EditItems(change) }
}

// swap replaces one status by another, and the body with it.
func swap(from, to int, body string) reaction {
	return then(func(a *response) {
		if a.Status == from {
			a.Become(to, body)
		}
	})
}

// relabel replaces the status 200 and keeps the body.
func relabel(code int) reaction {
	return then(func(a *response) {
		if a.Status == http.StatusOK {
			a.Status = code
		}
	})
}

// showing changes the objects in the responses of the operations.
func showing(change edit, ops ...string) behavior { return always(after(shown(change, ops...))) }

func shown(change edit, ops ...string) func(x *exchange, a *response) {
	return func(x *exchange, a *response) {
		if slices.Contains(ops, x.Op) {
			a.Edit(change)
		}
	}
}

// cancelled changes Cancelled assessments in reads and lists.
func cancelled(change edit) behavior {
	return showing(when(isCancelled, change), layer.Get, layer.List)
}

// from, nth and every select reads by their number.
func from(n int) func(read int) bool  { return func(read int) bool { return read >= n } }
func nth(n int) func(read int) bool   { return func(read int) bool { return read == n } }
func every(n int) func(read int) bool { return func(read int) bool { return read%n == 0 } }

// reads changes the successful reads of an assessment with the numbers.
func reads(at func(read int) bool, change func(*response)) behavior {
	return readsOf(func(record) bool { return true }, at, change)
}

// cancelledReads changes the reads of a Cancelled assessment with the numbers.
func cancelledReads(at func(read int) bool, change func(*response)) behavior {
	return readsOf(isCancelled, at, change)
}

func readsOf(counts func(record) bool, at func(read int) bool, change func(*response)) behavior {
	return func() reaction {
		var seen layer.Tally
		return only(layer.Get, after(func(x *exchange, a *response) {
			if a.OK() && counts(a.Object()) && at(seen.Add(x.ID)) {
				change(a)
			}
		}))
	}
}

// undoing shows fields of a Cancelled assessment as they were before the cancel,
// in the reads with the numbers.
func undoing(at func(read int) bool, fields ...string) behavior {
	return func() reaction {
		var before layer.Memory[record]
		var seen layer.Tally
		return after(func(x *exchange, a *response) {
			r := a.Object()
			switch {
			case x.Op != layer.Get && x.Op != layer.Create || !a.OK() || r == nil:
			case !isCancelled(r):
				before.Put(layer.IDOf(r), maps.Clone(r))
			case at(seen.Add(layer.IDOf(r))):
				was, _ := before.Get(layer.IDOf(r))
				a.Edit(restore(was, fields...))
			}
		})
	}
}

// seeing calls note with each new assessment, and change with every response.
func seeing(note func(x *exchange, created record), change func(x *exchange, a *response)) reaction {
	return after(func(x *exchange, a *response) {
		if r := a.Object(); x.Op == layer.Create && a.OK() && r != nil {
			note(x, r)
		}
		change(x, a)
	})
}

// nearest finds a new assessment also by an ID with another last digit.
func nearest(op string) behavior {
	return func() reaction {
		var near layer.Memory[string]
		prefix := func(id string) string { return id[:max(0, len(id)-1)] }
		return seeing(
			func(_ *exchange, created record) { near.Put(prefix(layer.IDOf(created)), layer.IDOf(created)) },
			func(x *exchange, a *response) {
				if id, known := near.Get(prefix(x.ID)); known && x.Op == op && a.Status == http.StatusNotFound {
					*a = *x.Pass(layer.WithID(x.ID, id))
				}
			})
	}
}
