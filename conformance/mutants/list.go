package mutants

import (
	"slices"
	"strconv"
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
				behave: on(list, afterFirstPage(editingItems(func([]record) []record { return nil }))),
				How:    "Answers every page of a list but the first with no items."},
			{ID: "list-with-other-ids", Subtle: true, behave: showing(lastDigitOff("id"), list),
				How: "Shows IDs in the list that are one digit off."},
		}),
		breaking("LST-02", []Mutant{
			{ID: "list-without-status", behave: showing(set("status_id", nil), list),
				How: "Shows status_id as null in the list."},
			{ID: "list-page-two-differs", Subtle: true, behave: on(list, afterFirstPage(editing(secondLater("created_at")))),
				How: "Shows created_at one second late on every page of a list but the first."},
			{ID: "list-items-without-id", Subtle: true, behave: on(list, then(editingItems(dropLaterIDs))),
				How: "Omits the ID from every item of a page but the first."},
		}),
		breaking("LST-03", []Mutant{
			{ID: "list-never-shows-cancel", behave: showing(renameState("Cancelled", "Active"), list),
				How: "Shows every cancelled assessment as Active in the list."},
			{ID: "list-one-cancel-behind", Subtle: true, Serial: true, behave: lagByOneCancel,
				How: "Shows a cancel in the list only after the next cancel."},
		}),
	)
}

// hideCreated removes what it has seen created from lists.
func hideCreated(conditions ...condition) behavior {
	return func() reaction {
		created := newMemory[bool]()
		hidden := func(r record) bool { return created.knows(idOf(r)) }
		return seeing(
			func(_ *exchange, r record) { created.put(idOf(r), true) },
			func(x *exchange, a *response) {
				if x.op == list && all(conditions, x) {
					a.editItems(without(hidden))
				}
			})
	}
}

// afterFirstPage changes every page of a list but the first.
func afterFirstPage(change func(*response)) reaction {
	return after(func(x *exchange, a *response) {
		if offset, err := strconv.Atoi(x.request.URL.Query().Get("offset")); err == nil && offset != 0 {
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
	last := newMemory[string]()
	return after(func(x *exchange, a *response) {
		if x.op == cancel && a.ok() {
			last.put("", x.id)
		}
		if hidden, _ := last.get(""); x.op == list {
			isLast := func(r record) bool { return idOf(r) == hidden }
			a.edit(when(isLast, renameState("Cancelled", "Active")))
		}
	})
}
