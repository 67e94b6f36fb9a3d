package mutants

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"
)

// finalityMutants let a cancel spread, come undone, or appear out of order.
func finalityMutants() []Mutant {
	return slices.Concat(
		breaking("CAN-09", []Mutant{
			{ID: "cancel-spreads-over-entity", Serial: true, behave: spread(func(_, _ record) bool { return true }),
				How: "Cancels all assessments of the entity with one of them."},
			{ID: "cancel-spreads-over-template", Subtle: true, Serial: true, behave: spread(sameTemplateAndNewer),
				How: "Cancels also the newer assessments of the same entity and template."},
			{ID: "cancel-takes-others-workflow", Subtle: true, Serial: true, behave: spreadWorkflow,
				How: "Gives the cancelled workflow to the other assessments of the entity, which stay Active."},
		}),
		breaking("CAN-11", []Mutant{
			{ID: "second-cancel-revives", behave: undoOnSecondCancel("workflow_state", "outcome_id"),
				How: "Treats a second cancel as an undo: the assessment is Active again."},
			{ID: "second-cancel-resets-outcome", Subtle: true, behave: undoOnSecondCancel("outcome_id"),
				How: "Restores the old outcome when an assessment is cancelled again."},
			{ID: "second-cancel-refused-revives", Subtle: true, behave: refuseSecondCancel(undoOnSecondCancel("workflow_state")),
				How: "Refuses a second cancel with 409, and makes the assessment Active."},
		}),
		breaking("CAN-12", []Mutant{
			{ID: "state-flaps", behave: undoing(every(2), "workflow_state", "outcome_id"),
				How: "Reads from two replicas, one of which misses the cancel: every other read shows Active."},
			{ID: "state-flaps-under-concurrency", Subtle: true, behave: flapAfterCrowd,
				How: "Reads a stale cache after a cancel met another request for its assessment."},
			{ID: "concurrent-cancels-refused", Subtle: true, behave: inCrowd(respondIf(http.StatusConflict)),
				How: "Refuses all of several concurrent cancels of one assessment."},
			{ID: "concurrent-cancels-refused-act", Subtle: true, behave: inCrowd(then(status(http.StatusConflict))),
				How: "Refuses all of several concurrent cancels of one assessment, and cancels it."},
			{ID: "concurrent-cancels-get-lost", Subtle: true, behave: inCrowd(respondIf(http.StatusNoContent)),
				How: "Loses all of several concurrent cancels of one assessment, and answers each with 204."},
			{ID: "list-flaps", Subtle: true, Broad: true, behave: flapInList,
				How: "Shows each cancelled assessment as Active in every other list."},
		}),
	)
}

func sameTemplateAndNewer(this, other record) bool {
	return this["template_id"] == other["template_id"] && stringOf(this, "created_at") <= stringOf(other, "created_at")
}

// spread cancels, with an assessment, the others of its entity that it has seen
// created.
func spread(too func(this, other record) bool) behavior {
	return func() reaction {
		known := newMemory[record]()
		note := func(x *exchange, created record) {
			if authorized(x) {
				known.put(idOf(created), created)
			}
		}
		return seeing(note, func(x *exchange, a *response) {
			if x.op != cancel || !a.ok() {
				return
			}
			this, _ := known.get(x.id)
			for id, other := range known.all() {
				if id != x.id && this["entity_id"] == other["entity_id"] && too(this, other) {
					x.ask(cancel, id, "")
				}
			}
		})
	}
}

func spreadWorkflow() reaction {
	entity, taken := newMemory[string](), newMemory[any]()
	note := func(_ *exchange, created record) { entity.put(idOf(created), stringOf(created, "entity_id")) }
	return seeing(note, func(x *exchange, a *response) {
		switch {
		case x.op == cancel && a.ok():
			of, _ := entity.get(x.id)
			taken.put(of, x.ask(get, x.id, "").object()["workflow_instance_id"])
		case x.op == get:
			a.edit(when(not(isCancelled), func(r record) {
				if workflow, found := taken.get(stringOf(r, "entity_id")); found {
					r["workflow_instance_id"] = workflow
				}
			}))
		}
	})
}

// undoOnSecondCancel restores fields once an assessment is cancelled again.
func undoOnSecondCancel(fields ...string) behavior {
	return func() reaction {
		cancels, before := newTally(), newMemory[record]()
		return func(x *exchange) *response {
			if x.op == cancel && authorized(x) {
				if r := x.ask(get, x.id, "").object(); r != nil {
					before.once(x.id, maps.Clone(r))
					cancels.add(x.id)
				}
			}
			a := x.pass()
			if n, _ := cancels.get(x.id); x.op == get && n > 1 {
				was, _ := before.get(x.id)
				a.edit(when(isCancelled, restore(was, fields...)))
			}
			return a
		}
	}
}

func refuseSecondCancel(behave behavior) behavior {
	return func() reaction {
		react := behave()
		return func(x *exchange) *response {
			again := x.op == cancel && isCancelled(x.ask(get, x.id, "").object())
			a := react(x)
			if again {
				a.become(http.StatusConflict, "")
			}
			return a
		}
	}
}

// crowd finds cancels that run at the same time as another request for their
// assessment. It holds a cancel until another request comes, or for a while, so
// that concurrent requests do meet. Its channels, by assessment, close when they do.
type crowd struct{ memory[chan struct{}] }

func newCrowd() *crowd { return &crowd{memory[chan struct{}]{values: map[string]chan struct{}{}}} }

// crowdWait is how long a cancel without company is held.
const crowdWait = 500 * time.Millisecond

// meets reports whether another request for the assessment came during this
// cancel, or an earlier cancel met one.
func (c *crowd) meets(ctx context.Context, id string) bool {
	if c.joins(id) {
		return true
	}
	met := make(chan struct{})
	c.put(id, met)
	select {
	case <-met:
		return true
	case <-time.After(crowdWait):
	case <-ctx.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !isClosed(met) {
		delete(c.values, id)
	}
	return isClosed(met)
}

// joins releases a cancel that waits for company, and reports whether the
// assessment has had any.
func (c *crowd) joins(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	met, found := c.values[id]
	if found && !isClosed(met) {
		close(met)
	}
	return found
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// inCrowd reacts to concurrent cancels.
func inCrowd(react reaction) behavior {
	return func() reaction {
		c := newCrowd()
		return func(x *exchange) *response {
			switch {
			case x.op == get:
				c.joins(x.id)
			case x.op == cancel && authorized(x) && c.meets(x.request.Context(), x.id):
				return react(x)
			}
			return x.pass()
		}
	}
}

// freshReads is how many reads flapAfterCrowd leaves correct, so that the suite
// can see a change.
const freshReads = 3

func flapAfterCrowd() reaction {
	c, seen := newCrowd(), newTally()
	return func(x *exchange) *response {
		if x.op == cancel && authorized(x) {
			c.meets(x.request.Context(), x.id)
		}
		a := x.pass()
		if x.op == get && c.joins(x.id) && isCancelled(a.object()) && seen.add(x.id) > freshReads {
			a.edit(set("workflow_state", "Active"))
		}
		return a
	}
}

func flapInList() reaction {
	lists := newTally()
	return only(list, then(func(a *response) {
		if lists.add("")%2 != 0 {
			a.edit(renameState("Cancelled", "Active"))
		}
	}))
}
