package mutants

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// cancelledMutants leave an assessment in a wrong state after its cancel.
func cancelledMutants() []Mutant {
	return slices.Concat(stateMutants(), preservedMutants(), cancelOutcomeMutants(), stillnessMutants(), keptMutants())
}

func stateMutants() []Mutant {
	return []Mutant{
		{
			ID: "cancelled-spelt-canceled", Requirement: "CAN-04", ProxyOK: true,
			How:    "Spells the state Canceled, with one l.",
			behave: cancelled(func(r record) { r["workflow_state"] = "Canceled" }),
		},
		{
			ID: "cancelled-in-lower-case", Requirement: "CAN-04", Sneaky: true, ProxyOK: true,
			How:    "Spells the state cancelled, in lower case.",
			behave: cancelled(func(r record) { r["workflow_state"] = "cancelled" }),
		},
		{
			ID: "cancel-does-nothing", Requirement: "CAN-04", ProxyOK: true,
			How:    "Answers a cancel with 204 and does nothing.",
			behave: on(cancel, pretendToCancel),
		},
		{
			ID: "cancel-works-once", Requirement: "CAN-04", Sneaky: true, ProxyOK: true,
			How:    "Cancels the first assessment; for every further one it answers 204 and does nothing.",
			behave: cancelOnce,
		},
	}
}

func preservedMutants() []Mutant {
	return []Mutant{
		{
			ID: "cancelled-loses-created-at", Requirement: "CAN-05", ProxyOK: true,
			How:    "Leaves created_at out of a cancelled assessment.",
			behave: cancelled(func(r record) { delete(r, "created_at") }),
		},
		{
			ID: "cancelled-loses-workflow", Requirement: "CAN-05", Sneaky: true, ProxyOK: true,
			How:    "Sets the workflow_instance_id of a cancelled assessment to null, which its type allows.",
			behave: cancelled(func(r record) { r["workflow_instance_id"] = nil }),
		},
		{
			ID: "cancelled-created-anew", Requirement: "CAN-05", Sneaky: true, ProxyOK: true,
			How:    "Sets created_at to a second later when an assessment is cancelled.",
			behave: cancelled(func(r record) { r["created_at"] = secondLater(text(r, "created_at")) }),
		},
		{
			ID: "cancelled-with-message", Requirement: "CAN-05", Sneaky: true, ProxyOK: true,
			How:    "Writes who cancelled an assessment into its error_message.",
			behave: cancelled(func(r record) { r["error_message"] = "cancelled by the API" }),
		},
		{
			ID: "identity-wears-off", Requirement: "CAN-05", Sneaky: true, ProxyOK: true, Broad: true,
			How:    "Shows another entity_id from the fifth read of an assessment on.",
			behave: fromRead(5, func(r record) { r["entity_id"] = lastDigitOff(text(r, "entity_id")) }),
		},
	}
}

func cancelOutcomeMutants() []Mutant {
	return []Mutant{
		{
			ID: "cancelled-keeps-outcome", Requirement: "CAN-06", ProxyOK: true,
			How:    "Keeps the outcome that an assessment had before its cancel.",
			behave: sinceCancel(func(r record, h history) { h.restore(r, "outcome_id") }),
		},
		{
			ID: "cancelled-without-outcome", Requirement: "CAN-06", ProxyOK: true,
			How:    "Sets the outcome of a cancelled assessment to null.",
			behave: cancelled(func(r record) { r["outcome_id"] = nil }),
		},
		{
			ID: "cancelled-with-other-outcome", Requirement: "CAN-06", Sneaky: true, ProxyOK: true,
			How:    "Gives a cancelled assessment the canceled outcome of another template.",
			behave: otherCanceledOutcome,
		},
	}
}

func stillnessMutants() []Mutant {
	return []Mutant{
		{
			ID: "step-runs-after-cancel", Requirement: "CAN-07", ProxyOK: true,
			How: "Lets a step run on, which sets another outcome from the second read after the cancel on.",
			behave: sinceCancel(func(r record, h history) {
				if h.reads > 1 {
					r["outcome_id"] = lastDigitOff(text(r, "outcome_id"))
				}
			}),
		},
		{
			ID: "status-changes-later", Requirement: "CAN-07", Sneaky: true, ProxyOK: true,
			How:    "Changes the status of a cancelled assessment ten milliseconds after it was first read as Cancelled.",
			behave: lateStatus,
		},
		{
			ID: "late-error", Requirement: "CAN-07", Sneaky: true, ProxyOK: true,
			How: "Writes an error into a cancelled assessment from its third read on.",
			behave: sinceCancel(func(r record, h history) {
				if h.reads > 2 {
					r["error_message"], r["error_step"] = "a step timed out", "Wait for the review"
				}
			}),
		},
		{
			ID: "cancelled-unreadable-at-times", Requirement: "CAN-07", Sneaky: true, ProxyOK: true,
			How:    "Answers every third read of a cancelled assessment with 404, and the others as before.",
			behave: gone(func(reads int) bool { return reads%3 == 0 }),
		},
	}
}

func keptMutants() []Mutant {
	return []Mutant{
		{
			ID: "cancelled-is-deleted", Requirement: "CAN-10", ProxyOK: true,
			How:    "Deletes an assessment when it is cancelled: reading it answers 404.",
			behave: gone(func(int) bool { return true }),
		},
		{
			ID: "cancelled-leaves-list", Requirement: "CAN-10", Sneaky: true, ProxyOK: true,
			How:    "Leaves cancelled assessments out of the list.",
			behave: on(list, func(x *exchange) *answer { return x.pass().changeItems(without(isCancelled)) }),
		},
		{
			ID: "cancelled-readable-once", Requirement: "CAN-10", Sneaky: true, ProxyOK: true,
			How:    "Archives a cancelled assessment once it was read: from then on it answers 404.",
			behave: gone(func(reads int) bool { return reads > 1 }),
		},
	}
}

// pretendToCancel answers 204 for what could be cancelled.
func pretendToCancel(x *exchange) *answer {
	if x.good() && x.askGet(x.id).ok() {
		return reply(http.StatusNoContent, "")
	}
	return x.pass()
}

func cancelOnce() reaction {
	first := newMemory[string]()
	return only(cancel, func(x *exchange) *answer {
		if x.good() && x.askGet(x.id).ok() && first.once("", x.id) != x.id {
			return reply(http.StatusNoContent, "")
		}
		return x.pass()
	})
}

// secondLater adds a second to a date-time.
func secondLater(at string) string {
	t, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		return at
	}
	return t.Add(time.Second).Format(time.RFC3339Nano)
}

// fromRead changes what a GET shows, from the nth read of an assessment on.
func fromRead(n int, change func(r record)) func() reaction {
	return func() reaction {
		reads := newTally()
		return only(get, func(x *exchange) *answer {
			return x.pass().change(func(r record) {
				if reads.add(x.id) >= n {
					change(r)
				}
			})
		})
	}
}

// otherCanceledOutcome looks for another canceled outcome in the list of
// templates, and makes one up if there is none.
func otherCanceledOutcome() reaction {
	return only(get, func(x *exchange) *answer {
		return x.pass().change(func(r record) {
			if !isCancelled(r) {
				return
			}
			right := text(r, "outcome_id")
			r["outcome_id"] = lastDigitOff(right)
			for _, template := range records(x.ask(http.MethodGet, "assessments/templates", "").value()) {
				if other := text(template, "canceled_outcome_id"); other != "" && !strings.EqualFold(other, right) {
					r["outcome_id"] = other
				}
			}
		})
	})
}

// lateAfter is how long lateStatus waits. It is little, so that whoever watches
// for a while sees it however busy the machine is.
const lateAfter = 10 * time.Millisecond

func lateStatus() reaction {
	seen := newMemory[time.Time]()
	return only(get, func(x *exchange) *answer {
		return x.pass().change(func(r record) {
			now := time.Now()
			if isCancelled(r) && now.Sub(seen.once(x.id, now)) > lateAfter {
				r["status_id"] = lastDigitOff(text(r, "status_id"))
			}
		})
	})
}

// gone answers 404 to some reads of a cancelled assessment, by their number.
func gone(at func(reads int) bool) func() reaction {
	return func() reaction {
		reads := newTally()
		return only(get, func(x *exchange) *answer {
			a := x.pass()
			if !isCancelled(a.object()) || !at(reads.add(x.id)) {
				return a
			}
			return a.becomes(http.StatusNotFound, "")
		})
	}
}
