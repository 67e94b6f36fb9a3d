package mutants

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/assay/conformance/internal/layer"
)

// cancelledMutants leave an assessment in a wrong state after its cancel.
func cancelledMutants() []Mutant {
	return slices.Concat(
		breaking("CAN-04", []Mutant{
			{ID: "cancelled-spelt-canceled", behave: cancelled(set("workflow_state", "Canceled")),
				How: "Spells the state Canceled, with one l."},
			{ID: "cancelled-in-lower-case", Subtle: true, behave: cancelled(set("workflow_state", "cancelled")),
				How: "Spells the state cancelled, in lower case."},
			{ID: "cancel-does-nothing", behave: on(layer.Cancel, respondIf(204, exists)),
				How: "Answers a cancel with 204 and does nothing."},
			{ID: "cancel-works-once", Subtle: true, behave: cancelOnce,
				How: "Cancels the first assessment; answers each further cancel with 204 and does nothing."},
		}),
		breaking("CAN-05", []Mutant{
			{ID: "cancelled-loses-created-at", behave: cancelled(drop("created_at")),
				How: "Omits created_at from a cancelled assessment."},
			{ID: "cancelled-loses-workflow", Subtle: true, behave: cancelled(set("workflow_instance_id", nil)),
				How: "Sets the workflow_instance_id of a cancelled assessment to null, which its type allows."},
			{ID: "cancelled-created-anew", Subtle: true, behave: cancelled(secondLater("created_at")),
				How: "Moves created_at of a cancelled assessment by one second."},
			{ID: "cancelled-with-message", Subtle: true, behave: cancelled(set("error_message", "cancelled by the API")),
				How: "Writes the cause of a cancel into error_message."},
			{ID: "identity-wears-off", Subtle: true, Broad: true, behave: reads(from(5), editing(lastDigitOff("entity_id"))),
				How: "Shows another entity_id from the fifth read of an assessment on."},
		}),
		breaking("CAN-06", []Mutant{
			{ID: "cancelled-keeps-outcome", behave: undoing(from(1), "outcome_id"),
				How: "Keeps the outcome from before the cancel."},
			{ID: "cancelled-without-outcome", behave: cancelled(set("outcome_id", nil)),
				How: "Sets the outcome of a cancelled assessment to null."},
			{ID: "cancelled-with-other-outcome", Subtle: true, behave: on(layer.Get, after(showOtherOutcome)),
				How: "Gives a cancelled assessment the canceled outcome of another template."},
		}),
		breaking("CAN-07", []Mutant{
			{ID: "step-runs-after-cancel", behave: cancelledReads(from(2), editing(lastDigitOff("outcome_id"))),
				How: "Lets a step run on after the cancel, which changes the outcome from the second read on."},
			{ID: "status-changes-later", Subtle: true, behave: changeStatusLater,
				How: "Changes the status of a cancelled assessment ten milliseconds after its first read."},
			{ID: "late-error", Subtle: true, behave: cancelledReads(from(3), editing(timedOut)),
				How: "Writes an error into a cancelled assessment from its third read on."},
			{ID: "cancelled-unreadable-at-times", Subtle: true, behave: cancelledReads(every(3), status(404)),
				How: "Answers every third read of a cancelled assessment with 404."},
		}),
		breaking("CAN-10", []Mutant{
			{ID: "cancelled-is-deleted", behave: cancelledReads(from(1), status(404)),
				How: "Deletes an assessment when it is cancelled: each read answers 404."},
			{ID: "cancelled-leaves-list", Subtle: true, behave: on(layer.List, then(editingItems(without(isCancelled)))),
				How: "Omits cancelled assessments from the list."},
			{ID: "cancelled-readable-once", Subtle: true, behave: cancelledReads(from(2), status(404)),
				How: "Answers 404 from the second read of a cancelled assessment on."},
		}),
	)
}

func cancelOnce() reaction {
	first := new(layer.Memory[string])
	later := func(x *exchange) bool { return first.Once("", x.ID) != x.ID }
	return only(layer.Cancel, respondIf(http.StatusNoContent, exists, later))
}

func timedOut(r record) {
	r["error_message"], r["error_step"] = "a step timed out", "Wait for the review"
}

// showOtherOutcome takes the canceled outcome of another template, or invents one
// if there is none.
func showOtherOutcome(x *exchange, a *response) {
	a.Edit(when(isCancelled, func(r record) {
		right := layer.StringOf(r, "outcome_id")
		r["outcome_id"] = otherID(right)
		for _, template := range x.Ask(layer.Templates, "", "").Records() {
			if other := layer.StringOf(template, "canceled_outcome_id"); other != "" && !strings.EqualFold(other, right) {
				r["outcome_id"] = other
			}
		}
	}))
}

// lateAfter is short, so that the suite sees the change on a busy machine too.
const lateAfter = 10 * time.Millisecond

func changeStatusLater() reaction {
	seen := new(layer.Memory[time.Time])
	return only(layer.Get, after(func(x *exchange, a *response) {
		now := time.Now()
		if isCancelled(a.Object()) && now.Sub(seen.Once(x.ID, now)) > lateAfter {
			a.Edit(lastDigitOff("status_id"))
		}
	}))
}
