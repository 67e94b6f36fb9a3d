package mutants

import (
	"slices"
	"strings"

	"example.com/assay/conformance/internal/layer"
)

// lookupMutants list templates and entities wrongly, and look up outcomes wrongly.
func lookupMutants() []Mutant {
	return slices.Concat(
		breaking("TPL-01", catalogueMutants("templates", layer.Templates, "template_id")),
		breaking("ENT-01", catalogueMutants("entities", layer.Entities, "entity_id")),
		breaking("OUT-01", []Mutant{
			{ID: "outcome-without-name", behave: showing(drop("name"), layer.Outcome),
				How: "Shows an outcome without a name."},
			{ID: "outcome-answers-203", behave: on(layer.Outcome, relabel(203)),
				How: "Answers the look-up of an outcome with 203."},
			{ID: "outcome-is-text", Subtle: true, behave: on(layer.Outcome, then(keepOnlyName)),
				How: "Answers the look-up of an outcome with its bare name instead of an object."},
			{ID: "canceled-outcome-missing", Subtle: true, behave: changeCanceledOutcome(status(404)),
				How: "Finds every outcome but the one of a cancelled assessment."},
			{ID: "canceled-outcome-nameless", Subtle: true, behave: changeCanceledOutcome(editing(set("name", "  "))),
				How: "Shows the outcome of a cancelled assessment with a name of spaces."},
		}),
	)
}

// catalogueMutants break the list of templates or of entities, which the field of a
// create refers to.
func catalogueMutants(things, op, field string) []Mutant {
	return []Mutant{
		{ID: things + "-refused", behave: showing(lastDigitOff("id"), op),
			How: "Lists IDs of " + things + " that are one digit off, so that a create refuses them."},
		{ID: things + "-answer-206", behave: on(op, relabel(206)),
			How: "Lists " + things + " with the status 206."},
		{ID: things + "-not-a-list", behave: on(op, swap(200, 200, `{"count":4}`)),
			How: "Answers with an object that holds no list of " + things + "."},
		{ID: things + "-last-refused", Subtle: true, behave: refuseLast(op, field),
			How: "Refuses to create from the last of the listed " + things + "."},
		{ID: things + "-last-without-id", Subtle: true, behave: on(op, then(editingItems(dropLastID))),
			How: "Omits the ID of the last of the " + things + "."},
	}
}

func refuseLast(op, field string) behavior {
	return func() reaction {
		last := new(layer.Memory[string])
		fromLast := func(x *exchange) bool {
			id, known := last.Get("")
			return known && x.Op == layer.Create && strings.EqualFold(id, layer.StringOf(x.Object(), field))
		}
		refuse := respondIf(422, authorized, fromLast)
		return func(x *exchange) *response {
			a := refuse(x)
			if items := a.Records(); x.Op == op && authorized(x) && a.OK() && len(items) > 0 {
				last.Put("", layer.IDOf(items[len(items)-1]))
			}
			return a
		}
	}
}

func dropLastID(items []record) []record {
	if len(items) > 1 {
		delete(items[len(items)-1], "id")
	}
	return items
}

func keepOnlyName(a *response) {
	if r := a.Object(); r != nil {
		a.Set(r["name"])
	}
}

// changeCanceledOutcome changes the look-up of outcomes that a cancelled assessment
// has shown.
func changeCanceledOutcome(change func(*response)) behavior {
	return func() reaction {
		seen := new(layer.Memory[bool])
		return after(func(x *exchange, a *response) {
			if x.Op == layer.Get && isCancelled(a.Object()) {
				seen.Put(strings.ToLower(layer.StringOf(a.Object(), "outcome_id")), true)
			}
			if x.Op == layer.Outcome && a.OK() && seen.Knows(x.ID) {
				change(a)
			}
		})
	}
}
