package fault

import (
	"cmp"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// Plan is the fault of one request.
type Plan struct {
	Rule  string // ID of the rule; empty: the request asked for it
	Kind  Kind
	Delay time.Duration // as drawn

	other  replacement
	untake func() // takes the trigger back from the rule; nil: there is none
}

// plan draws the delay of one request. The rule must be complete.
func (r Rule) plan(random *rand.Rand) *Plan {
	kind, _ := kindOf(r.Fault)
	return &Plan{Rule: r.ID, Kind: kind, Delay: r.Delay.draw(random), other: replacementOf(r)}
}

// replacementOf returns the other response: that of the rule or, for an error without a
// body, a problem document.
func replacementOf(r Rule) replacement {
	o := replacement{status: r.Status, contentType: cmp.Or(r.ContentType, "application/json"), body: r.Body}
	if r.Body == "" && r.Status >= http.StatusBadRequest {
		detail := "deliberate fault, requested by the Prefer header"
		if r.ID != "" {
			detail = "deliberate fault, armed as " + r.ID
		}
		o = problem("fault", r.Status, detail)
	}
	o.retryAfter = r.RetryAfter
	return o
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
	miss := func(reason string) { p.miss(w, reason) }
	return p.Kind.deliver(delivery{w: w, request: r, response: response, other: p.other, delay: p.Delay, miss: miss})
}

// miss records that the fault does not happen.
func (p *Plan) miss(w http.ResponseWriter, reason string) {
	if p.untake != nil {
		p.untake()
	}
	if o, ok := w.(Observer); ok {
		o.Miss(reason)
	}
}

func (p *Plan) wait(w http.ResponseWriter, r *http.Request) {
	if !pause(r.Context(), p.Delay) {
		p.miss(w, "the connection ended during the delay")
		disconnected(w)
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
