package journal

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"

	"example.com/assay/internal/redact"
	"example.com/assay/internal/text"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
)

// maxKept is the size in bytes of a body, above which only its beginning is kept.
// Certified responses do not count: the store has their bytes anyway.
const maxKept = 64 << 10

// Exchange records one request and, as its ResponseWriter, the response. The methods
// for the handlers of the API do nothing on nil, for a server without a journal.
type Exchange struct {
	http.ResponseWriter
	unmatched *Journal
	journal   *Journal // of the institution; nil: unmatched
	now       func() time.Time
	record    *record
	settings  *freedoms.Request // nil: unknown
	secrets   *redact.Redactor  // of the request's credentials
	exposed   bool              // the head of the request repeats a credential elsewhere
	unknown   string            // the key to remember the redactor for, once the key is valid
	sending   bool              // Write gets the bytes of the certified response
	ended     bool              // the record is in a journal, and immutable
	context   context.Context   //nolint:containedctx // of the request: it ends with the connection
}

// Begin starts the record of a request. Without a call of Of, the exchange goes to
// the journal of unmatched requests, at the time of now.
func Begin(w http.ResponseWriter, r *http.Request, unmatched *Journal, now func() time.Time) *Exchange {
	x := &Exchange{ResponseWriter: w, unmatched: unmatched, now: now, context: r.Context(), record: &record{
		method: r.Method, uri: r.RequestURI, host: r.Host, proto: r.Proto, bodySize: -1,
	}}
	if x.record.uri == "" && r.Method != "" { // it did not come through a server
		x.record.uri = r.URL.RequestURI()
	}
	x.keepHead(r)
	return x
}

// Of attributes the request to the institution of a journal, at its time.
func (x *Exchange) Of(j *Journal, now time.Time) {
	x.journal, x.record.time = j, now
	if x.unknown != "" {
		x.unmatched.known.Remember(x.unknown, x.secrets)
	}
	x.identify(j)
}

// identify sets the request ID, once.
func (x *Exchange) identify(j *Journal) {
	if x.record.id != "" {
		return
	}
	x.record.id = j.requestID()
	x.Header()["X-Request-Id"] = []string{x.record.id}
}

// Asked records the operation and the ID in its path, either empty if there is none,
// and the settings of the response.
func (x *Exchange) Asked(operation, assessment string, s *freedoms.Request) {
	if x == nil {
		return
	}
	if x.exposed {
		assessment = x.Hide(assessment)
	}
	x.record.operation, x.record.assessment, x.settings = operation, assessment, s
}

// About records the assessment that the request concerns, if its path does not name it.
func (x *Exchange) About(assessment string) {
	if x != nil {
		x.record.assessment = assessment
	}
}

// Read records the body of the request; nil: it was not read.
func (x *Exchange) Read(body []byte) {
	if x == nil || body == nil {
		return
	}
	x.record.bodySize = int64(len(body))
	x.record.body = x.hideBody(body, x.secrets.Text)
	x.record.body, x.record.bodyCut = beginning(x.record.body)
}

// beginning returns the part of a body that is kept, and reports whether it is not
// the whole body.
func beginning(body []byte) (kept []byte, cut bool) {
	if len(body) <= maxKept {
		return body, false
	}
	return []byte(text.Prefix(string(body), maxKept)), true
}

// Refused records the reason of a refusal, even if the response conceals it, and a
// command that would have worked, empty if unknown.
func (x *Exchange) Refused(problem string, findings []contract.Mismatch, try string) {
	if x == nil {
		return
	}
	x.record.problem, x.record.findings, x.record.try = x.Hide(problem), x.HideFindings(findings), x.Hide(try)
}

// Note adds a hint at a cause.
func (x *Exchange) Note(text string) {
	if x == nil {
		return
	}
	x.record.notes = append(x.record.notes, x.Hide(text))
}

// Changed records the effect of the request on an assessment. The caller holds the
// lock of the state, so that the journal knows which entries came before. The last
// call counts.
func (x *Exchange) Changed(before, after domain.View) {
	if x == nil {
		return
	}
	x.record.change = &change{before: before, after: after, effective: before != after}
	if x.journal != nil {
		x.record.change.previous = x.journal.last.Load()
	}
}

// Struck records a fault that is about to happen.
func (x *Exchange) Struck(f Fault) {
	if x == nil {
		return
	}
	x.record.fault = &f
}

// Miss records why the fault does not happen.
func (x *Exchange) Miss(reason string) {
	if x.record.fault != nil {
		x.record.fault.Missed = reason
	}
}

// Disconnect ends the exchange because its connection ended early.
func (x *Exchange) Disconnect() {
	x.record.disconnected = true
	x.End()
}

// Abort ends the exchange before the mock cuts the connection, so that a client that
// sees the cut finds the entry.
func (x *Exchange) Abort() {
	x.record.aborted = true
	x.End()
}

// Decided records the response of the API, whether or not it is sent.
func (x *Exchange) Decided(c contract.Certified) {
	if x != nil {
		x.record.decided = c
	}
}

// Send writes the response.
func (x *Exchange) Send(c contract.Certified) error {
	x.Decided(c)
	x.sending = true
	err := c.Write(x)
	x.sending, x.record.whole = false, err == nil
	return err
}

// WriteHeader implements http.ResponseWriter.
func (x *Exchange) WriteHeader(status int) {
	if x.record.status == 0 {
		x.record.status = status
		x.identify(x.unmatched)
	}
	x.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (x *Exchange) Write(p []byte) (int, error) {
	if x.record.status == 0 {
		x.WriteHeader(http.StatusOK)
	}
	if !x.sending {
		x.record.copied = append(x.record.copied, p[:min(len(p), maxKept+1-len(x.record.copied))]...)
	}
	n, err := x.ResponseWriter.Write(p)
	x.record.sent += int64(n)
	x.record.disconnected = x.record.disconnected || err != nil && !errors.Is(err, http.ErrBodyNotAllowed)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (x *Exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// End adds the exchange to its journal, once.
func (x *Exchange) End() {
	if x.ended {
		return
	}
	x.ended = true
	r, j := x.record, x.journal
	if j == nil {
		j = x.unmatched
		r.time = x.now().UTC()
	}
	x.identify(j)
	r.disconnected = !r.aborted && (r.disconnected || x.context.Err() != nil)
	switch {
	case r.status != 0:
		r.responseHeaders = fields(x.Header(), x.hideInResponse)
	case !r.aborted && !r.disconnected: // net/http answers for a handler that does not
		r.status = http.StatusOK
	}
	x.keepBody()
	if x.settings != nil {
		r.settings = *x.settings
	}
	r.institution, r.seed = j.institution, j.seed
	j.add(r)
}

// keepBody chooses the form in which the record has the body of the response.
func (x *Exchange) keepBody() {
	r := x.record
	if r.method == http.MethodHead { // the client got none of it
		r.whole, r.copied, r.sent = false, nil, 0
		return
	}
	if r.whole && r.status < http.StatusBadRequest { // it repeats nothing of the request but known IDs
		return
	}
	body := r.decided.Body()
	if !r.whole {
		body, r.copiedCut = beginning(r.copied)
	}
	if hidden := x.hideBody(body, x.Hide); !r.whole || !bytes.Equal(hidden, body) {
		r.whole, r.copied = false, hidden
	}
}

// Ended is the outcome of an exchange, for metrics and traces.
type Ended struct {
	Operation string // operationId; empty: none of the contract
	Status    int    // 0: the connection was cut before there was one
	Fault     string // name of the triggered fault, or empty
}

// Ended returns the outcome of the exchange. Call it after End.
func (x *Exchange) Ended() Ended {
	return Ended{Operation: x.record.operation, Status: x.record.status, Fault: x.record.faultName()}
}
