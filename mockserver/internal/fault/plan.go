package fault

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Plan is what goes wrong with one request.
type Plan struct {
	Rule  string        // ID of the rule; empty: the request asked for it
	Fault Name          // what goes wrong
	Delay time.Duration // how long it was drawn to be

	status      int
	body        string
	contentType string
	retryAfter  int
}

func planOf(r Rule, random *rand.Rand) *Plan {
	return &Plan{
		Rule: r.ID, Fault: r.Fault, Delay: r.Delay.draw(random),
		status: r.Status, body: r.Body, contentType: r.ContentType, retryAfter: r.RetryAfter,
	}
}

// Skips says whether the request is not carried out.
func (p *Plan) Skips() bool { return p != nil && (p.Fault == Answer || p.Fault == Reset) }

// Before is carried out before the request is: it waits, if the delay belongs
// there. A request whose client goes away meanwhile is cut off and not carried
// out.
func (p *Plan) Before(w http.ResponseWriter, r *http.Request) {
	if p == nil {
		return
	}
	if p.Fault == Delay || p.Skips() {
		p.wait(w, r)
	}
}

func (p *Plan) wait(w http.ResponseWriter, r *http.Request) {
	if !pause(r.Context(), p.Delay) {
		cut(w)
	}
}

// Answering is a response that can be written. One whose request was not
// carried out is never asked to.
type Answering interface {
	Write(http.ResponseWriter) error
}

// Deliver sends what the fault makes of the response. What cuts a connection ends
// the handler by a panic with http.ErrAbortHandler, as net/http wants it.
func (p *Plan) Deliver(w http.ResponseWriter, r *http.Request, a Answering) error {
	switch p.Fault {
	case Answer:
		return p.answer(w)
	case CommitThenAnswer:
		p.wait(w, r)
		return p.answer(w)
	case Reset:
		cut(w)
	case CommitThenReset:
		p.wait(w, r)
		cut(w)
	case Delay: // it is over
	case CommitThenDelay:
		p.wait(w, r)
	case ResetAfterHeaders, Truncate:
		p.wait(w, r)
		return shorten(w, p.Fault == Truncate, a)
	case Slow:
		return a.Write(&dribbling{ResponseWriter: w, request: r, over: p.Delay})
	}
	return a.Write(w)
}

// answer sends the other answer.
func (p *Plan) answer(w http.ResponseWriter) error {
	header := w.Header()
	if p.retryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	contentType, body := p.other()
	if body == "" {
		w.WriteHeader(p.status)
		return nil
	}
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.status)
	_, err := w.Write([]byte(body))
	return err
}

// other returns the body that was asked for, or else one that says that the
// error is deliberate.
func (p *Plan) other() (contentType, body string) {
	if p.body != "" {
		if p.contentType != "" {
			return p.contentType, p.body
		}
		return "application/json", p.body
	}
	if p.status < http.StatusBadRequest {
		return "", ""
	}
	origin := "the header Prefer asked for it"
	if p.Rule != "" {
		origin = "the armed " + p.Rule + " struck"
	}
	document, err := json.Marshal(map[string]any{
		"type": "urn:assay:problem:fault", "title": "A fault that was asked for", "status": p.status, "detail": "This is deliberate: " + origin + ".",
	})
	if err != nil {
		return "", ""
	}
	return "application/problem+json", string(document)
}

// Words says what went wrong, for people.
func (p *Plan) Words() string {
	var b strings.Builder
	b.WriteString(meanings()[p.Fault])
	if p.Delay > 0 {
		b.WriteString("; the delay was " + p.Delay.String())
	}
	if p.status != 0 {
		b.WriteString("; the status was " + strconv.Itoa(p.status))
	}
	return b.String()
}

// Meaning says in words what a fault does.
func Meaning(n Name) string { return meanings()[n] }

// meanings says in words what each fault does.
func meanings() map[Name]string {
	return map[Name]string{
		Delay:             "the request was carried out late",
		Answer:            "another answer was sent, and nothing was carried out",
		Reset:             "the connection was reset before anything was carried out",
		CommitThenDelay:   "the request was carried out at once and answered late",
		CommitThenAnswer:  "the request was carried out, and another answer was sent",
		CommitThenReset:   "the request was carried out, and the connection was reset before any answer",
		ResetAfterHeaders: "the request was carried out, and the connection was reset after the headers",
		Truncate:          "the request was carried out, and the connection ended within the body",
		Slow:              "the request was carried out, and the body came in small pieces",
	}
}
