package mutants

import (
	"net/http"
	"slices"
	"strings"

	"example.com/assay/conformance/internal/layer"
)

// cancelMutants respond wrongly to the cancel itself.
func cancelMutants() []Mutant {
	return slices.Concat(
		breaking("CAN-01", []Mutant{
			{ID: "cancel-answers-200", behave: on(layer.Cancel, cancelReturnsAssessment),
				How: "Answers a cancel with 200 and the assessment instead of 204."},
			{ID: "cancel-answers-202", Subtle: true, behave: on(layer.Cancel, swap(204, 202, "")),
				How: "Answers a cancel with 202 and no body, and cancels at once."},
			{ID: "cancel-refused-at-first", Subtle: true, behave: refuseFirstCancel,
				How: "Refuses the first cancel of an assessment with 409, and accepts the second."},
			{ID: "cancel-quota", Subtle: true, Serial: true, Broad: true, behave: limitCancels,
				How: "Answers each cancel with 403 once nine have succeeded."},
		}),
		breaking("CAN-02", []Mutant{
			{ID: "cancel-204-with-body", behave: on(layer.Cancel, bodyAfter204(`{"workflow_state":"Cancelled"}`, "30")),
				How: "Sends a JSON body after the 204, and its Content-Length."},
			{ID: "cancel-204-with-line-break", Subtle: true, behave: on(layer.Cancel, bodyAfter204("\n", "")),
				How: "Sends a line break after the 204; most clients drop it."},
			{ID: "cancel-204-announces-body", Subtle: true, behave: on(layer.Cancel, bodyAfter204("", "2")),
				How: "Sends a Content-Length of 2 with the 204, and no body."},
		}),
		breaking("CAN-03", []Mutant{
			{ID: "cancel-wants-content-type", behave: on(layer.Cancel, respondIf(415, authorized, withoutContentType)),
				How: "Refuses a cancel without a Content-Type with 415."},
			{ID: "cancel-wants-body", behave: on(layer.Cancel, respondIf(400, authorized, withoutBody)),
				How: "Refuses a cancel without a body with 400."},
			{ID: "cancel-redirects-to-form", Subtle: true, behave: on(layer.Cancel, redirectBareCancel),
				How: "Redirects a cancel without a body to the assessment; a client that follows gets a 200."},
		}),
		breaking("CAN-08", []Mutant{
			{ID: "cancel-unknown-204", behave: on(layer.Cancel, swap(404, 204, "")),
				How: "Answers the cancel of an unknown ID with 204."},
			{ID: "cancel-unknown-400", behave: on(layer.Cancel, swap(404, 400, "")),
				How: "Answers the cancel of an unknown ID with 400."},
			{ID: "cancel-finds-nearest", Subtle: true, behave: nearest(layer.Cancel),
				How: "Ignores the last digit of an ID, so that an ID one digit off cancels another assessment."},
			{ID: "cancel-always-404", Subtle: true, behave: on(layer.Cancel, swap(204, 404, "")),
				How: "Answers every cancel with 404, so that its 404 means nothing."},
		}),
	)
}

func withoutContentType(x *exchange) bool { return x.Request.Header.Get("Content-Type") == "" }

func withoutBody(x *exchange) bool { return len(x.Body) == 0 }

func cancelReturnsAssessment(x *exchange) *response {
	a := x.Pass()
	if a.Status == http.StatusNoContent {
		a.Become(http.StatusOK, string(x.Ask(layer.Get, x.ID, "").Body))
	}
	return a
}

func refuseFirstCancel() reaction {
	tried := new(layer.Tally)
	first := func(x *exchange) bool { return tried.Add(x.ID) == 1 }
	return only(layer.Cancel, respondIf(http.StatusConflict, authorized, first, exists))
}

// limit is more cancels than precede the scenario of CAN-01 itself.
const limit = 9

func limitCancels() reaction {
	done := new(layer.Tally)
	exhausted := func(*exchange) bool { n, _ := done.Get(""); return n >= limit }
	refuse := respondIf(http.StatusForbidden, exhausted, exists)
	return only(layer.Cancel, func(x *exchange) *response {
		a := refuse(x)
		if a.OK() {
			done.Add("")
		}
		return a
	})
}

func bodyAfter204(body, length string) reaction {
	return then(func(a *response) {
		if a.Status != http.StatusNoContent {
			return
		}
		a.Become(a.Status, body)
		if length != "" {
			a.Header().Set("Content-Length", length)
		}
	})
}

func redirectBareCancel(x *exchange) *response {
	if !withoutBody(x) || !exists(x) {
		return x.Pass()
	}
	a := layer.Reply(http.StatusSeeOther, "")
	a.Header().Set("Location", strings.TrimSuffix(x.Request.URL.Path, "/cancel-workflow"))
	return a
}
