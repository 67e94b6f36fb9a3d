package mutants

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// createMutants create assessments wrongly.
func createMutants() []Mutant {
	return slices.Concat(
		breaking("CRT-01", []Mutant{
			{ID: "create-returns-id-only", behave: on(create, then(keepOnlyID)),
				How: "Answers a create with the ID alone."},
			{ID: "create-returns-nothing", MockOnly: true, behave: on(create, swap(201, 201, "")),
				How: "Answers a create with 201 and no body."},
			{ID: "create-fails-and-creates", MockOnly: true, behave: on(create, swap(201, 500, "")),
				How: "Answers a create with 500, and creates the assessment."},
			{ID: "create-answer-lacks-details", Subtle: true, behave: showing(drop("error_details"), create),
				How: "Omits error_details from the answer to a create, and shows it in reads."},
			{ID: "create-answers-other-entity", Subtle: true, behave: showing(lastDigitOff("entity_id"), create),
				How: "Answers a create with an entity_id that is one digit off, in this answer only."},
			{ID: "create-takes-other-entity", Subtle: true, behave: on(create, createFromAnother("entity_id")),
				How: "Creates an assessment of another entity than requested."},
			{ID: "create-takes-other-template", Subtle: true, behave: on(create, createFromAnother("template_id")),
				How: "Creates an assessment from another template than requested."},
			{ID: "created-unreadable-at-first", Subtle: true, behave: reads(nth(1), status(404)),
				How: "Answers the first read of a new assessment with 404."},
			{ID: "created-reads-otherwise", Subtle: true, behave: showing(secondLater("created_at"), create),
				How: "Answers a create with a created_at that is one second later than in reads."},
		}),
		breaking("CRT-02", []Mutant{
			{ID: "create-is-idempotent", MockOnly: true, behave: repeatFirstCreate,
				How: "Answers a create with the first assessment that it created of the same entity and template."},
			{ID: "create-restarts", Subtle: true, MockOnly: true, behave: restartOnCreate,
				How: "Treats a create of the same entity and template as a restart: the ID stays, and only the workflow instance is new."},
			{ID: "every-other-without-workflow", Subtle: true, Serial: true, behave: hideEveryOtherWorkflow,
				How: "Shows no workflow instance of every other new assessment."},
			{ID: "create-without-workflow", behave: showing(when(not(isCancelled), set("workflow_instance_id", nil)), create, get, list),
				How: "Shows no workflow instance of assessments that are not cancelled."},
			{ID: "create-shares-workflow", Subtle: true, behave: shareWorkflow,
				How: "Shows one workflow instance for all assessments of an entity."},
			{ID: "create-queues", Subtle: true, behave: reads(nth(1), editing(renameState("Active", "Pending"))),
				How: "Shows a new assessment as Pending until its second read."},
		}),
		breaking("CRT-03", []Mutant{
			{ID: "create-without-template", MockOnly: true, behave: on(create, createAnyway(0, lacks("template_id"))),
				How: "Accepts a create without a template_id, and uses one of its own choice."},
			{ID: "create-without-anything", Subtle: true, MockOnly: true, behave: on(create, createAnyway(0, lacks("entity_id", "template_id"))),
				How: "Accepts a create with an empty object, and chooses entity and template itself."},
			{ID: "create-refused-and-creates", Subtle: true, MockOnly: true, behave: on(create, createAnyway(400, lacks("entity_id"))),
				How: "Refuses a create without an entity_id with 400, and creates an assessment."},
			{ID: "create-incomplete-500", Subtle: true, behave: on(create, respondIf(500, authorized, lacks("template_id"))),
				How: "Answers a create without a template_id with 500, and creates nothing."},
		}),
	)
}

// sources are the operations that list valid values of the fields of a create.
var sources = map[string]string{"entity_id": entities, "template_id": templates} //nolint:gochecknoglobals // a table, never changed

func keepOnlyID(a *response) {
	if r := a.object(); r != nil {
		a.set(record{"id": r["id"]})
	}
}

// createFromAnother replaces a field of a create by another listed ID. It changes
// nothing if the list has no other.
func createFromAnother(field string) reaction {
	return func(x *exchange) *response {
		requested := stringOf(x.object(), field)
		for _, listed := range x.ask(sources[field], "", "").records() {
			if id := stringOf(listed, "id"); authorized(x) && requested != "" && id != "" && !strings.EqualFold(id, requested) {
				return x.pass(withBody(strings.Replace(string(x.body), requested, id, 1)))
			}
		}
		return x.pass()
	}
}

func repeatFirstCreate() reaction {
	first := newMemory[response]()
	return only(create, after(func(x *exchange, a *response) {
		if a.ok() {
			*a = first.once(x.key+purposeOf(a.object()), *a)
		}
	}))
}

// purposeOf identifies what a create asks for.
func purposeOf(r record) string { return stringOf(r, "entity_id") + stringOf(r, "template_id") }

// restartOnCreate gives all assessments of an entity and a template the ID of the
// first. A request for that ID goes to the last.
func restartOnCreate() reaction {
	first, last := newMemory[string](), newMemory[string]()
	return func(x *exchange) *response {
		if id, known := last.get(x.id); known && x.id != "" {
			a := x.pass(withID(x.id, id))
			a.edit(set("id", x.id))
			return a
		}
		a := x.pass()
		if x.op == create && authorized(x) {
			a.edit(func(r record) {
				id := first.once(purposeOf(r), idOf(r))
				last.put(id, idOf(r))
				r["id"] = id
			})
		}
		return a
	}
}

func hideEveryOtherWorkflow() reaction {
	created, hidden := newTally(), newMemory[bool]()
	isHidden := func(r record) bool { h, _ := hidden.get(idOf(r)); return h }
	return seeing(
		func(_ *exchange, r record) { hidden.put(idOf(r), created.add("")%2 == 0) },
		shown(when(isHidden, set("workflow_instance_id", nil)), create, get, list))
}

func shareWorkflow() reaction {
	shared := newMemory[any]()
	return after(shown(func(r record) {
		r["workflow_instance_id"] = shared.once(stringOf(r, "entity_id"), r["workflow_instance_id"])
	}, create, get, list))
}

// lacks reports whether a create leaves out these fields, and no other that it needs.
func lacks(fields ...string) condition {
	return func(x *exchange) bool {
		body, isObject := decode(x.body).(record)
		for field := range sources {
			s, isString := body[field].(string)
			if body[field] != nil && !isString || (s == "") != slices.Contains(fields, field) {
				return false
			}
		}
		return isObject
	}
}

// createAnyway creates an assessment although the request is invalid. It responds
// with the status, or as to a valid request if the status is 0.
func createAnyway(status int, invalid condition) reaction {
	return func(x *exchange) *response {
		if !invalid(x) || !authorized(x) {
			return x.pass()
		}
		a := x.ask(create, "", x.repaired())
		if status != 0 {
			return reply(status, "")
		}
		return a
	}
}

// repaired returns the body of a create with the first listed ID for each invalid
// field.
func (x *exchange) repaired() string {
	body := record{}
	for field, op := range sources {
		body[field] = stringOf(x.object(), field)
		if listed := x.ask(op, "", "").records(); !uuid.MatchString(stringOf(body, field)) && len(listed) > 0 {
			body[field] = stringOf(listed[0], "id")
		}
	}
	return encode(body)
}

// negativeMutants accept requests that break the contract, or fail on them.
func negativeMutants() []Mutant {
	return breaking("NEG-01", []Mutant{
		{ID: "create-takes-any-type", MockOnly: true, behave: on(create, createAnyway(0, hasWrongEntity)),
			How: "Accepts a create whose entity_id is not a UUID, and uses one of its own choice."},
		{ID: "create-unreadable-and-creates", Subtle: true, MockOnly: true, behave: on(create, createAnyway(400, isNotJSON)),
			How: "Refuses a body that is not JSON with 400, and creates an assessment."},
		{ID: "create-crashes-on-no-object", Subtle: true, behave: on(create, respondIf(500, authorized, isNotObject)),
			How: "Answers JSON that is not an object with 500."},
		{ID: "undeclared-method-succeeds", Subtle: true, behave: on(undeclared, replyIf(200, `{}`, ofAssessment)),
			How: "Answers a method that an assessment does not have with 200, and does nothing."},
		{ID: "malformed-id-crashes", Subtle: true, behave: on(get, respondIf(500, hasMalformedID)),
			How: "Answers an ID that is not a UUID with 500."},
	})
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func hasMalformedID(x *exchange) bool { return !uuid.MatchString(x.id) }

func hasWrongEntity(x *exchange) bool {
	_, found := x.object()["entity_id"]
	return found && !uuid.MatchString(stringOf(x.object(), "entity_id"))
}

func isNotJSON(x *exchange) bool { return decode(x.body) == nil && string(x.body) != "null" }

func isNotObject(x *exchange) bool { return x.object() == nil && !isNotJSON(x) }

// ofAssessment reports whether the request is for the path of an assessment, by a
// method that could have been meant to change it.
func ofAssessment(x *exchange) bool {
	method := x.request.Method
	return x.id != "" && strings.HasSuffix(strings.ToLower(x.request.URL.Path), "/assessments/"+x.id) &&
		method != http.MethodOptions && method != http.MethodPost
}
