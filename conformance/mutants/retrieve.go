package mutants

import (
	"net/http"
	"slices"
	"strings"
)

// retrieveMutants read an assessment wrongly.
func retrieveMutants() []Mutant {
	return slices.Concat(fieldMutants(), unknownReadMutants(), shownStateMutants(), errorFieldMutants())
}

func fieldMutants() []Mutant {
	return []Mutant{
		{
			ID: "get-answers-206", Requirement: "GET-01", ProxyOK: true,
			How:    "Answers a read with 206.",
			behave: on(get, func(x *exchange) *answer { return keepBody(x.pass(), 206) }),
		},
		{
			ID: "get-lacks-error-step", Requirement: "GET-01", ProxyOK: true,
			How:    "Leaves error_step out of every assessment.",
			behave: showing(func(r record) { delete(r, "error_step") }, get, create, list),
		},
		{
			ID: "get-created-at-in-seconds", Requirement: "GET-01", Sneaky: true, ProxyOK: true,
			How:    "Gives created_at as a number of seconds, wherever an assessment is shown.",
			behave: showing(func(r record) { r["created_at"] = 1566656122 }, get, create, list),
		},
		{
			ID: "get-cancelled-lacks-error-type", Requirement: "GET-01", Sneaky: true, ProxyOK: true, Broad: true,
			How:    "Leaves error_type out of a cancelled assessment only.",
			behave: cancelled(func(r record) { delete(r, "error_type") }),
		},
		{
			ID: "get-returns-another", Requirement: "GET-01", Sneaky: true, ProxyOK: true,
			How:    "Answers the second read of an assessment with one of another ID.",
			behave: secondRead(func(a *answer) { a.change(func(r record) { r["id"] = lastDigitOff(text(r, "id")) }) }),
		},
		{
			ID: "get-returns-html", Requirement: "GET-01", Sneaky: true, ProxyOK: true,
			How:    "Answers the second read of an assessment with a page of HTML and the status 200.",
			behave: secondRead(func(a *answer) { a.becomes(http.StatusOK, "<!doctype html><title>Just a moment</title>") }),
		},
	}
}

func unknownReadMutants() []Mutant {
	return []Mutant{
		{
			ID: "get-unknown-200", Requirement: "GET-02", ProxyOK: true,
			How:    "Answers the read of an ID that does not exist with an empty object and 200.",
			behave: on(get, func(x *exchange) *answer { return swapBody(x.pass(), 404, 200, `{}`) }),
		},
		{
			ID: "get-unknown-400", Requirement: "GET-02", ProxyOK: true,
			How:    "Answers the read of an ID that does not exist with 400.",
			behave: on(get, func(x *exchange) *answer { return swapStatus(x.pass(), 404, 400) }),
		},
		{
			ID: "get-finds-nearest", Requirement: "GET-02", Sneaky: true, ProxyOK: true,
			How:    "Compares all digits of an ID but the last, so that an ID one digit off finds another assessment.",
			behave: getNearest,
		},
		{
			ID: "get-found-once", Requirement: "GET-02", Sneaky: true, ProxyOK: true,
			How:    "Finds an assessment at its first read only, so that its 404 says nothing about the ID.",
			behave: fromReadAnswer(2, func(a *answer) { a.becomes(http.StatusNotFound, "") }),
		},
	}
}

func shownStateMutants() []Mutant {
	return []Mutant{
		{
			ID: "state-in-lower-case", Requirement: "GET-03", ProxyOK: true,
			How: "Spells every state in lower case.",
			behave: showing(func(r record) {
				r["workflow_state"] = strings.ToLower(text(r, "workflow_state"))
			}, get, create, list),
		},
		{
			ID: "state-running-later", Requirement: "GET-03", Sneaky: true, ProxyOK: true,
			How:    "Shows an active assessment as Running at its second read.",
			behave: secondRead(func(a *answer) { a.change(renameState("Active", "Running")) }),
		},
		{
			ID: "list-shows-failed", Requirement: "GET-03", Sneaky: true, ProxyOK: true, Broad: true,
			How:    "Calls the state Error Failed, in the list only.",
			behave: showing(renameState("Error", "Failed"), list),
		},
	}
}

func errorFieldMutants() []Mutant {
	return []Mutant{
		{
			ID: "error-without-reason", Requirement: "GET-04", ProxyOK: true,
			How: "Leaves all error fields null in state Error.",
			behave: showing(func(r record) {
				if text(r, "workflow_state") == "Error" {
					setErrorFields(r, nil)
				}
			}, get, list),
		},
		{
			ID: "error-with-empty-reason", Requirement: "GET-04", Sneaky: true, ProxyOK: true,
			How: "Sets all error fields to empty texts in state Error.",
			behave: showing(func(r record) {
				if text(r, "workflow_state") == "Error" {
					setErrorFields(r, " ")
				}
			}, get, list),
		},
		{
			ID: "active-with-error-type", Requirement: "GET-04", Sneaky: true, ProxyOK: true,
			How: "Sets error_type to NONE where there is no error.",
			behave: showing(func(r record) {
				if text(r, "workflow_state") != "Error" {
					r["error_type"] = "NONE"
				}
			}, get, create, list),
		},
	}
}

func keepBody(a *answer, status int) *answer {
	if a.status == http.StatusOK {
		a.status = status
	}
	return a
}

func swapBody(a *answer, from, to int, body string) *answer {
	if a.status != from {
		return a
	}
	return a.becomes(to, body)
}

func renameState(from, to string) func(record) {
	return func(r record) {
		if text(r, "workflow_state") == from {
			r["workflow_state"] = to
		}
	}
}

func setErrorFields(r record, v any) {
	for _, name := range []string{"error_message", "error_details", "error_step", "error_type"} {
		r[name] = v
	}
}

// readAnswers changes successful reads of an assessment, by their number.
func readAnswers(at func(read int) bool, change func(a *answer)) func() reaction {
	return func() reaction {
		reads := newTally()
		return only(get, func(x *exchange) *answer {
			a := x.pass()
			if a.ok() && at(reads.add(x.id)) {
				change(a)
			}
			return a
		})
	}
}

func secondRead(change func(a *answer)) func() reaction {
	return readAnswers(func(read int) bool { return read == 2 }, change)
}

func fromReadAnswer(n int, change func(a *answer)) func() reaction {
	return readAnswers(func(read int) bool { return read >= n }, change)
}

// getNearest knows the assessments that it has seen created.
func getNearest() reaction {
	near := newMemory[string]()
	return func(x *exchange) *answer {
		a := x.pass()
		switch {
		case x.op == create && a.ok():
			if id := idOf(a.object()); id != "" {
				near.put(id[:len(id)-1], id)
			}
		case x.op == get && a.status == http.StatusNotFound && x.id != "":
			if id, known := near.get(x.id[:len(x.id)-1]); known {
				return x.pass(withID(x.id, id))
			}
		}
		return a
	}
}
