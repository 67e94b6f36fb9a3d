package fault

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// Kind is a way to misbehave. [Kinds] lists them all.
type Kind struct {
	Name    Name     `json:"name"`
	Meaning string   `json:"what"`            // what happens, as a sentence without a full stop
	Needs   []string `json:"needs,omitempty"` // required fields of the rule: delay, status
	Skips   bool     `json:"-"`               // the request is not carried out

	early   bool // the delay comes before the commit
	spread  bool // the delay is spread over the body
	deliver func(p *Plan, w http.ResponseWriter, r *http.Request, response Response) error
}

// Name is the name of a kind.
type Name string

// Response is a response that can be written.
type Response interface {
	Write(http.ResponseWriter) error
}

// Plan is the fault of one request.
type Plan struct {
	Rule  string // ID of the rule; empty: the request asked for it
	Kind  Kind
	Delay time.Duration // as drawn

	other other
}

// other is a response that replaces the real one.
type other struct {
	status      int
	body        string
	contentType string
	retryAfter  int // seconds; 0: none
}

// Refusal returns a plan that answers 400 instead of carrying out the request.
func Refusal(problem error) *Plan {
	body := problemDocument("prefer", http.StatusBadRequest, problem.Error())
	return &Plan{Kind: answer(), other: other{status: http.StatusBadRequest, contentType: problemType, body: body}}
}

// Skips reports whether the request is not carried out.
func (p *Plan) Skips() bool { return p != nil && p.Kind.Skips }

// Before waits if the delay comes before the commit. If the client goes away
// meanwhile, it cuts the connection and the request is not carried out.
func (p *Plan) Before(w http.ResponseWriter, r *http.Request) {
	if p != nil && p.Kind.early {
		p.wait(w, r)
	}
}

// Deliver sends the response as the fault leaves it. A kind that cuts the
// connection panics with http.ErrAbortHandler. The response of a request that was
// not carried out is not used.
func (p *Plan) Deliver(w http.ResponseWriter, r *http.Request, response Response) error {
	if !p.Kind.early && !p.Kind.spread {
		p.wait(w, r)
	}
	return p.Kind.deliver(p, w, r, response)
}

func (p *Plan) wait(w http.ResponseWriter, r *http.Request) {
	if !pause(r.Context(), p.Delay) {
		cut(w)
	}
}

// Description returns what happened, as a sentence without a full stop.
func (p *Plan) Description() string {
	text := p.Kind.Meaning
	if p.Delay > 0 {
		text += "; delay " + p.Delay.String()
	}
	if p.other.status != 0 {
		text += "; status " + strconv.Itoa(p.other.status)
	}
	return text
}

// sendOther sends the other response.
func (p *Plan) sendOther(w http.ResponseWriter) error {
	header := w.Header()
	if p.other.retryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(p.other.retryAfter))
	}
	contentType, body := p.otherBody()
	if body == "" {
		w.WriteHeader(p.other.status)
		return nil
	}
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.other.status)
	_, err := w.Write([]byte(body))
	return err
}

// otherBody returns the body of the rule or, for an error without one, a problem
// document.
func (p *Plan) otherBody() (contentType, body string) {
	switch {
	case p.other.body != "":
		return p.other.contentType, p.other.body
	case p.other.status < http.StatusBadRequest:
		return "", ""
	case p.Rule != "":
		return problemType, problemDocument("fault", p.other.status, "deliberate fault, armed as "+p.Rule)
	}
	return problemType, problemDocument("fault", p.other.status, "deliberate fault, requested by the Prefer header")
}

const problemType = "application/problem+json"

func problemDocument(name string, status int, detail string) string {
	document, err := json.Marshal(map[string]any{
		"type": "urn:assay:problem:" + name, "title": http.StatusText(status), "status": status, "detail": detail,
	})
	if err != nil {
		return ""
	}
	return string(document)
}
