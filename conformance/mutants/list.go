package mutants

import (
	"slices"
	"strconv"

	"example.com/assay/conformance/internal/layer"
)

// listMutants list assessments wrongly.
func listMutants() []Mutant {
	return slices.Concat(
		breaking("LST-01", []Mutant{
			{ID: "list-lacks-new", behave: hideCreated(),
				How: "Omits assessments that were created through the API from the list."},
			{ID: "list-lacks-new-in-pages", Subtle: true, behave: hideCreated(paged),
				How: "Omits them only when the request sets a page size."},
			{ID: "list-page-two-empty", Subtle: true, MockOnly: true, Settings: map[string]string{"list-order": "oldest-first"},
				behave: on(layer.List, afterFirstPage(editingItems(func([]record) []record { return nil }))),
				How:    "Answers every page of a list but the first with no items."},
			{ID: "list-with-other-ids", Subtle: true, behave: showing(lastDigitOff("id"), layer.List),
				How: "Shows IDs in the list that are one digit off."},
		}),
		breaking("LST-02", []Mutant{
			{ID: "list-without-status", behave: showing(set("status_id", nil), layer.List),
				How: "Shows status_id as null in the list."},
			{ID: "list-page-two-differs", Subtle: true, behave: on(layer.List, afterFirstPage(editing(secondLater("created_at")))),
				How: "Shows created_at one second late on every page of a list but the first."},
			{ID: "list-items-without-id", Subtle: true, behave: on(layer.List, then(editingItems(dropLaterIDs))),
				How: "Omits the ID from every item of a page but the first."},
		}),
		breaking("LST-03", []Mutant{
			{ID: "list-never-shows-cancel", behave: showing(renameState("Cancelled", "Active"), layer.List),
				How: "Shows every cancelled assessment as Active in the list."},
			{ID: "list-one-cancel-behind", Subtle: true, Serial: true, behave: lagByOneCancel,
				How: "Shows a cancel in the list only after the next cancel."},
		}),
	)
}

// hideCreated removes new assessments from lists.
func hideCreated(conditions ...condition) behavior {
	return func() reaction {
		created := new(layer.Memory[bool])
		hidden := func(r record) bool { return created.Knows(layer.IDOf(r)) }
		return seeing(
			func(_ *exchange, r record) { created.Put(layer.IDOf(r), true) },
			func(x *exchange, a *response) {
				if x.Op == layer.List && all(conditions, x) {
					a.EditItems(without(hidden))
				}
			})
	}
}

// afterFirstPage changes every page of a list but the first.
func afterFirstPage(change func(*response)) reaction {
	return after(func(x *exchange, a *response) {
		q := x.Request.URL.Query()
		if offset, _ := strconv.Atoi(q.Get("offset")); offset != 0 || q.Get("page_token") != "" {
			change(a)
		}
	})
}

func dropLaterIDs(items []record) []record {
	for i, r := range items {
		if i > 0 {
			delete(r, "id")
		}
	}
	return items
}

// lagByOneCancel shows the last cancelled assessment as Active.
func lagByOneCancel() reaction {
	last := new(layer.Memory[string])
	return after(func(x *exchange, a *response) {
		if x.Op == layer.Cancel && a.OK() {
			last.Put("", x.ID)
		}
		if hidden, _ := last.Get(""); x.Op == layer.List {
			isLast := func(r record) bool { return layer.IDOf(r) == hidden }
			a.Edit(when(isLast, renameState("Cancelled", "Active")))
		}
	})
}
