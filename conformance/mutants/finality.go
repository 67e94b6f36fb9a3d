package mutants

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"example.com/assay/conformance/internal/layer"
)

// finalityMutants let a cancel spread, come undone, or appear out of order.
func finalityMutants() []Mutant {
	return slices.Concat(
		breaking("CAN-09", []Mutant{
			{ID: "cancel-spreads-over-entity", Serial: true, behave: spread(func(_, _ record) bool { return true }),
				How: "Cancels all assessments of the entity with one of them."},
			{ID: "cancel-spreads-over-template", Subtle: true, Serial: true, Broad: true, behave: spread(sameTemplateAndNewer),
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
	return this["template_id"] == other["template_id"] && layer.StringOf(this, "created_at") <= layer.StringOf(other, "created_at")
}

// spread cancels, with an assessment, the others of its entity that it has seen
// created.
func spread(too func(this, other record) bool) behavior {
	return func() reaction {
		known := new(layer.Memory[record])
		note := func(x *exchange, created record) {
			if authorized(x) {
				known.Put(layer.IDOf(created), created)
			}
		}
		return seeing(note, func(x *exchange, a *response) {
			if x.Op != layer.Cancel || !a.OK() {
				return
			}
			this, _ := known.Get(x.ID)
			for id, other := range known.All() {
				if id != x.ID && this["entity_id"] == other["entity_id"] && too(this, other) {
					x.Ask(layer.Cancel, id, "")
				}
			}
		})
	}
}

func spreadWorkflow() reaction {
	entity, taken := new(layer.Memory[string]), new(layer.Memory[any])
	note := func(_ *exchange, created record) {
		entity.Put(layer.IDOf(created), layer.StringOf(created, "entity_id"))
	}
	return seeing(note, func(x *exchange, a *response) {
		switch {
		case x.Op == layer.Cancel && a.OK():
			of, _ := entity.Get(x.ID)
			taken.Put(of, x.Ask(layer.Get, x.ID, "").Object()["workflow_instance_id"])
		case x.Op == layer.Get:
			a.Edit(when(not(isCancelled), func(r record) {
				if workflow, found := taken.Get(layer.StringOf(r, "entity_id")); found {
					r["workflow_instance_id"] = workflow
				}
			}))
		}
	})
}

// undoOnSecondCancel restores fields once an assessment is cancelled again.
func undoOnSecondCancel(fields ...string) behavior {
	return func() reaction {
		cancels, before := new(layer.Tally), new(layer.Memory[record])
		return func(x *exchange) *response {
			if x.Op == layer.Cancel && authorized(x) {
				if r := x.Ask(layer.Get, x.ID, "").Object(); r != nil {
					before.Once(x.ID, maps.Clone(r))
					cancels.Add(x.ID)
				}
			}
			a := x.Pass()
			if n, _ := cancels.Get(x.ID); x.Op == layer.Get && n > 1 {
				was, _ := before.Get(x.ID)
				a.Edit(when(isCancelled, restore(was, fields...)))
			}
			return a
		}
	}
}

func refuseSecondCancel(behave behavior) behavior {
	return func() reaction {
		react := behave()
		return func(x *exchange) *response {
			again := x.Op == layer.Cancel && isCancelled(x.Ask(layer.Get, x.ID, "").Object())
			a := react(x)
			if again {
				a.Become(http.StatusConflict, "")
			}
			return a
		}
	}
}

// crowd finds cancels concurrent with another request for their
// assessment. It holds a cancel until another request comes, or for a while, so
// that concurrent requests do meet. Its channels, by assessment, close when they do.
type crowd struct{ layer.Memory[chan struct{}] }

// crowdWait is how long a cancel without company is held.
const crowdWait = 500 * time.Millisecond

// meets reports whether another request for the assessment came during this
// cancel, or an earlier cancel met one.
func (c *crowd) meets(ctx context.Context, id string) bool {
	if c.joins(id) {
		return true
	}
	met := make(chan struct{})
	c.Put(id, met)
	select {
	case <-met:
		return true
	case <-time.After(crowdWait):
	case <-ctx.Done():
	}
	forget := func(met chan struct{}, _ bool) chan struct{} {
		if isClosed(met) {
			return met
		}
		return nil
	}
	return c.Update(id, forget) != nil
}

// joins releases a cancel that waits for company, and reports whether the
// assessment has had any.
func (c *crowd) joins(id string) bool {
	release := func(met chan struct{}, _ bool) chan struct{} {
		if met != nil && !isClosed(met) {
			close(met)
		}
		return met
	}
	return c.Update(id, release) != nil
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
		c := new(crowd)
		return func(x *exchange) *response {
			switch {
			case x.Op == layer.Get:
				c.joins(x.ID)
			case x.Op == layer.Cancel && authorized(x) && c.meets(x.Request.Context(), x.ID):
				return react(x)
			}
			return x.Pass()
		}
	}
}

// freshReads is how many reads flapAfterCrowd leaves correct, so that the suite
// can see a change.
const freshReads = 3

func flapAfterCrowd() reaction {
	c, seen := new(crowd), new(layer.Tally)
	return func(x *exchange) *response {
		if x.Op == layer.Cancel && authorized(x) {
			c.meets(x.Request.Context(), x.ID)
		}
		a := x.Pass()
		if x.Op == layer.Get && c.joins(x.ID) && isCancelled(a.Object()) && seen.Add(x.ID) > freshReads {
			a.Edit(set("workflow_state", "Active"))
		}
		return a
	}
}

func flapInList() reaction {
	lists := new(layer.Tally)
	return only(layer.List, then(func(a *response) {
		if lists.Add("")%2 != 0 {
			a.Edit(renameState("Cancelled", "Active"))
		}
	}))
}
