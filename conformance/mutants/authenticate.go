package mutants

import (
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
)

// authenticateMutants accept requests that they must refuse, or refuse them wrongly.
func authenticateMutants() []Mutant {
	return slices.Concat(
		breaking("AUT-01", []Mutant{
			{ID: "no-key-needed", behave: always(admit(withoutKey)),
				How: "Requires no key."},
			{ID: "no-key-answers-403", behave: always(respondIf(403, withoutKey)),
				How: "Answers a call without a key with 403."},
			{ID: "no-key-needed-for-outcome", Subtle: true, behave: on(outcome, admit(withoutKey)),
				How: "Requires no key to read an outcome."},
			{ID: "no-key-needed-to-cancel", Subtle: true, behave: on(cancel, admit(withoutKey)),
				How: "Requires no key to cancel."},
			{ID: "outcome-refuses-every-key", Subtle: true, behave: on(outcome, respondIf(401)),
				How: "Answers every look-up of an outcome with 401, so that its 401 means nothing."},
		}),
		breaking("AUT-02", []Mutant{
			{ID: "any-key-accepted", behave: always(admit(unknownKey)),
				How: "Accepts any key."},
			{ID: "any-key-lists", Subtle: true, behave: on(list, admit(unknownKey)),
				How: "Accepts any key for the list of assessments."},
			{ID: "bad-key-answers-404", Subtle: true, behave: on(cancel, respondIf(404, unknownKey)),
				How: "Answers a cancel with an unknown key with 404."},
			{ID: "key-ignores-case", Subtle: true, behave: always(admit(unknownKey, equalKeyButCase)),
				How: "Compares keys without regard to case."},
			{ID: "key-ignores-suffix", Subtle: true, behave: always(admit(unknownKey, longerKey)),
				How: "Accepts the right key with more characters after it."},
			{ID: "key-prefix-is-enough", Subtle: true, behave: on(create, admit(shorterKey)),
				How: "Accepts the first characters of the right key, for a create only."},
		}),
		breaking("AUT-03", []Mutant{
			{ID: "region-ignored", behave: always(admitRegion),
				How: "Accepts the keys of every region in every region."},
			{ID: "region-ignored-by-cancel", Subtle: true, behave: on(cancel, admitRegion),
				How: "Accepts the keys of every region for a cancel."},
			{ID: "region-answers-421", Subtle: true, behave: on(get, respondIf(421, otherRegion)),
				How: "Answers a read in another region with 421."},
		}),
		breaking("AUT-04", []Mutant{
			{ID: "allow-list-ignored", behave: always(admit(deniedKey)),
				How: "Ignores the allow list."},
			{ID: "allow-list-answers-403", behave: always(respondIf(403, deniedKey)),
				How: "Answers an address outside the allow list with 403."},
			{ID: "allow-list-ignored-by-entities", Subtle: true, behave: on(entities, admit(deniedKey)),
				How: "Ignores the allow list when entities are listed."},
			{ID: "allow-list-ignored-by-create", Subtle: true, behave: on(create, admit(deniedKey)),
				How: "Ignores the allow list when an assessment is created."},
		}),
		breaking("AUT-05", []Mutant{
			{ID: "refused-cancel-acts", behave: on(cancel, cancelAnyway(unknownKey)),
				How: "Answers a cancel with an unknown key with 401, and cancels."},
			{ID: "keyless-cancel-acts", Subtle: true, behave: on(cancel, cancelAnyway(withoutKey)),
				How: "Answers a cancel without a key with 401, and cancels."},
			{ID: "refused-cancel-acts-for-near-key", Subtle: true, behave: on(cancel, cancelAnyway(equalKeyButCase)),
				How: "Answers 401 and cancels only for a key that differs from the right one in case."},
			{ID: "refused-cancel-acts-later", Subtle: true, behave: cancelLater,
				How: "Queues a cancel that it refuses with 401, and carries it out at the second read of the assessment."},
			{ID: "refused-cancel-renames-workflow", Subtle: true, behave: restartOnRefusal,
				How: "Starts another workflow instance when it refuses a cancel with 401."},
		}),
	)
}

func withoutKey(x *exchange) bool { return x.key == "" }

func unknownKey(x *exchange) bool {
	return !slices.Contains([]string{"", x.target.Key, x.target.OtherKey, x.target.DeniedKey}, x.key)
}

func equalKeyButCase(x *exchange) bool {
	return !authorized(x) && strings.EqualFold(x.key, x.target.Key)
}

func longerKey(x *exchange) bool { return strings.HasPrefix(x.key, x.target.Key) }

func shorterKey(x *exchange) bool {
	return x.key != "" && !authorized(x) && strings.HasPrefix(x.target.Key, x.key)
}

func deniedKey(x *exchange) bool { return x.key != "" && x.key == x.target.DeniedKey }

func otherRegion(x *exchange) bool {
	return x.target.OtherHost != "" && hostname(x.request.Host) == hostname(x.target.OtherHost)
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
			return x.pass(withKey(x.target.Key))
		}
		return x.pass()
	}
}

func admitRegion(x *exchange) *response {
	if !otherRegion(x) {
		return x.pass()
	}
	return x.pass(func(r *http.Request) {
		r.Host = x.target.Host
		if r.URL.Host != "" {
			r.URL.Host = x.target.Host
		}
	})
}

// cancelAnyway cancels before the implementation refuses to.
func cancelAnyway(is condition) reaction {
	return func(x *exchange) *response {
		if is(x) {
			x.ask(cancel, x.id, "")
		}
		return x.pass()
	}
}

func cancelLater() reaction {
	queued := newTally()
	return func(x *exchange) *response {
		switch {
		case x.op == cancel && !authorized(x):
			queued.put(x.id, 0)
		case x.op == get && queued.knows(x.id) && queued.add(x.id) == 2:
			x.ask(cancel, x.id, "")
		}
		return x.pass()
	}
}

func restartOnRefusal() reaction {
	restarted := newMemory[bool]()
	return after(func(x *exchange, a *response) {
		switch {
		case x.op == cancel && a.status == http.StatusUnauthorized:
			restarted.put(x.id, true)
		case x.op == get && restarted.knows(x.id):
			a.edit(lastDigitOff("workflow_instance_id"))
		}
	})
}

// tenantMutants let institutions see each other.
func tenantMutants() []Mutant {
	return breaking("AUT-06", []Mutant{
		{ID: "institutions-read-each-other", behave: on(get, retryAsOther),
			How: "Reads an assessment with the key of any institution."},
		{ID: "institutions-cancel-each-other", behave: on(cancel, retryAsOther),
			How: "Cancels an assessment with the key of any institution."},
		{ID: "foreign-read-answers-403", Subtle: true, behave: on(get, respondIf(http.StatusForbidden, isForeign)),
			How: "Answers the read of another institution's assessment with 403, which reveals that it exists."},
		{ID: "foreign-cancel-acts", Subtle: true, behave: on(cancel, cancelForeign),
			How: "Answers the cancel of another institution's assessment with 404, and cancels it."},
		{ID: "foreign-in-list", Subtle: true, behave: listForeign(),
			How: "Lists the assessments that another institution creates."},
		{ID: "foreign-in-pages", Subtle: true, Broad: true, Serial: true, behave: listForeign(paged),
			How: "Lists them only when the request sets a page size."},
	})
}

// retryAsOther tries the other institution's key after a 404.
func retryAsOther(x *exchange) *response {
	a := x.pass()
	if !authorized(x) || a.status != http.StatusNotFound || x.target.OtherKey == "" {
		return a
	}
	return x.pass(withKey(x.target.OtherKey))
}

// isForeign reports whether only the other institution has the assessment.
func isForeign(x *exchange) bool {
	if x.target.OtherKey == "" || !authorized(x) || exists(x) {
		return false
	}
	other := *x
	other.target.Key = x.target.OtherKey
	return other.ask(get, x.id, "").ok()
}

func cancelForeign(x *exchange) *response {
	a := x.pass()
	if isForeign(x) {
		x.pass(withKey(x.target.OtherKey))
	}
	return a
}

// listForeign adds what the other institution has created to lists.
func listForeign(conditions ...condition) behavior {
	return func() reaction {
		foreign := newMemory[record]()
		note := func(x *exchange, created record) {
			if x.key == x.target.OtherKey {
				foreign.put(idOf(created), created)
			}
		}
		return seeing(note, func(x *exchange, a *response) {
			if x.op == list && authorized(x) && all(conditions, x) {
				a.editItems(func(items []record) []record { return slices.AppendSeq(items, maps.Values(foreign.all())) })
			}
		})
	}
}
