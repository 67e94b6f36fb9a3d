package mutants

import (
	"net/http"
	"regexp"
)

// negativeMutants take requests that break the contract for good ones, or break
// themselves.
func negativeMutants() []Mutant {
	return []Mutant{
		{
			ID: "create-takes-any-type", Requirement: "NEG-01",
			How:    "Takes a create whose entity_id is no UUID, and uses one of its own choice.",
			behave: func() reaction { return createBroken(wrongEntity, 0) },
		},
		{
			ID: "create-unreadable-and-creates", Requirement: "NEG-01", Sneaky: true,
			How:    "Refuses a body that is no JSON with 400, and creates an assessment all the same.",
			behave: func() reaction { return createBroken(notJSON, http.StatusBadRequest) },
		},
		{
			ID: "create-crashes-on-no-object", Requirement: "NEG-01", Sneaky: true, ProxyOK: true,
			How:    "Answers JSON that is no object with 500.",
			behave: on(create, crashOnNoObject),
		},
		{
			ID: "undeclared-method-succeeds", Requirement: "NEG-01", Sneaky: true, ProxyOK: true,
			How: "Answers a method that an assessment does not have with 200, and does nothing.",
			behave: on(undeclared, func(x *exchange) *answer {
				if x.request.Method == http.MethodOptions {
					return x.pass()
				}
				return reply(http.StatusOK, `{}`)
			}),
		},
		{
			ID: "malformed-id-crashes", Requirement: "NEG-01", Sneaky: true, ProxyOK: true,
			How: "Answers an ID that is no UUID with 500.",
			behave: on(get, func(x *exchange) *answer {
				if uuid.MatchString(x.id) {
					return x.pass()
				}
				return reply(http.StatusInternalServerError, "")
			}),
		},
	}
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func (x *exchange) json() any { return (&answer{body: x.body}).value() }

func notJSON(x *exchange) bool { return x.json() == nil && string(x.body) != "null" }

func wrongEntity(x *exchange) bool {
	r, ok := x.json().(record)
	_, there := r["entity_id"]
	return ok && there && !uuid.MatchString(text(r, "entity_id"))
}

func crashOnNoObject(x *exchange) *answer {
	if _, ok := x.json().(record); !ok && !notJSON(x) && x.good() {
		return reply(http.StatusInternalServerError, "")
	}
	return x.pass()
}

// createBroken creates something all the same, with what is listed first in the
// place of what is broken; and answers with the status, or as if nothing were wrong.
func createBroken(is func(*exchange) bool, status int) reaction {
	return only(create, func(x *exchange) *answer {
		if !is(x) || !x.good() {
			return x.pass()
		}
		a := x.ask(http.MethodPost, "assessments", x.completed())
		if status != 0 {
			return reply(status, `{"message":"the body cannot be read"}`)
		}
		return a
	})
}
