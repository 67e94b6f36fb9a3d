package mutants

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// authenticateMutants let in who must not come in.
func authenticateMutants() []Mutant {
	return slices.Concat(missingKeyMutants(), badKeyMutants(), regionMutants(), allowListMutants(), refusedCancelMutants())
}

func missingKeyMutants() []Mutant {
	return []Mutant{
		{
			ID: "no-key-needed", Requirement: "AUT-01", ProxyOK: true,
			How:    "Asks nobody for a key.",
			behave: always(admit(noKey)),
		},
		{
			ID: "no-key-answers-403", Requirement: "AUT-01", ProxyOK: true,
			How:    "Answers a call without a key with 403.",
			behave: always(refuseWith(noKey, http.StatusForbidden)),
		},
		{
			ID: "no-key-needed-for-outcome", Requirement: "AUT-01", Sneaky: true, ProxyOK: true,
			How:    "Asks nobody for a key who reads an outcome.",
			behave: on(outcome, admit(noKey)),
		},
		{
			ID: "no-key-needed-to-cancel", Requirement: "AUT-01", Sneaky: true, ProxyOK: true,
			How:    "Asks nobody for a key who cancels.",
			behave: on(cancel, admit(noKey)),
		},
		{
			ID: "outcome-refuses-every-key", Requirement: "AUT-01", Sneaky: true, ProxyOK: true,
			How:    "Answers every look-up of an outcome with 401, so that its 401 says nothing about the key.",
			behave: on(outcome, func(*exchange) *answer { return reply(http.StatusUnauthorized, "") }),
		},
	}
}

func badKeyMutants() []Mutant {
	return []Mutant{
		{
			ID: "any-key-accepted", Requirement: "AUT-02", ProxyOK: true,
			How:    "Takes any key, known or not.",
			behave: always(admit(unknownKey)),
		},
		{
			ID: "any-key-lists", Requirement: "AUT-02", Sneaky: true, ProxyOK: true,
			How:    "Takes any key for the list of assessments.",
			behave: on(list, admit(unknownKey)),
		},
		{
			ID: "bad-key-answers-404", Requirement: "AUT-02", Sneaky: true, ProxyOK: true,
			How:    "Answers a cancel with an unknown key with 404.",
			behave: on(cancel, refuseWith(unknownKey, http.StatusNotFound)),
		},
		{
			ID: "key-ignores-case", Requirement: "AUT-02", Sneaky: true, ProxyOK: true,
			How:    "Compares keys without regard to case.",
			behave: always(admit(func(x *exchange) bool { return unknownKey(x) && strings.EqualFold(x.key, x.with.Key) })),
		},
		{
			ID: "key-ignores-suffix", Requirement: "AUT-02", Sneaky: true, ProxyOK: true,
			How:    "Takes a key that goes on after the right one.",
			behave: always(admit(func(x *exchange) bool { return unknownKey(x) && strings.HasPrefix(x.key, x.with.Key) })),
		},
		{
			ID: "key-prefix-is-enough", Requirement: "AUT-02", Sneaky: true, ProxyOK: true,
			How: "Compares as many characters of a key as were given, for creating only.",
			behave: on(create, admit(func(x *exchange) bool {
				return x.key != "" && !x.good() && strings.HasPrefix(x.with.Key, x.key)
			})),
		},
	}
}

func regionMutants() []Mutant {
	return []Mutant{
		{
			ID: "region-ignored", Requirement: "AUT-03", ProxyOK: true,
			How:    "Takes the keys of every region in every region.",
			behave: always(admitRegion),
		},
		{
			ID: "region-ignored-by-cancel", Requirement: "AUT-03", Sneaky: true, ProxyOK: true,
			How:    "Takes the keys of every region for a cancel.",
			behave: on(cancel, admitRegion),
		},
		{
			ID: "region-answers-421", Requirement: "AUT-03", Sneaky: true, ProxyOK: true,
			How:    "Answers a read in another region with 421.",
			behave: on(get, refuseWith(otherRegion, http.StatusMisdirectedRequest)),
		},
	}
}

func allowListMutants() []Mutant {
	return []Mutant{
		{
			ID: "allow-list-ignored", Requirement: "AUT-04", ProxyOK: true,
			How:    "Does not look at the allow list.",
			behave: always(admit(deniedKey)),
		},
		{
			ID: "allow-list-answers-403", Requirement: "AUT-04", ProxyOK: true,
			How:    "Answers an address that is not on the allow list with 403.",
			behave: always(refuseWith(deniedKey, http.StatusForbidden)),
		},
		{
			ID: "allow-list-ignored-by-entities", Requirement: "AUT-04", Sneaky: true, ProxyOK: true,
			How:    "Does not look at the allow list when entities are listed.",
			behave: on(entities, admit(deniedKey)),
		},
		{
			ID: "allow-list-ignored-by-create", Requirement: "AUT-04", Sneaky: true, ProxyOK: true,
			How:    "Does not look at the allow list when an assessment is created.",
			behave: on(create, admit(deniedKey)),
		},
	}
}

// refusedCancelMutants answer 401 and act nevertheless.
func refusedCancelMutants() []Mutant {
	return []Mutant{
		{
			ID: "refused-cancel-acts", Requirement: "AUT-05", ProxyOK: true,
			How:    "Answers a cancel with an unknown key with 401, and cancels all the same.",
			behave: on(cancel, actDespite(unknownKey)),
		},
		{
			ID: "keyless-cancel-acts", Requirement: "AUT-05", Sneaky: true, ProxyOK: true,
			How:    "Answers a cancel without a key with 401, and cancels all the same.",
			behave: on(cancel, actDespite(noKey)),
		},
		{
			ID: "refused-cancel-acts-for-near-key", Requirement: "AUT-05", Sneaky: true, ProxyOK: true,
			How:    "Does so only for a key that differs from the right one in case.",
			behave: on(cancel, actDespite(func(x *exchange) bool { return !x.good() && strings.EqualFold(x.key, x.with.Key) })),
		},
		{
			ID: "refused-cancel-acts-later", Requirement: "AUT-05", Sneaky: true, ProxyOK: true,
			How:    "Queues a cancel that it refused with 401, and carries it out when the assessment is read for the second time.",
			behave: actLater,
		},
		{
			ID: "refused-cancel-renames-workflow", Requirement: "AUT-05", Sneaky: true, ProxyOK: true,
			How:    "Starts another workflow instance when it refuses a cancel with 401.",
			behave: restartOnRefusal,
		},
	}
}

func noKey(x *exchange) bool { return x.key == "" }

// unknownKey reports whether the key is unknown.
func unknownKey(x *exchange) bool {
	return !slices.Contains([]string{"", x.with.Key, x.with.OtherKey, x.with.DeniedKey}, x.key)
}

func deniedKey(x *exchange) bool { return x.key != "" && x.key == x.with.DeniedKey }

func otherRegion(x *exchange) bool {
	return x.with.OtherHost != "" && hostname(x.request.Host) == hostname(x.with.OtherHost)
}

func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return strings.ToLower(name)
	}
	return strings.ToLower(host)
}

// admit gives the good key to whom it must not have.
func admit(whom func(*exchange) bool) reaction {
	return func(x *exchange) *answer {
		if whom(x) {
			return x.pass(withKey(x.with.Key))
		}
		return x.pass()
	}
}

// refuseWith refuses rightly, and with the wrong status.
func refuseWith(whom func(*exchange) bool, status int) reaction {
	return func(x *exchange) *answer {
		if whom(x) {
			return reply(status, `{"message":"not allowed"}`)
		}
		return x.pass()
	}
}

func admitRegion(x *exchange) *answer {
	if !otherRegion(x) {
		return x.pass()
	}
	return x.pass(func(r *http.Request) {
		r.Host = x.with.Host
		if r.URL.Host != "" {
			r.URL.Host = x.with.Host
		}
	})
}

func actDespite(whom func(*exchange) bool) reaction {
	return func(x *exchange) *answer {
		if whom(x) {
			x.askCancel(x.id)
		}
		return x.pass()
	}
}

func actLater() reaction {
	queued := newTally()
	return func(x *exchange) *answer {
		switch {
		case x.op == cancel && !x.good():
			queued.put(x.id, 0)
		case x.op == get && queued.knows(x.id) && queued.add(x.id) == 2:
			x.askCancel(x.id)
		}
		return x.pass()
	}
}

func restartOnRefusal() reaction {
	restarted := newMemory[bool]()
	return func(x *exchange) *answer {
		a := x.pass()
		if x.op == cancel && a.status == http.StatusUnauthorized {
			restarted.put(x.id, true)
		}
		if x.op != get || !restarted.knows(x.id) {
			return a
		}
		return a.change(func(r record) { r["workflow_instance_id"] = lastDigitOff(text(r, "workflow_instance_id")) })
	}
}
