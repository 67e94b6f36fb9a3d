package mutants

import (
	"net/http"
	"slices"
	"strings"

	"example.com/assay/conformance/internal/layer"
)

// retrieveMutants read an assessment wrongly.
func retrieveMutants() []Mutant {
	return slices.Concat(
		breaking("GET-01", []Mutant{
			{ID: "get-answers-206", behave: on(layer.Get, relabel(206)),
				How: "Answers a read with 206."},
			{ID: "get-lacks-error-step", behave: showing(drop("error_step"), layer.Get, layer.Create, layer.List),
				How: "Omits error_step from every assessment."},
			{ID: "get-created-at-in-seconds", Subtle: true, behave: showing(set("created_at", 1566656122), layer.Get, layer.Create, layer.List),
				How: "Shows created_at as a number of seconds in every assessment."},
			{ID: "get-cancelled-lacks-error-type", Subtle: true, Broad: true, behave: cancelled(drop("error_type")),
				How: "Omits error_type from cancelled assessments only."},
			{ID: "get-returns-another", Subtle: true, behave: reads(nth(2), editing(lastDigitOff("id"))),
				How: "Answers the second read of an assessment with another ID."},
			{ID: "get-returns-html", Subtle: true, behave: reads(nth(2), becomeHTML),
				How: "Answers the second read of an assessment with 200 and an HTML page."},
		}),
		breaking("GET-02", []Mutant{
			{ID: "get-unknown-200", behave: on(layer.Get, swap(404, 200, `{}`)),
				How: "Answers the read of an unknown ID with 200 and an empty object."},
			{ID: "get-unknown-400", behave: on(layer.Get, swap(404, 400, "")),
				How: "Answers the read of an unknown ID with 400."},
			{ID: "get-finds-nearest", Subtle: true, behave: nearest(layer.Get),
				How: "Ignores the last digit of an ID, so that an ID one digit off finds another assessment."},
			{ID: "get-found-once", Subtle: true, behave: reads(from(2), status(404)),
				How: "Finds an assessment at its first read only, so that its 404 means nothing."},
		}),
		breaking("GET-03", []Mutant{
			{ID: "state-in-lower-case", behave: showing(lowerCaseState, layer.Get, layer.Create, layer.List),
				How: "Spells every state in lower case."},
			{ID: "state-running-later", Subtle: true, behave: reads(nth(2), editing(renameState("Active", "Running"))),
				How: "Shows an active assessment as Running at its second read."},
			{ID: "list-shows-failed", Subtle: true, Broad: true, behave: showing(renameState("Error", "Failed"), layer.List),
				How: "Shows the state Error as Failed, in the list only."},
		}),
		breaking("GET-04", []Mutant{
			{ID: "error-without-reason", behave: showing(when(inState("Error"), setErrorFields(nil)), layer.Get, layer.List),
				How: "Leaves all error fields null in state Error."},
			{ID: "error-with-empty-reason", Subtle: true, behave: showing(when(inState("Error"), setErrorFields(" ")), layer.Get, layer.List),
				How: "Sets all error fields to blank strings in state Error."},
			{ID: "active-with-error-type", Subtle: true, behave: showing(when(not(inState("Error")), set("error_type", "NONE")), layer.Get, layer.Create, layer.List),
				How: "Sets error_type to NONE in every state but Error."},
		}),
	)
}

func becomeHTML(a *response) { a.Become(http.StatusOK, "<!doctype html><title>Just a moment</title>") }

func lowerCaseState(r record) {
	r["workflow_state"] = strings.ToLower(layer.StringOf(r, "workflow_state"))
}
