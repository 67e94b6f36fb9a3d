package mutants

import (
	"maps"
	"net/http"
	"slices"
)

// tenantMutants let institutions see each other.
func tenantMutants() []Mutant {
	return []Mutant{
		{
			ID: "institutions-read-each-other", Requirement: "AUT-06", ProxyOK: true,
			How:    "Reads an assessment for the key of any institution.",
			behave: on(get, otherwiseAs(otherInstitution)),
		},
		{
			ID: "institutions-cancel-each-other", Requirement: "AUT-06", ProxyOK: true,
			How:    "Cancels an assessment for the key of any institution.",
			behave: on(cancel, otherwiseAs(otherInstitution)),
		},
		{
			ID: "foreign-read-answers-403", Requirement: "AUT-06", Sneaky: true, ProxyOK: true,
			How:    "Answers the read of another institution's assessment with 403, which tells that it exists.",
			behave: on(get, tellForeign),
		},
		{
			ID: "foreign-cancel-acts", Requirement: "AUT-06", Sneaky: true, ProxyOK: true,
			How:    "Answers the cancel of another institution's assessment with 404, and cancels it all the same.",
			behave: on(cancel, actOnForeign),
		},
		{
			ID: "foreign-in-list", Requirement: "AUT-06", Sneaky: true, ProxyOK: true,
			How:    "Has the assessments that another institution creates in the list.",
			behave: func() reaction { return listForeign(func(*exchange) bool { return true }) },
		},
		{
			ID: "foreign-in-pages", Requirement: "AUT-06", Sneaky: true, ProxyOK: true, Broad: true, Serial: true,
			How: "Has them in the list only when a page size is asked for.",
			behave: func() reaction {
				return listForeign(func(x *exchange) bool { return x.request.URL.Query().Has("limit") })
			},
		},
	}
}

func otherInstitution(x *exchange) string { return x.with.OtherKey }

// otherwiseAs tries another key for the good one where nothing was found.
func otherwiseAs(key func(*exchange) string) reaction {
	return func(x *exchange) *answer {
		a := x.pass()
		if !x.good() || a.status != http.StatusNotFound || key(x) == "" {
			return a
		}
		return x.pass(withKey(key(x)))
	}
}

// isForeign reports whether the assessment is there for the other institution only.
func isForeign(x *exchange) bool {
	if !x.good() || x.with.OtherKey == "" || x.askGet(x.id).ok() {
		return false
	}
	other := *x
	other.with.Key = x.with.OtherKey
	return other.askGet(x.id).ok()
}

func tellForeign(x *exchange) *answer {
	if isForeign(x) {
		return reply(http.StatusForbidden, "")
	}
	return x.pass()
}

func actOnForeign(x *exchange) *answer {
	a := x.pass()
	if isForeign(x) {
		x.pass(withKey(x.with.OtherKey))
	}
	return a
}

// listForeign puts what the other institution has created into some lists of the
// first one.
func listForeign(into func(*exchange) bool) reaction {
	foreign := newMemory[record]()
	return func(x *exchange) *answer {
		a := x.pass()
		if x.op == create && a.ok() && x.key == x.with.OtherKey {
			foreign.put(idOf(a.object()), a.object())
		}
		if x.op != list || !x.good() || !into(x) {
			return a
		}
		return a.changeItems(func(items []record) []record {
			return slices.AppendSeq(items, maps.Values(foreign.all()))
		})
	}
}
