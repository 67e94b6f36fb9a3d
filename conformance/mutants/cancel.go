package mutants

import (
	"net/http"
	"slices"
	"strings"
)

// cancelMutants respond wrongly to the cancel itself.
func cancelMutants() []Mutant {
	return slices.Concat(
		breaking("CAN-01", []Mutant{
			{ID: "cancel-answers-200", behave: on(cancel, cancelReturnsAssessment),
				How: "Answers a cancel with 200 and the assessment instead of 204."},
			{ID: "cancel-answers-202", Subtle: true, behave: on(cancel, swap(204, 202, "")),
				How: "Answers a cancel with 202 and no body, and cancels at once."},
			{ID: "cancel-refused-at-first", Subtle: true, behave: refuseFirstCancel,
				How: "Refuses the first cancel of an assessment with 409, and accepts the second."},
			{ID: "cancel-quota", Subtle: true, Serial: true, Broad: true, behave: limitCancels,
				How: "Answers each cancel with 403 once nine have succeeded."},
		}),
		breaking("CAN-02", []Mutant{
			{ID: "cancel-204-with-body", behave: on(cancel, bodyAfter204(`{"workflow_state":"Cancelled"}`, "30")),
				How: "Sends a JSON body after the 204, and its Content-Length."},
			{ID: "cancel-204-with-line-break", Subtle: true, behave: on(cancel, bodyAfter204("\n", "")),
				How: "Sends a line break after the 204; most clients drop it."},
			{ID: "cancel-204-announces-body", Subtle: true, behave: on(cancel, bodyAfter204("", "2")),
				How: "Sends a Content-Length of 2 with the 204, and no body."},
		}),
		breaking("CAN-03", []Mutant{
			{ID: "cancel-wants-content-type", behave: on(cancel, respondIf(415, authorized, withoutContentType)),
				How: "Refuses a cancel without a Content-Type with 415."},
			{ID: "cancel-wants-body", behave: on(cancel, respondIf(400, authorized, withoutBody)),
				How: "Refuses a cancel without a body with 400."},
			{ID: "cancel-redirects-to-form", Subtle: true, behave: on(cancel, redirectBareCancel),
				How: "Redirects a cancel without a body to the assessment; a client that follows gets a 200."},
		}),
		breaking("CAN-08", []Mutant{
			{ID: "cancel-unknown-204", behave: on(cancel, swap(404, 204, "")),
				How: "Answers the cancel of an unknown ID with 204."},
			{ID: "cancel-unknown-400", behave: on(cancel, swap(404, 400, "")),
				How: "Answers the cancel of an unknown ID with 400."},
			{ID: "cancel-finds-nearest", Subtle: true, behave: nearest(cancel),
				How: "Ignores the last digit of an ID, so that an ID one digit off cancels another assessment."},
			{ID: "cancel-always-404", Subtle: true, behave: on(cancel, swap(204, 404, "")),
				How: "Answers every cancel with 404, so that its 404 means nothing."},
		}),
	)
}

func withoutContentType(x *exchange) bool { return x.request.Header.Get("Content-Type") == "" }

func withoutBody(x *exchange) bool { return len(x.body) == 0 }

func cancelReturnsAssessment(x *exchange) *response {
	a := x.pass()
	if a.status == http.StatusNoContent {
		a.become(http.StatusOK, string(x.ask(get, x.id, "").body))
	}
	return a
}

func refuseFirstCancel() reaction {
	tried := newTally()
	first := func(x *exchange) bool { return tried.add(x.id) == 1 }
	return only(cancel, respondIf(http.StatusConflict, authorized, first, exists))
}

// limit is more cancels than precede the scenario of CAN-01 itself.
const limit = 9

func limitCancels() reaction {
	done := newTally()
	exhausted := func(*exchange) bool { n, _ := done.get(""); return n >= limit }
	refuse := respondIf(http.StatusForbidden, exhausted, exists)
	return only(cancel, func(x *exchange) *response {
		a := refuse(x)
		if a.ok() {
			done.add("")
		}
		return a
	})
}

func bodyAfter204(body, length string) reaction {
	return then(func(a *response) {
		if a.status != http.StatusNoContent {
			return
		}
		a.become(a.status, body)
		if length != "" {
			a.header.Set("Content-Length", length)
		}
	})
}

func redirectBareCancel(x *exchange) *response {
	if !withoutBody(x) || !exists(x) {
		return x.pass()
	}
	a := reply(http.StatusSeeOther, "")
	a.header.Set("Location", strings.TrimSuffix(x.request.URL.Path, "/cancel-workflow"))
	return a
}
