package mutants

import (
	"net/http"
	"slices"
	"strings"
)

// lookupMutants list templates and entities wrongly, and look up outcomes wrongly.
func lookupMutants() []Mutant {
	return slices.Concat(
		catalogueMutants("TPL-01", "templates", templates, "template_id"),
		catalogueMutants("ENT-01", "entities", entities, "entity_id"),
		outcomeMutants(),
	)
}

// catalogueMutants are alike for templates and for entities.
func catalogueMutants(requirement, things, op, field string) []Mutant {
	return []Mutant{
		{
			ID: things + "-refused", Requirement: requirement, ProxyOK: true,
			How:    "Lists IDs of " + things + " that a create refuses: they are one digit off.",
			behave: showing(func(r record) { r["id"] = lastDigitOff(text(r, "id")) }, op),
		},
		{
			ID: things + "-answer-206", Requirement: requirement, ProxyOK: true,
			How:    "Lists " + things + " with the status 206.",
			behave: on(op, func(x *exchange) *answer { return keepBody(x.pass(), 206) }),
		},
		{
			ID: things + "-not-a-list", Requirement: requirement, ProxyOK: true,
			How:    "Answers with an object that holds no list of " + things + ".",
			behave: on(op, func(x *exchange) *answer { return swapBody(x.pass(), 200, 200, `{"count":4}`) }),
		},
		{
			ID: things + "-last-refused", Requirement: requirement, Sneaky: true, ProxyOK: true,
			How:    "Lists " + things + " of which a create refuses the last.",
			behave: refuseLast(op, field),
		},
		{
			ID: things + "-last-without-id", Requirement: requirement, Sneaky: true, ProxyOK: true,
			How:    "Leaves the ID out of the last of the " + things + ".",
			behave: on(op, func(x *exchange) *answer { return x.pass().changeItems(lastWithoutID) }),
		},
	}
}

func outcomeMutants() []Mutant {
	return []Mutant{
		{
			ID: "outcome-without-name", Requirement: "OUT-01", ProxyOK: true,
			How:    "Shows an outcome without a name.",
			behave: showing(func(r record) { delete(r, "name") }, outcome),
		},
		{
			ID: "outcome-answers-203", Requirement: "OUT-01", ProxyOK: true,
			How:    "Answers the look-up of an outcome with 203.",
			behave: on(outcome, func(x *exchange) *answer { return keepBody(x.pass(), 203) }),
		},
		{
			ID: "outcome-is-text", Requirement: "OUT-01", Sneaky: true, ProxyOK: true,
			How:    "Answers the look-up of an outcome with its bare name, and not with an object.",
			behave: on(outcome, func(x *exchange) *answer { return bareName(x.pass()) }),
		},
		{
			ID: "canceled-outcome-missing", Requirement: "OUT-01", Sneaky: true, ProxyOK: true,
			How:    "Finds every outcome but the one that a cancelled assessment has.",
			behave: func() reaction { return canceledOutcome(func(a *answer) { a.becomes(http.StatusNotFound, "") }) },
		},
		{
			ID: "canceled-outcome-nameless", Requirement: "OUT-01", Sneaky: true, ProxyOK: true,
			How: "Gives a name of spaces to the outcome that a cancelled assessment has.",
			behave: func() reaction {
				return canceledOutcome(func(a *answer) { a.change(func(r record) { r["name"] = "  " }) })
			},
		},
	}
}

// refuseLast refuses to create from what was listed last.
func refuseLast(op, field string) func() reaction {
	return func() reaction {
		last := newMemory[string]()
		return func(x *exchange) *answer {
			if name := valueOf(x, field); x.op == create && x.good() && name != "" {
				if id, known := last.get(""); known && strings.EqualFold(id, name) {
					return reply(http.StatusUnprocessableEntity, "")
				}
			}
			a := x.pass()
			if items := records(a.value()); x.op == op && x.good() && a.ok() && len(items) > 0 {
				last.put("", idOf(items[len(items)-1]))
			}
			return a
		}
	}
}

// valueOf reads a field of the request's body.
func valueOf(x *exchange, field string) string {
	r, _ := (&answer{body: x.body}).value().(record)
	return text(r, field)
}

func bareName(a *answer) *answer {
	if r := a.object(); r != nil {
		a.set(r["name"])
	}
	return a
}

// canceledOutcome changes the look-up of outcomes that a cancelled assessment has
// been seen with.
func canceledOutcome(change func(*answer)) reaction {
	seen := newMemory[bool]()
	return func(x *exchange) *answer {
		a := x.pass()
		if x.op == get && isCancelled(a.object()) {
			seen.put(strings.ToLower(text(a.object(), "outcome_id")), true)
		}
		if x.op == outcome && a.ok() && seen.knows(x.id) {
			change(a)
		}
		return a
	}
}
