package mutants

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// createMutants create assessments wrongly.
func createMutants() []Mutant {
	return slices.Concat(createAnswerMutants(), newWorkflowMutants(), incompleteCreateMutants())
}

func createAnswerMutants() []Mutant {
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
			ID: "create-answer-lacks-details", Requirement: "CRT-01", Sneaky: true, ProxyOK: true,
			How:    "Leaves error_details out of the answer to a create, and shows it when the assessment is read.",
			behave: showing(func(r record) { delete(r, "error_details") }, create),
		},
		{
			ID: "create-answers-other-entity", Requirement: "CRT-01", Sneaky: true, ProxyOK: true,
			How: "Answers a create with an entity_id that is a digit off, in the answer only.",
			behave: on(create, func(x *exchange) *answer {
				return x.pass().change(func(r record) { r["entity_id"] = lastDigitOff(text(r, "entity_id")) })
			}),
		},
		{
			ID: "create-takes-other-entity", Requirement: "CRT-01", Sneaky: true, ProxyOK: true,
			How:    "Creates an assessment of another entity than it was asked for.",
			behave: on(create, createWithOther("entity_id", "entities")),
		},
		{
			ID: "create-takes-other-template", Requirement: "CRT-01", Sneaky: true, ProxyOK: true,
			How:    "Creates an assessment from another template than it was asked for.",
			behave: on(create, createWithOther("template_id", "assessments/templates")),
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
	}
}

func newWorkflowMutants() []Mutant {
	return []Mutant{
		{
			ID: "create-is-idempotent", Requirement: "CRT-02",
			How:    "Answers a create with the assessment that it created first of the same entity and template.",
			behave: createIdempotent,
		},
		{
			ID: "create-restarts", Requirement: "CRT-02", Sneaky: true,
			How:    "Takes a create of the same entity and template for a restart: the ID stays, and only the workflow instance is new.",
			behave: createRestarts,
		},
		{
			ID: "every-other-without-workflow", Requirement: "CRT-02", Sneaky: true, ProxyOK: true, Serial: true,
			How:    "Shows no workflow instance of every other new assessment.",
			behave: everyOtherWithoutWorkflow,
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
	}
}

func incompleteCreateMutants() []Mutant {
	return []Mutant{
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

// createWithOther puts another ID from a list into the body of a create. Where the
// list has no other, nothing is wrong.
func createWithOther(field, things string) reaction {
	return func(x *exchange) *answer {
		asked := valueOf(x, field)
		for _, thing := range records(x.ask(http.MethodGet, things, "").value()) {
			if id := text(thing, "id"); x.good() && asked != "" && id != "" && !strings.EqualFold(id, asked) {
				body := strings.Replace(string(x.body), asked, id, 1)
				return x.pass(func(r *http.Request) { setBody(r, []byte(body)) })
			}
		}
		return x.pass()
	}
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

// createRestarts gives all assessments of an entity and a template the ID of the
// first, under which the last is found.
func createRestarts() reaction {
	first, last := newMemory[string](), newMemory[string]()
	return func(x *exchange) *answer {
		if id, known := last.get(x.id); known && x.id != "" {
			return x.pass(withID(x.id, id)).change(func(r record) { r["id"] = x.id })
		}
		a := x.pass()
		if x.op != create || !x.good() {
			return a
		}
		return a.change(func(r record) {
			id := first.once(text(r, "entity_id")+text(r, "template_id"), idOf(r))
			last.put(id, idOf(r))
			r["id"] = id
		})
	}
}

func everyOtherWithoutWorkflow() reaction {
	created, without := newTally(), newMemory[bool]()
	return func(x *exchange) *answer {
		a := x.pass()
		if x.op == create && a.ok() {
			without.put(idOf(a.object()), created.add("")%2 == 0)
		}
		if x.op != create && x.op != get && x.op != list {
			return a
		}
		return a.change(func(r record) {
			if hidden, _ := without.get(idOf(r)); hidden {
				r["workflow_instance_id"] = nil
			}
		})
	}
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

// createIncomplete creates all the same what lacks the field, with the first that
// is listed in its place; and answers with the status, or as if nothing were wrong.
func createIncomplete(field string, status int) reaction {
	return only(create, func(x *exchange) *answer {
		name, incomplete := lacking(x)
		if !incomplete || name != field || !x.good() {
			return x.pass()
		}
		a := x.ask(http.MethodPost, "assessments", x.completed())
		if status != 0 {
			return reply(status, `{"message":"a field is missing"}`)
		}
		return a
	})
}

// completed is the body of a create with everything that it needs, as far as the
// lists have it.
func (x *exchange) completed() string {
	r, _ := x.json().(record)
	body := record{"entity_id": text(r, "entity_id"), "template_id": text(r, "template_id")}
	for field, things := range map[string]string{"entity_id": "entities", "template_id": "assessments/templates"} {
		if listed := records(x.ask(http.MethodGet, things, "").value()); !uuid.MatchString(text(body, field)) && len(listed) > 0 {
			body[field] = text(listed[0], "id")
		}
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return "" // a map of texts can be encoded
	}
	return string(encoded)
}

func crashOnIncomplete(x *exchange) *answer {
	if name, incomplete := lacking(x); incomplete && name == "template_id" && x.good() {
		return reply(http.StatusInternalServerError, "")
	}
	return x.pass()
}
