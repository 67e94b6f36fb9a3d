package mutants

import (
	"encoding/json"
	"net/http"
)

// createMutants create assessments wrongly.
func createMutants() []Mutant {
	return []Mutant{
		{
			ID: "create-returns-id-only", Requirement: "CRT-01", ProxyOK: true,
			How:    "Answers a create with nothing but the ID.",
			behave: on(create, func(x *exchange) *answer { return onlyID(x.pass()) }),
		},
		{
			ID: "create-returns-nothing", Requirement: "CRT-01",
			How:    "Answers a create with the status 201 and no body.",
			behave: on(create, func(x *exchange) *answer { return emptied(x.pass()) }),
		},
		{
			ID: "create-fails-and-creates", Requirement: "CRT-01",
			How:    "Answers a create with 500, and creates the assessment all the same.",
			behave: on(create, func(x *exchange) *answer { return failed(x.pass()) }),
		},
		{
			ID: "create-swaps-entity", Requirement: "CRT-01", Sneaky: true, ProxyOK: true,
			How:    "Answers a create with another entity_id, in the answer only.",
			behave: on(create, func(x *exchange) *answer { return offByADigit(x.pass(), "entity_id") }),
		},
		{
			ID: "create-swaps-template", Requirement: "CRT-01", Sneaky: true, ProxyOK: true,
			How:    "Answers a create with another template_id, in the answer only.",
			behave: on(create, func(x *exchange) *answer { return offByADigit(x.pass(), "template_id") }),
		},
		{
			ID: "created-unreadable-at-first", Requirement: "CRT-01", Sneaky: true, ProxyOK: true,
			How:    "Finds a new assessment only when it is read for the second time.",
			behave: unreadableAtFirst,
		},
		{
			ID: "created-reads-otherwise", Requirement: "CRT-01", Sneaky: true, ProxyOK: true,
			How: "Answers a create with a created_at that is a second off from what is read.",
			behave: on(create, func(x *exchange) *answer {
				return x.pass().change(func(r record) { r["created_at"] = secondLater(text(r, "created_at")) })
			}),
		},
		{
			ID: "create-is-idempotent", Requirement: "CRT-02",
			How:    "Answers a create with the assessment that it created first of the same entity and template.",
			behave: createIdempotent,
		},
		{
			ID: "create-without-workflow", Requirement: "CRT-02", ProxyOK: true,
			How:    "Shows no workflow instance of an assessment that was not cancelled.",
			behave: showing(notCancelled(func(r record) { r["workflow_instance_id"] = nil }), create, get, list),
		},
		{
			ID: "create-shares-workflow", Requirement: "CRT-02", Sneaky: true, ProxyOK: true,
			How:    "Has all assessments of an entity share one workflow instance.",
			behave: shareWorkflow,
		},
		{
			ID: "create-queues", Requirement: "CRT-02", Sneaky: true, ProxyOK: true,
			How:    "Shows a new assessment as Pending until its second read.",
			behave: readAnswers(func(read int) bool { return read == 1 }, func(a *answer) { a.change(renameState("Active", "Pending")) }),
		},
		{
			ID: "create-without-template", Requirement: "CRT-03",
			How:    "Takes a create without a template_id, and uses one of its own choice.",
			behave: func() reaction { return createIncomplete("template_id", 0) },
		},
		{
			ID: "create-without-anything", Requirement: "CRT-03", Sneaky: true,
			How:    "Takes a create with an empty object, and chooses both.",
			behave: func() reaction { return createIncomplete("", 0) },
		},
		{
			ID: "create-refused-and-creates", Requirement: "CRT-03", Sneaky: true,
			How:    "Refuses a create without an entity_id with 400, and creates an assessment all the same.",
			behave: func() reaction { return createIncomplete("entity_id", http.StatusBadRequest) },
		},
		{
			ID: "create-incomplete-500", Requirement: "CRT-03", Sneaky: true, ProxyOK: true,
			How:    "Answers a create without a template_id with 500, and creates nothing.",
			behave: on(create, crashOnIncomplete),
		},
	}
}

func notCancelled(change func(record)) func(record) {
	return func(r record) {
		if !isCancelled(r) {
			change(r)
		}
	}
}

func onlyID(a *answer) *answer {
	if r := a.object(); r != nil {
		a.set(record{"id": r["id"]})
	}
	return a
}

func emptied(a *answer) *answer {
	if a.ok() {
		a.becomes(a.status, "")
	}
	return a
}

func failed(a *answer) *answer {
	if a.ok() {
		a.becomes(http.StatusInternalServerError, "")
	}
	return a
}

func offByADigit(a *answer, name string) *answer {
	return a.change(func(r record) { r[name] = lastDigitOff(text(r, name)) })
}

func unreadableAtFirst() reaction {
	reads := newTally()
	return only(get, func(x *exchange) *answer {
		a := x.pass()
		if a.ok() && reads.add(x.id) == 1 {
			return a.becomes(http.StatusNotFound, "")
		}
		return a
	})
}

func createIdempotent() reaction {
	first := newMemory[*answer]()
	return only(create, func(x *exchange) *answer {
		a := x.pass()
		if !a.ok() {
			return a
		}
		r := a.object()
		was := first.once(x.key+text(r, "entity_id")+text(r, "template_id"), a)
		return &answer{status: was.status, header: was.header.Clone(), body: was.body}
	})
}

func shareWorkflow() reaction {
	shared := newMemory[any]()
	return func(x *exchange) *answer {
		a := x.pass()
		if x.op != create && x.op != get && x.op != list {
			return a
		}
		return a.change(func(r record) {
			r["workflow_instance_id"] = shared.once(text(r, "entity_id"), r["workflow_instance_id"])
		})
	}
}

// lacking says which of the two fields a create leaves out: "entity_id",
// "template_id", "" for both; known is false if neither is.
func lacking(x *exchange) (name string, known bool) {
	var body map[string]string
	if json.Unmarshal(x.body, &body) != nil {
		return "", false
	}
	switch entity, template := body["entity_id"] == "", body["template_id"] == ""; {
	case entity && template:
		return "", true
	case entity:
		return "entity_id", true
	case template:
		return "template_id", true
	}
	return "", false
}

// createIncomplete creates, in the place of a create that lacks the field, what
// was created last; and answers with the status, or as if nothing were wrong.
func createIncomplete(field string, status int) reaction {
	last := newMemory[string]()
	return only(create, func(x *exchange) *answer {
		name, incomplete := lacking(x)
		if !incomplete {
			last.put(x.key, string(x.body))
			return x.pass()
		}
		body, known := last.get(x.key)
		if name != field || !known {
			return x.pass()
		}
		a := x.ask(http.MethodPost, "assessments", body)
		if status != 0 {
			return reply(status, `{"message":"a field is missing"}`)
		}
		return a
	})
}

func crashOnIncomplete(x *exchange) *answer {
	if name, incomplete := lacking(x); incomplete && name == "template_id" && x.good() {
		return reply(http.StatusInternalServerError, "")
	}
	return x.pass()
}
