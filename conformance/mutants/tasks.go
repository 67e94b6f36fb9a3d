package mutants

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"example.com/assay/conformance/internal/layer"
)

// taskMutants search, read and assign tasks wrongly, or run a step after a cancel.
func taskMutants() []Mutant {
	return slices.Concat(
		breaking("TSK-01", []Mutant{
			{ID: "task-without-version", behave: showing(drop("data_version"), layer.Task),
				How: "Omits data_version from a task."},
			{ID: "task-version-is-text", Subtle: true, behave: showing(set("data_version", "0"), layer.Task, layer.Search),
				How: "Shows data_version as a string."},
		}),
		breaking("TSK-02", []Mutant{
			{ID: "task-of-another-template", behave: showing(lastDigitOff("assessment_template_id"), layer.Task, layer.Search),
				How: "Shows another template in a task than in its assessment."},
			{ID: "search-shows-another-step", Subtle: true, behave: showing(set("step_name", "Another step"), layer.Search),
				How: "Shows another step_name in a search than in a read."},
		}),
		breaking("TSK-03", []Mutant{
			{ID: "filter-ignored", behave: searching(func(body record) { delete(body, "filter_model") }),
				How: "Ignores the filter model."},
			{ID: "filter-or-is-and", Subtle: true, behave: searching(eachFilter(andForTwo)),
				How: "Joins two conditions by AND whatever the operator."},
			{ID: "filter-reads-first-condition", Subtle: true, behave: searching(eachFilter(firstConditionOfAnd)),
				How: "Reads the first of several conditions with AND only."},
			{ID: "filter-reads-one-field", Subtle: true, behave: searching(func(body record) { delete(filterModel(body), "id") }),
				How: "Ignores the filter of the field id."},
		}),
		breaking("TSK-04", []Mutant{
			{ID: "search-repeats-its-first-page", behave: always(firstPageTwice()),
				How: "Shows the first page of a search again as the second one."},
			{ID: "search-ends-early", Subtle: true, behave: on(layer.Search, after(endEarly)),
				How: "Has no third page of a search."},
			{ID: "search-sorts-upwards-only", Subtle: true, behave: searching(func(body record) { delete(body, "sorting_type") }),
				How: "Ignores sorting_type."},
		}),
		assignmentMutants(),
		breaking("TSK-07", []Mutant{
			{ID: "task-after-cancel", behave: appearing(1),
				How: "Creates a task after a cancel."},
			{ID: "task-late-after-cancel", Subtle: true, behave: appearing(4),
				How: "Creates a task some time after a cancel."},
		}),
		breaking("TSK-08", []Mutant{
			{ID: "unknown-task-200", behave: on(layer.Task, swap(404, 200, `{}`)),
				How: "Answers the read of an unknown task with 200 and an empty object."},
			{ID: "task-of-another-institution-found", Subtle: true, behave: on(layer.Task, asSuite),
				How: "Shows a task to the key of another institution."},
			{ID: "search-finds-tasks-of-others", Subtle: true, behave: on(layer.Search, asSuite),
				How: "Finds the tasks of another institution."},
		}),
		breaking("AUT-01", []Mutant{
			{ID: "no-key-needed-to-assign", Subtle: true, behave: on(layer.Assign, admit(withoutKey)),
				How: "Requires no key to assign a task."},
		}),
	)
}

func assignmentMutants() []Mutant {
	return slices.Concat(
		breaking("TSK-05", []Mutant{
			{ID: "assignment-lost", behave: on(layer.Assign, respondIf(http.StatusNoContent, authorized)),
				How: "Answers an assignment with 204 and stores nothing."},
			{ID: "assignment-keeps-updated-at", Subtle: true, behave: keepUpdatedAt,
				How: "Stores an assignment and leaves updated_at as it was."},
		}),
		breaking("TSK-06", []Mutant{
			{ID: "stale-assignment-accepted", behave: on(layer.Assign, func(x *exchange) *response { return x.Pass(current(x)) }),
				How: "Ignores If-Match."},
			{ID: "stale-assignment-stored", Subtle: true, behave: on(layer.Assign, storeAllTheSame),
				How: "Refuses a stale assignment with 412, and stores it."},
		}),
	)
}

// searching changes the body of each search.
func searching(change func(body record)) behavior {
	return on(layer.Search, func(x *exchange) *response {
		body := x.Object()
		if body == nil {
			return x.Pass()
		}
		change(body)
		return x.Pass(layer.WithBody(layer.Encode(body)))
	})
}

func filterModel(body record) record {
	model, _ := body["filter_model"].(record)
	return model
}

func eachFilter(change func(filter record)) func(body record) {
	return func(body record) {
		for _, v := range filterModel(body) {
			if filter, ok := v.(record); ok {
				change(filter)
			}
		}
	}
}

func andForTwo(filter record) {
	if conditions, _ := filter["conditions"].([]any); len(conditions) == 2 {
		filter["operator"] = "AND"
	}
}

func firstConditionOfAnd(filter record) {
	if conditions, _ := filter["conditions"].([]any); len(conditions) > 1 && layer.StringOf(filter, "operator") == "AND" {
		filter["conditions"] = conditions[:1]
	}
}

// firstPageTwice answers a search with a token with the page that gave the token.
func firstPageTwice() reaction {
	return only(layer.Search, func(x *exchange) *response {
		body := x.Object()
		a := x.Pass()
		if layer.StringOf(body, "page_token") == "" {
			return a
		}
		delete(body, "page_token")
		again := x.Pass(layer.WithBody(layer.Encode(body)))
		items := again.Records()
		a.EditItems(func([]record) []record { return items })
		return a
	})
}

// endEarly removes the token from every page but the first.
func endEarly(x *exchange, a *response) {
	if page, ok := layer.Decode(a.Body).(record); ok && layer.StringOf(x.Object(), "page_token") != "" {
		page["next_page_token"] = nil
		a.Set(page)
	}
}

// keepUpdatedAt shows the updated_at of a task as it was first.
func keepUpdatedAt() reaction {
	var first layer.Memory[any]
	return func(x *exchange) *response {
		if x.Op == layer.Assign { // the implementation behind has another version
			return x.Pass(current(x))
		}
		a := x.Pass()
		if x.Op == layer.Task || x.Op == layer.Search {
			a.Edit(func(r record) { r["updated_at"] = first.Once(layer.IDOf(r), r["updated_at"]) })
		}
		return a
	}
}

// current sets If-Match to the version that the task has now.
func current(x *exchange) func(*http.Request) {
	version := layer.StringOf(x.Ask(layer.Task, x.ID, "").Object(), "updated_at")
	return func(r *http.Request) { r.Header.Set("If-Match", version) }
}

func storeAllTheSame(x *exchange) *response {
	a := x.Pass()
	if a.Status == http.StatusPreconditionFailed || a.Status == http.StatusConflict {
		x.Pass(current(x))
	}
	return a
}

// asSuite carries out the request of another institution with the suite's key.
func asSuite(x *exchange) *response {
	if x.Key == x.Target.OtherKey && x.Key != "" {
		return x.Pass(layer.WithKey(x.Target.Key))
	}
	return x.Pass()
}

// appearing adds a task to the search for a cancelled assessment, from the n-th search
// on.
func appearing(n int) behavior {
	return func() reaction {
		var cancels layer.Memory[bool]
		var searches layer.Tally
		return after(func(x *exchange, a *response) {
			if x.Op == layer.Cancel && a.Status == http.StatusNoContent {
				cancels.Put(x.ID, true)
			}
			asked := assessmentSearched(x)
			if x.Op != layer.Search || !authorized(x) || !a.OK() || !cancels.Knows(asked) || searches.Add(asked) < n {
				return
			}
			a.EditItems(func(items []record) []record {
				return append(items, record{"id": otherID(asked), "assessment_id": asked, "data_version": json.Number("0"), "status": "INCOMPLETE"})
			})
		})
	}
}

// assessmentSearched returns the one assessment that a search asks for, or "".
func assessmentSearched(x *exchange) string {
	filter, _ := filterModel(x.Object())["assessment_id"].(record)
	return strings.ToLower(layer.StringOf(filter, "filter"))
}
