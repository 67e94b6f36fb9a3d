package mutants

import "strconv"

// listMutants list assessments wrongly.
func listMutants() []Mutant {
	return []Mutant{
		{
			ID: "list-lacks-new", Requirement: "LST-01", ProxyOK: true,
			How:    "Leaves the assessments that were created through the API out of the list.",
			behave: func() reaction { return hideCreated(func(*exchange) bool { return true }) },
		},
		{
			ID: "list-lacks-new-in-pages", Requirement: "LST-01", Sneaky: true, ProxyOK: true,
			How: "Leaves them out only when a page size is asked for.",
			behave: func() reaction {
				return hideCreated(func(x *exchange) bool { return x.request.URL.Query().Has("limit") })
			},
		},
		{
			ID: "list-page-two-empty", Requirement: "LST-01", Sneaky: true,
			Settings: map[string]string{"list-order": "oldest-first"},
			How:      "Answers every page of a list but the first with no items.",
			behave:   on(list, emptyLaterPages),
		},
		{
			ID: "list-with-other-ids", Requirement: "LST-01", Sneaky: true, ProxyOK: true,
			How:    "Shows IDs in the list that are one digit off.",
			behave: showing(func(r record) { r["id"] = lastDigitOff(text(r, "id")) }, list),
		},
		{
			ID: "list-without-status", Requirement: "LST-02", ProxyOK: true,
			How:    "Shows status_id as null in the list.",
			behave: showing(func(r record) { r["status_id"] = nil }, list),
		},
		{
			ID: "list-page-two-differs", Requirement: "LST-02", Sneaky: true, ProxyOK: true,
			How: "Shows created_at a second too late on every page of a list but the first.",
			behave: on(list, func(x *exchange) *answer {
				a := x.pass()
				if offsetOf(x) == 0 {
					return a
				}
				return a.change(func(r record) { r["created_at"] = secondLater(text(r, "created_at")) })
			}),
		},
		{
			ID: "list-items-without-id", Requirement: "LST-02", Sneaky: true, ProxyOK: true,
			How:    "Leaves the ID out of every item of a page but the first.",
			behave: on(list, func(x *exchange) *answer { return x.pass().changeItems(firstWithID) }),
		},
		{
			ID: "list-never-shows-cancel", Requirement: "LST-03", ProxyOK: true,
			How:    "Shows every assessment as Active in the list for ever.",
			behave: showing(renameState("Cancelled", "Active"), list),
		},
		{
			ID: "list-one-cancel-behind", Requirement: "LST-03", Sneaky: true, ProxyOK: true, Serial: true,
			How:    "Shows a cancel in the list only when the next assessment has been cancelled.",
			behave: listOneBehind,
		},
	}
}

// hideCreated leaves what it has seen created out of some lists.
func hideCreated(from func(*exchange) bool) reaction {
	created := newMemory[bool]()
	return func(x *exchange) *answer {
		a := x.pass()
		if x.op == create && a.ok() {
			created.put(idOf(a.object()), true)
		}
		if x.op != list || !from(x) {
			return a
		}
		return a.changeItems(without(func(r record) bool { return created.knows(idOf(r)) }))
	}
}

func offsetOf(x *exchange) int {
	n, err := strconv.Atoi(x.request.URL.Query().Get("offset"))
	if err != nil {
		return 0
	}
	return n
}

func emptyLaterPages(x *exchange) *answer {
	a := x.pass()
	if offsetOf(x) == 0 {
		return a
	}
	return a.changeItems(func([]record) []record { return nil })
}

func firstWithID(items []record) []record {
	for i, r := range items {
		if i > 0 {
			delete(r, "id")
		}
	}
	return items
}

func lastWithoutID(items []record) []record {
	if len(items) > 1 {
		delete(items[len(items)-1], "id")
	}
	return items
}

// listOneBehind shows the assessment that was cancelled last as it was.
func listOneBehind() reaction {
	last := newMemory[string]()
	return func(x *exchange) *answer {
		a := x.pass()
		if x.op == cancel && a.ok() {
			last.put("", x.id)
		}
		if x.op != list {
			return a
		}
		hidden, _ := last.get("")
		return a.change(func(r record) {
			if idOf(r) == hidden {
				renameState("Cancelled", "Active")(r)
			}
		})
	}
}
