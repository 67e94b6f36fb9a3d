package mutants

import (
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"

	"example.com/assay/conformance/internal/layer"
)

// authenticateMutants accept invalid requests, or refuse them wrongly.
func authenticateMutants() []Mutant {
	return slices.Concat(
		breaking("AUT-01", []Mutant{
			{ID: "no-key-needed", behave: always(admit(withoutKey)),
				How: "Requires no key."},
			{ID: "no-key-answers-403", behave: always(respondIf(403, withoutKey)),
				How: "Answers a call without a key with 403."},
			{ID: "no-key-needed-for-outcome", Subtle: true, behave: on(layer.Outcome, admit(withoutKey)),
				How: "Requires no key to read an outcome."},
			{ID: "no-key-needed-to-cancel", Subtle: true, behave: on(layer.Cancel, admit(withoutKey)),
				How: "Requires no key to cancel."},
			{ID: "outcome-refuses-every-key", Subtle: true, behave: on(layer.Outcome, respondIf(401)),
				How: "Answers every look-up of an outcome with 401, so that its 401 means nothing."},
		}),
		breaking("AUT-02", []Mutant{
			{ID: "any-key-accepted", behave: always(admit(unknownKey)),
				How: "Accepts any key."},
			{ID: "any-key-lists", Subtle: true, behave: on(layer.List, admit(unknownKey)),
				How: "Accepts any key for the list of assessments."},
			{ID: "bad-key-answers-404", Subtle: true, behave: on(layer.Cancel, respondIf(404, unknownKey)),
				How: "Answers a cancel with an unknown key with 404."},
			{ID: "key-ignores-case", Subtle: true, behave: always(admit(unknownKey, equalKeyButCase)),
				How: "Compares keys without regard to case."},
			{ID: "key-ignores-suffix", Subtle: true, behave: always(admit(unknownKey, longerKey)),
				How: "Accepts the right key with more characters after it."},
			{ID: "key-prefix-is-enough", Subtle: true, behave: on(layer.Create, admit(shorterKey)),
				How: "Accepts the first characters of the right key, for a create only."},
		}),
		breaking("AUT-03", []Mutant{
			{ID: "region-ignored", behave: always(admitRegion),
				How: "Accepts the keys of every region in every region."},
			{ID: "region-ignored-by-cancel", Subtle: true, behave: on(layer.Cancel, admitRegion),
				How: "Accepts the keys of every region for a cancel."},
			{ID: "region-answers-421", Subtle: true, behave: on(layer.Get, respondIf(421, otherRegion)),
				How: "Answers a read in another region with 421."},
		}),
		breaking("AUT-04", []Mutant{
			{ID: "allow-list-ignored", behave: always(admit(deniedKey)),
				How: "Ignores the allow list."},
			{ID: "allow-list-answers-403", behave: always(respondIf(403, deniedKey)),
				How: "Answers an address outside the allow list with 403."},
			{ID: "allow-list-ignored-by-entities", Subtle: true, behave: on(layer.Entities, admit(deniedKey)),
				How: "Ignores the allow list when entities are listed."},
			{ID: "allow-list-ignored-by-create", Subtle: true, behave: on(layer.Create, admit(deniedKey)),
				How: "Ignores the allow list when an assessment is created."},
		}),
		breaking("AUT-05", []Mutant{
			{ID: "refused-cancel-acts", behave: on(layer.Cancel, cancelAnyway(unknownKey)),
				How: "Answers a cancel with an unknown key with 401, and cancels."},
			{ID: "keyless-cancel-acts", Subtle: true, behave: on(layer.Cancel, cancelAnyway(withoutKey)),
				How: "Answers a cancel without a key with 401, and cancels."},
			{ID: "refused-cancel-acts-for-near-key", Subtle: true, behave: on(layer.Cancel, cancelAnyway(equalKeyButCase)),
				How: "Answers 401 and cancels only for a key that differs from the right one in case."},
			{ID: "refused-cancel-acts-later", Subtle: true, behave: cancelLater,
				How: "Queues a cancel that it refuses with 401, and carries it out at the second read of the assessment."},
			{ID: "refused-cancel-renames-workflow", Subtle: true, behave: restartOnRefusal,
				How: "Starts another workflow instance when it refuses a cancel with 401."},
		}),
	)
}

func withoutKey(x *exchange) bool { return x.Key == "" }

func unknownKey(x *exchange) bool {
	return !slices.Contains([]string{"", x.Target.Key, x.Target.OtherKey, x.Target.DeniedKey}, x.Key)
}

func equalKeyButCase(x *exchange) bool {
	return !authorized(x) && strings.EqualFold(x.Key, x.Target.Key)
}

func longerKey(x *exchange) bool { return strings.HasPrefix(x.Key, x.Target.Key) }

func shorterKey(x *exchange) bool {
	return x.Key != "" && !authorized(x) && strings.HasPrefix(x.Target.Key, x.Key)
}

func deniedKey(x *exchange) bool { return x.Key != "" && x.Key == x.Target.DeniedKey }

func otherRegion(x *exchange) bool {
	return x.Target.OtherHost != "" && hostname(x.Request.Host) == hostname(x.Target.OtherHost)
}

func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return strings.ToLower(name)
	}
	return strings.ToLower(host)
}

// admit replaces the key of a request by the right one if all conditions hold.
func admit(conditions ...condition) reaction {
	return func(x *exchange) *response {
		if all(conditions, x) {
			return x.Pass(layer.WithKey(x.Target.Key))
		}
		return x.Pass()
	}
}

func admitRegion(x *exchange) *response {
	if !otherRegion(x) {
		return x.Pass()
	}
	return x.Pass(func(r *http.Request) {
		r.Host = x.Target.Host
		if r.URL.Host != "" {
			r.URL.Host = x.Target.Host
		}
	})
}

// cancelAnyway cancels before the implementation refuses to.
func cancelAnyway(is condition) reaction {
	return func(x *exchange) *response {
		if is(x) {
			x.Ask(layer.Cancel, x.ID, "")
		}
		return x.Pass()
	}
}

func cancelLater() reaction {
	queued := new(layer.Tally)
	return func(x *exchange) *response {
		switch {
		case x.Op == layer.Cancel && !authorized(x):
			queued.Put(x.ID, 0)
		case x.Op == layer.Get && queued.Knows(x.ID) && queued.Add(x.ID) == 2:
			x.Ask(layer.Cancel, x.ID, "")
		}
		return x.Pass()
	}
}

func restartOnRefusal() reaction {
	restarted := new(layer.Memory[bool])
	return after(func(x *exchange, a *response) {
		switch {
		case x.Op == layer.Cancel && a.Status == http.StatusUnauthorized:
			restarted.Put(x.ID, true)
		case x.Op == layer.Get && restarted.Knows(x.ID):
			a.Edit(lastDigitOff("workflow_instance_id"))
		}
	})
}

// tenantMutants let institutions see each other.
func tenantMutants() []Mutant {
	return breaking("AUT-06", []Mutant{
		{ID: "institutions-read-each-other", behave: on(layer.Get, retryAsOther),
			How: "Reads an assessment with the key of any institution."},
		{ID: "institutions-cancel-each-other", behave: on(layer.Cancel, retryAsOther),
			How: "Cancels an assessment with the key of any institution."},
		{ID: "foreign-read-answers-403", Subtle: true, behave: on(layer.Get, respondIf(http.StatusForbidden, isForeign)),
			How: "Answers the read of another institution's assessment with 403, which reveals that it exists."},
		{ID: "foreign-cancel-acts", Subtle: true, behave: on(layer.Cancel, cancelForeign),
			How: "Answers the cancel of another institution's assessment with 404, and cancels it."},
		{ID: "foreign-in-list", Subtle: true, behave: listForeign(),
			How: "Lists the assessments that another institution creates."},
		{ID: "foreign-in-pages", Subtle: true, Broad: true, Serial: true, behave: listForeign(paged),
			How: "Lists them only when the request sets a page size."},
	})
}

// retryAsOther tries the other institution's key after a 404.
func retryAsOther(x *exchange) *response {
	a := x.Pass()
	if !authorized(x) || a.Status != http.StatusNotFound || x.Target.OtherKey == "" {
		return a
	}
	return x.Pass(layer.WithKey(x.Target.OtherKey))
}

// isForeign reports whether only the other institution has the assessment.
func isForeign(x *exchange) bool {
	if x.Target.OtherKey == "" || !authorized(x) || exists(x) {
		return false
	}
	other := *x
	other.Target.Key = x.Target.OtherKey
	return other.Ask(layer.Get, x.ID, "").OK()
}

func cancelForeign(x *exchange) *response {
	a := x.Pass()
	if isForeign(x) {
		x.Pass(layer.WithKey(x.Target.OtherKey))
	}
	return a
}

// listForeign adds new assessments of the other institution to lists.
func listForeign(conditions ...condition) behavior {
	return func() reaction {
		foreign := new(layer.Memory[record])
		note := func(x *exchange, created record) {
			if x.Key == x.Target.OtherKey {
				foreign.Put(layer.IDOf(created), created)
			}
		}
		return seeing(note, func(x *exchange, a *response) {
			if x.Op == layer.List && authorized(x) && all(conditions, x) {
				a.EditItems(func(items []record) []record { return slices.AppendSeq(items, maps.Values(foreign.All())) })
			}
		})
	}
}
