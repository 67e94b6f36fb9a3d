package mutants

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// finalityMutants let a cancel spread, come undone, or be seen out of order.
func finalityMutants() []Mutant {
	return slices.Concat(spreadingMutants(), secondCancelMutants(), concurrencyMutants())
}

func spreadingMutants() []Mutant {
	return []Mutant{
		{
			ID: "cancel-spreads-over-entity", Requirement: "CAN-09", ProxyOK: true, Serial: true,
			How:    "Cancels all assessments of the entity with one of them.",
			behave: func() reaction { return cancelSpreads(func(a, b record) bool { return true }) },
		},
		{
			ID: "cancel-spreads-over-template", Requirement: "CAN-09", Sneaky: true, ProxyOK: true, Serial: true,
			How: "Cancels the assessments that have the entity and the template in common, a new one only.",
			behave: func() reaction {
				return cancelSpreads(func(a, b record) bool {
					return a["template_id"] == b["template_id"] && text(a, "created_at") <= text(b, "created_at")
				})
			},
		},
		{
			ID: "cancel-takes-others-workflow", Requirement: "CAN-09", Sneaky: true, ProxyOK: true, Serial: true,
			How:    "Gives the cancelled workflow to the other assessments of the entity, which stay Active.",
			behave: workflowSpreads,
		},
	}
}

func secondCancelMutants() []Mutant {
	return []Mutant{
		{
			ID: "second-cancel-revives", Requirement: "CAN-11", ProxyOK: true,
			How:    "Takes a second cancel for an undo: the assessment is Active again.",
			behave: func() reaction { return secondCancel("workflow_state", "outcome_id") },
		},
		{
			ID: "second-cancel-resets-outcome", Requirement: "CAN-11", Sneaky: true, ProxyOK: true,
			How:    "Puts the outcome back to what it was when an assessment is cancelled again.",
			behave: func() reaction { return secondCancel("outcome_id") },
		},
		{
			ID: "second-cancel-refused-revives", Requirement: "CAN-11", Sneaky: true, ProxyOK: true,
			How: "Refuses a second cancel with 409, and makes the assessment Active all the same.",
			behave: func() reaction {
				revive := secondCancel("workflow_state")
				return func(x *exchange) *answer {
					already := x.op == cancel && isCancelled(x.askGet(x.id).object())
					a := revive(x)
					if already {
						return a.becomes(http.StatusConflict, "")
					}
					return a
				}
			},
		},
	}
}

func concurrencyMutants() []Mutant {
	return []Mutant{
		{
			ID: "state-flaps", Requirement: "CAN-12", ProxyOK: true,
			How: "Reads from two replicas, one of which never hears of a cancel: every other read shows Active.",
			behave: sinceCancel(func(r record, h history) {
				if h.reads%2 == 0 {
					h.restore(r, "workflow_state", "outcome_id")
				}
			}),
		},
		{
			ID: "state-flaps-under-concurrency", Requirement: "CAN-12", Sneaky: true, ProxyOK: true,
			How:    "Reads a stale cache once a cancel has met another request for its assessment.",
			behave: flapAfterCrowd,
		},
		{
			ID: "concurrent-cancels-refused", Requirement: "CAN-12", Sneaky: true, ProxyOK: true,
			How: "Refuses all of several cancels of one assessment at once.",
			behave: func() reaction {
				return inCrowd(func(*exchange) *answer { return reply(http.StatusConflict, "") })
			},
		},
		{
			ID: "concurrent-cancels-refused-act", Requirement: "CAN-12", Sneaky: true, ProxyOK: true,
			How: "Refuses all of several cancels of one assessment at once, and cancels it all the same.",
			behave: func() reaction {
				return inCrowd(func(x *exchange) *answer { return x.pass().becomes(http.StatusConflict, "") })
			},
		},
		{
			ID: "concurrent-cancels-get-lost", Requirement: "CAN-12", Sneaky: true, ProxyOK: true,
			How: "Loses all of several cancels of one assessment at once, each of which it answers with 204.",
			behave: func() reaction {
				return inCrowd(func(*exchange) *answer { return reply(http.StatusNoContent, "") })
			},
		},
		{
			ID: "list-flaps", Requirement: "CAN-12", Sneaky: true, ProxyOK: true, Broad: true,
			How:    "Shows every cancelled assessment as Active in every other list.",
			behave: listFlaps,
		},
	}
}

// cancelSpreads cancels, with an assessment, the others of its entity that pass
// the test. It knows those that it has seen created.
func cancelSpreads(too func(cancelled, other record) bool) reaction {
	known := newMemory[record]()
	return func(x *exchange) *answer {
		a := x.pass()
		if x.op == create && a.ok() && x.good() {
			known.put(idOf(a.object()), a.object())
		}
		if x.op != cancel || !a.ok() {
			return a
		}
		this, _ := known.get(x.id)
		for id, other := range known.all() {
			if id != x.id && this["entity_id"] == other["entity_id"] && too(this, other) {
				x.askCancel(id)
			}
		}
		return a
	}
}

func workflowSpreads() reaction {
	entity, taken := newMemory[string](), newMemory[any]()
	return func(x *exchange) *answer {
		a := x.pass()
		switch {
		case x.op == create && a.ok():
			entity.put(idOf(a.object()), text(a.object(), "entity_id"))
		case x.op == cancel && a.ok():
			of, _ := entity.get(x.id)
			taken.put(of, x.askGet(x.id).object()["workflow_instance_id"])
		case x.op == get:
			return a.change(func(r record) {
				if workflow, there := taken.get(text(r, "entity_id")); there && !isCancelled(r) {
					r["workflow_instance_id"] = workflow
				}
			})
		}
		return a
	}
}

// secondCancel puts fields back to what they were, once an assessment is
// cancelled for the second time.
func secondCancel(names ...string) reaction {
	cancels, before := newTally(), newMemory[record]()
	return func(x *exchange) *answer {
		if x.op == cancel && x.good() {
			if r := x.askGet(x.id).object(); r != nil {
				before.once(x.id, maps.Clone(r))
				cancels.add(x.id)
			}
		}
		a := x.pass()
		if x.op != get {
			return a
		}
		return a.change(func(r record) {
			if n, _ := cancels.get(x.id); n > 1 && isCancelled(r) {
				was, _ := before.get(x.id)
				history{before: was}.restore(r, names...)
			}
		})
	}
}

// crowd tells which cancels of an assessment come while others are busy with it
// too. To be sure that they meet where several are on their way, it holds each
// cancel until another request comes, or for a while.
type crowd struct {
	mu      sync.Mutex
	waiting map[string]chan struct{}
	met     map[string]bool
}

func newCrowd() *crowd {
	return &crowd{waiting: map[string]chan struct{}{}, met: map[string]bool{}}
}

// crowdWait is how long a cancel is held. Only one that comes alone is held so long.
const crowdWait = 500 * time.Millisecond

// meets reports whether another request for the assessment came while this cancel was
// under way, or had met one before.
func (c *crowd) meets(ctx context.Context, id string) bool {
	if c.joins(id) {
		return true
	}
	arrived := make(chan struct{})
	c.mu.Lock()
	c.waiting[id] = arrived
	c.mu.Unlock()
	timer := time.NewTimer(crowdWait)
	defer timer.Stop()
	select {
	case <-arrived:
	case <-timer.C:
	case <-ctx.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, id)
	return c.met[id]
}

// joins reports whether the assessment is busy, and makes it a crowd if a cancel waits.
func (c *crowd) joins(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting[id] != nil {
		c.meet(id)
	}
	return c.met[id]
}

// meet lets the cancel that waits, if any, go on.
func (c *crowd) meet(id string) {
	if !c.met[id] && c.waiting[id] != nil {
		close(c.waiting[id])
	}
	c.met[id] = true
}

// inCrowd reacts to cancels that are not alone.
func inCrowd(react reaction) reaction {
	c := newCrowd()
	return func(x *exchange) *answer {
		switch {
		case x.op == get:
			c.joins(x.id)
		case x.op == cancel && x.good() && c.meets(x.request.Context(), x.id):
			return react(x)
		}
		return x.pass()
	}
}

// freshReads is how many reads flapAfterCrowd answers rightly, so that a client
// can notice the difference.
const freshReads = 3

func flapAfterCrowd() reaction {
	c, reads := newCrowd(), newTally()
	return func(x *exchange) *answer {
		if x.op == cancel && x.good() {
			c.meets(x.request.Context(), x.id)
		}
		a := x.pass()
		if x.op != get || !c.joins(x.id) {
			return a
		}
		return a.change(func(r record) {
			if isCancelled(r) && reads.add(x.id) > freshReads {
				r["workflow_state"] = "Active"
			}
		})
	}
}

func listFlaps() reaction {
	lists := newTally()
	return only(list, func(x *exchange) *answer {
		if lists.add("")%2 == 0 {
			return x.pass()
		}
		return x.pass().change(func(r record) {
			if isCancelled(r) {
				r["workflow_state"] = "Active"
			}
		})
	})
}
