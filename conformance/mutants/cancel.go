package mutants

import (
	"net/http"
	"slices"
	"strings"
)

// cancelMutants answer the cancel itself wrongly.
func cancelMutants() []Mutant {
	return slices.Concat(cancelStatusMutants(), cancelBodyMutants(), bareCancelMutants(), unknownCancelMutants())
}

func cancelStatusMutants() []Mutant {
	return []Mutant{
		{
			ID: "cancel-answers-200", Requirement: "CAN-01", ProxyOK: true,
			How:    "Answers a cancel with 200 and the assessment, rather than with 204.",
			behave: on(cancel, cancelShowsAssessment),
		},
		{
			ID: "cancel-answers-202", Requirement: "CAN-01", Sneaky: true, ProxyOK: true,
			How:    "Answers a cancel with 202, without a body, and does it at once all the same.",
			behave: on(cancel, func(x *exchange) *answer { return swapStatus(x.pass(), 204, 202) }),
		},
		{
			ID: "cancel-refused-at-first", Requirement: "CAN-01", Sneaky: true, ProxyOK: true,
			How:    "Refuses the first cancel of an assessment with 409, and takes the second.",
			behave: refuseFirstCancel,
		},
		{
			ID: "cancel-quota", Requirement: "CAN-01", Sneaky: true, ProxyOK: true, Serial: true, Broad: true,
			How:    "Answers every cancel after the ninth that succeeded with 403.",
			behave: cancelQuota,
		},
	}
}

func cancelBodyMutants() []Mutant {
	return []Mutant{
		{
			ID: "cancel-204-with-body", Requirement: "CAN-02", ProxyOK: true,
			How:    "Sends a JSON body after the 204, and announces its length.",
			behave: on(cancel, func(x *exchange) *answer { return bodyAfter204(x.pass(), `{"workflow_state":"Cancelled"}`, "30") }),
		},
		{
			ID: "cancel-204-with-line-break", Requirement: "CAN-02", Sneaky: true, ProxyOK: true,
			How:    "Sends a line break after the 204, which most clients drop.",
			behave: on(cancel, func(x *exchange) *answer { return bodyAfter204(x.pass(), "\n", "") }),
		},
		{
			ID: "cancel-204-announces-body", Requirement: "CAN-02", Sneaky: true, ProxyOK: true,
			How:    "Announces a body of two bytes with the 204, and sends none.",
			behave: on(cancel, func(x *exchange) *answer { return bodyAfter204(x.pass(), "", "2") }),
		},
	}
}

func bareCancelMutants() []Mutant {
	return []Mutant{
		{
			ID: "cancel-wants-content-type", Requirement: "CAN-03", ProxyOK: true,
			How:    "Refuses a cancel without a Content-Type with 415.",
			behave: on(cancel, refuseIf(func(r *http.Request) bool { return r.Header.Get("Content-Type") == "" }, 415)),
		},
		{
			ID: "cancel-wants-body", Requirement: "CAN-03", ProxyOK: true,
			How:    "Refuses a cancel without a body with 400.",
			behave: on(cancel, refuseIf(func(r *http.Request) bool { return r.ContentLength == 0 }, 400)),
		},
		{
			ID: "cancel-redirects-to-form", Requirement: "CAN-03", Sneaky: true, ProxyOK: true,
			How:    "Redirects a cancel without a body to the assessment, where a client that follows finds a 200.",
			behave: on(cancel, redirectBareCancel),
		},
	}
}

func unknownCancelMutants() []Mutant {
	return []Mutant{
		{
			ID: "cancel-unknown-204", Requirement: "CAN-08", ProxyOK: true,
			How:    "Answers the cancel of an ID that does not exist with 204.",
			behave: on(cancel, func(x *exchange) *answer { return swapStatus(x.pass(), 404, 204) }),
		},
		{
			ID: "cancel-unknown-400", Requirement: "CAN-08", ProxyOK: true,
			How:    "Answers the cancel of an ID that does not exist with 400.",
			behave: on(cancel, func(x *exchange) *answer { return swapStatus(x.pass(), 404, 400) }),
		},
		{
			ID: "cancel-finds-nearest", Requirement: "CAN-08", Sneaky: true, ProxyOK: true,
			How:    "Compares all digits of an ID but the last, so that an ID one digit off cancels another assessment.",
			behave: cancelNearest,
		},
		{
			ID: "cancel-always-404", Requirement: "CAN-08", Sneaky: true, ProxyOK: true,
			How:    "Answers every cancel with 404, so that its 404 says nothing about the ID.",
			behave: on(cancel, func(x *exchange) *answer { return swapStatus(x.pass(), 204, 404) }),
		},
	}
}

// swapStatus changes one status into another, and drops the body with it.
func swapStatus(a *answer, from, to int) *answer {
	if a.status != from {
		return a
	}
	return a.becomes(to, "")
}

func cancelShowsAssessment(x *exchange) *answer {
	a := x.pass()
	if a.status != http.StatusNoContent {
		return a
	}
	return a.becomes(http.StatusOK, string(x.askGet(x.id).body))
}

func refuseFirstCancel() reaction {
	tried := newTally()
	return only(cancel, func(x *exchange) *answer {
		if x.good() && tried.add(x.id) == 1 && x.askGet(x.id).ok() {
			return reply(http.StatusConflict, "")
		}
		return x.pass()
	})
}

// quota is more cancels than come before the scenario of CAN-01 itself.
const quota = 9

func cancelQuota() reaction {
	done := newTally()
	return only(cancel, func(x *exchange) *answer {
		if n, _ := done.get(""); x.good() && n >= quota && x.askGet(x.id).ok() {
			return reply(http.StatusForbidden, "")
		}
		a := x.pass()
		if a.ok() {
			done.add("")
		}
		return a
	})
}

func bodyAfter204(a *answer, body, length string) *answer {
	if a.status != http.StatusNoContent {
		return a
	}
	a.becomes(a.status, body)
	if length != "" {
		a.header.Set("Content-Length", length)
	}
	return a
}

// refuseIf refuses a request of the good key for what it lacks.
func refuseIf(lacks func(*http.Request) bool, status int) reaction {
	return func(x *exchange) *answer {
		if x.good() && lacks(x.request) {
			return reply(status, `{"message":"the request lacks something"}`)
		}
		return x.pass()
	}
}

func redirectBareCancel(x *exchange) *answer {
	if !x.good() || len(x.body) > 0 || !x.askGet(x.id).ok() {
		return x.pass()
	}
	a := reply(http.StatusSeeOther, "")
	a.header.Set("Location", strings.TrimSuffix(x.request.URL.Path, "/cancel-workflow"))
	return a
}

// cancelNearest knows the assessments that it has seen created.
func cancelNearest() reaction {
	near := newMemory[string]()
	return func(x *exchange) *answer {
		a := x.pass()
		switch {
		case x.op == create && a.ok():
			if id := idOf(a.object()); id != "" {
				near.put(id[:len(id)-1], id)
			}
		case x.op == cancel && a.status == http.StatusNotFound && x.id != "":
			if id, known := near.get(x.id[:len(x.id)-1]); known {
				return x.pass(withID(x.id, id))
			}
		}
		return a
	}
}
