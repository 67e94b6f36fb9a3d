package mutants

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"example.com/assay/conformance/internal/layer"
)

// createMutants create assessments wrongly.
func createMutants() []Mutant {
	return slices.Concat(
		breaking("CRT-01", []Mutant{
			{ID: "create-returns-id-only", behave: on(layer.Create, then(keepOnlyID)),
				How: "Answers a create with the ID alone."},
			{ID: "create-returns-nothing", MockOnly: true, behave: on(layer.Create, swap(201, 201, "")),
				How: "Answers a create with 201 and no body."},
			{ID: "create-fails-and-creates", MockOnly: true, behave: on(layer.Create, swap(201, 500, "")),
				How: "Answers a create with 500, and creates the assessment."},
			{ID: "create-answer-lacks-details", Subtle: true, behave: showing(drop("error_details"), layer.Create),
				How: "Omits error_details from the answer to a create, and shows it in reads."},
			{ID: "create-answers-other-entity", Subtle: true, behave: showing(lastDigitOff("entity_id"), layer.Create),
				How: "Answers a create with an entity_id that is one digit off, in this answer only."},
			{ID: "create-takes-other-entity", Subtle: true, behave: on(layer.Create, createFromAnother("entity_id")),
				How: "Creates an assessment of another entity than requested."},
			{ID: "create-takes-other-template", Subtle: true, behave: on(layer.Create, createFromAnother("template_id")),
				How: "Creates an assessment from another template than requested."},
			{ID: "created-unreadable-at-first", Subtle: true, behave: reads(nth(1), status(404)),
				How: "Answers the first read of a new assessment with 404."},
			{ID: "created-reads-otherwise", Subtle: true, behave: showing(secondLater("created_at"), layer.Create),
				How: "Answers a create with a created_at that is one second later than in reads."},
		}),
		breaking("CRT-02", []Mutant{
			{ID: "create-is-idempotent", MockOnly: true, behave: repeatFirstCreate,
				How: "Answers a create with the first assessment that it created of the same entity and template."},
			{ID: "create-restarts", Subtle: true, MockOnly: true, behave: restartOnCreate,
				How: "Treats a create of the same entity and template as a restart: the ID stays, and only the workflow instance is new."},
			{ID: "every-other-without-workflow", Subtle: true, Serial: true, behave: hideEveryOtherWorkflow,
				How: "Shows no workflow instance of every other new assessment."},
			{ID: "create-without-workflow", behave: showing(when(not(isCancelled), set("workflow_instance_id", nil)), layer.Create, layer.Get, layer.List),
				How: "Shows no workflow instance of assessments that are not cancelled."},
			{ID: "create-shares-workflow", Subtle: true, behave: shareWorkflow,
				How: "Shows one workflow instance for all assessments of an entity."},
			{ID: "create-queues", Subtle: true, behave: reads(nth(1), editing(renameState("Active", "Pending"))),
				How: "Shows a new assessment as Pending until its second read."},
		}),
		breaking("CRT-03", []Mutant{
			{ID: "create-without-template", MockOnly: true, behave: on(layer.Create, createAnyway(0, lacks("template_id"))),
				How: "Accepts a create without a template_id, and uses one of its own choice."},
			{ID: "create-without-anything", Subtle: true, MockOnly: true, behave: on(layer.Create, createAnyway(0, lacks("entity_id", "template_id"))),
				How: "Accepts a create with an empty object, and chooses entity and template itself."},
			{ID: "create-refused-and-creates", Subtle: true, MockOnly: true, behave: on(layer.Create, createAnyway(400, lacks("entity_id"))),
				How: "Refuses a create without an entity_id with 400, and creates an assessment."},
			{ID: "create-incomplete-500", Subtle: true, behave: on(layer.Create, respondIf(500, authorized, lacks("template_id"))),
				How: "Answers a create without a template_id with 500, and creates nothing."},
		}),
	)
}

// sources are the operations with valid values for the fields of a create.
var sources = map[string]string{"entity_id": layer.Entities, "template_id": layer.Templates} //nolint:gochecknoglobals // a table, never changed

func keepOnlyID(a *response) {
	if r := a.Object(); r != nil {
		a.Set(record{"id": r["id"]})
	}
}

// createFromAnother replaces a field of a create by another listed ID. It changes
// nothing if the list has no other.
func createFromAnother(field string) reaction {
	return func(x *exchange) *response {
		requested := layer.StringOf(x.Object(), field)
		for _, listed := range x.Ask(sources[field], "", "").Records() {
			if id := layer.StringOf(listed, "id"); authorized(x) && requested != "" && id != "" && !strings.EqualFold(id, requested) {
				return x.Pass(layer.WithBody(strings.Replace(string(x.Body), requested, id, 1)))
			}
		}
		return x.Pass()
	}
}

func repeatFirstCreate() reaction {
	first := new(layer.Memory[response])
	return only(layer.Create, after(func(x *exchange, a *response) {
		if a.OK() {
			*a = first.Once(x.Key+purposeOf(a.Object()), *a)
		}
	}))
}

// purposeOf identifies the content of a create.
func purposeOf(r record) string {
	return layer.StringOf(r, "entity_id") + layer.StringOf(r, "template_id")
}

// restartOnCreate gives all assessments of an entity and a template the ID of the
// first. A request for that ID goes to the last.
func restartOnCreate() reaction {
	first, last := new(layer.Memory[string]), new(layer.Memory[string])
	return func(x *exchange) *response {
		if id, known := last.Get(x.ID); known && x.ID != "" {
			a := x.Pass(layer.WithID(x.ID, id))
			a.Edit(set("id", x.ID))
			return a
		}
		a := x.Pass()
		if x.Op == layer.Create && authorized(x) {
			a.Edit(func(r record) {
				id := first.Once(purposeOf(r), layer.IDOf(r))
				last.Put(id, layer.IDOf(r))
				r["id"] = id
			})
		}
		return a
	}
}

func hideEveryOtherWorkflow() reaction {
	created, hidden := new(layer.Tally), new(layer.Memory[bool])
	isHidden := func(r record) bool { h, _ := hidden.Get(layer.IDOf(r)); return h }
	return seeing(
		func(_ *exchange, r record) { hidden.Put(layer.IDOf(r), created.Add("")%2 == 0) },
		shown(when(isHidden, set("workflow_instance_id", nil)), layer.Create, layer.Get, layer.List))
}

func shareWorkflow() reaction {
	shared := new(layer.Memory[any])
	return after(shown(func(r record) {
		r["workflow_instance_id"] = shared.Once(layer.StringOf(r, "entity_id"), r["workflow_instance_id"])
	}, layer.Create, layer.Get, layer.List))
}

// lacks reports whether a create leaves out these fields, and no other required one.
func lacks(fields ...string) condition {
	return func(x *exchange) bool {
		body, isObject := layer.Decode(x.Body).(record)
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
			return x.Pass()
		}
		a := x.Ask(layer.Create, "", repaired(x))
		if status != 0 {
			return layer.Reply(status, "")
		}
		return a
	}
}

// repaired returns the body of a create with the first listed ID for each invalid
// field.
func repaired(x *exchange) string {
	body := record{}
	for field, op := range sources {
		body[field] = layer.StringOf(x.Object(), field)
		if listed := x.Ask(op, "", "").Records(); !uuid.MatchString(layer.StringOf(body, field)) && len(listed) > 0 {
			body[field] = layer.StringOf(listed[0], "id")
		}
	}
	return layer.Encode(body)
}

// negativeMutants accept invalid requests, or crash on them.
func negativeMutants() []Mutant {
	return breaking("NEG-01", []Mutant{
		{ID: "create-takes-any-type", MockOnly: true, behave: on(layer.Create, createAnyway(0, hasWrongEntity)),
			How: "Accepts a create whose entity_id is not a UUID, and uses one of its own choice."},
		{ID: "create-unreadable-and-creates", Subtle: true, MockOnly: true, behave: on(layer.Create, createAnyway(400, isNotJSON)),
			How: "Refuses a body that is not JSON with 400, and creates an assessment."},
		{ID: "create-crashes-on-no-object", Subtle: true, behave: on(layer.Create, respondIf(500, authorized, isNotObject)),
			How: "Answers JSON that is not an object with 500."},
		{ID: "undeclared-method-succeeds", Subtle: true, behave: on(layer.Undeclared, replyIf(200, `{}`, ofAssessment)),
			How: "Answers a method that an assessment does not have with 200, and does nothing."},
		{ID: "malformed-id-crashes", Subtle: true, behave: on(layer.Get, respondIf(500, hasMalformedID)),
			How: "Answers an ID that is not a UUID with 500."},
	})
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func hasMalformedID(x *exchange) bool { return !uuid.MatchString(x.ID) }

func hasWrongEntity(x *exchange) bool {
	_, found := x.Object()["entity_id"]
	return found && !uuid.MatchString(layer.StringOf(x.Object(), "entity_id"))
}

func isNotJSON(x *exchange) bool { return layer.Decode(x.Body) == nil && string(x.Body) != "null" }

func isNotObject(x *exchange) bool { return x.Object() == nil && !isNotJSON(x) }

// ofAssessment reports whether the request is for the path of an assessment, by a
// method with a possible effect.
func ofAssessment(x *exchange) bool {
	method := x.Request.Method
	return x.ID != "" && strings.HasSuffix(strings.ToLower(x.Request.URL.Path), "/assessments/"+x.ID) &&
		method != http.MethodOptions && method != http.MethodPost
}
