package journal

import (
	"bytes"
	"net/http"
	"time"

	"example.com/assay/internal/redact"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
)

// maxKept is how many bytes of a body are kept. The contract's own answers do
// not count: their bytes are there anyway.
const maxKept = 64 << 10

// Exchange is one request on its way to the API, and the answer on its way back,
// which is written through it. The API says what it makes of the request; its
// methods for that do nothing on a nil exchange, for a server without a journal.
type Exchange struct {
	http.ResponseWriter
	strays   *Journal
	journal  *Journal // whose request it is; nil: a stray's
	now      func() time.Time
	record   *record
	settings *freedoms.Request // of the request; nil: unknown
	secrets  *redact.Redactor  // that the request presents
	exposed  bool              // a secret is in the head of the request, and not as a credential
	unknown  string            // the key, if its secrets are worth remembering once it is known to be good
	sending  bool              // the bytes that are written are those of the answer
	ended    bool              // the record is in a journal, and does not change any more
}

// Begin starts the exchange of a request. Unless it turns out to be of an
// institution, it is kept in the journal of strays, at the time that
// the function returns.
func Begin(w http.ResponseWriter, r *http.Request, strays *Journal, now func() time.Time) *Exchange {
	x := &Exchange{ResponseWriter: w, strays: strays, now: now, record: &record{
		method: r.Method, uri: r.RequestURI, host: r.Host, proto: r.Proto, bodySize: -1,
	}}
	if x.record.uri == "" { // the request was made without a server
		x.record.uri = r.URL.RequestURI()
	}
	x.keepHead(r)
	return x
}

// Of says which institution's request it is, at which time.
func (x *Exchange) Of(j *Journal, now time.Time) {
	x.journal, x.record.time = j, now
	if x.unknown != "" {
		x.strays.known.Remember(x.unknown, x.secrets)
	}
	x.identify(j)
}

// identify gives the answer its ID, once.
func (x *Exchange) identify(j *Journal) {
	if x.record.id != "" {
		return
	}
	x.record.id = j.number()
	x.Header()["X-Request-Id"] = []string{x.record.id}
}

// Asked says what is asked for: the operation and the ID in its path, either
// empty if there is none, and the choices that hold for the answer.
func (x *Exchange) Asked(operation, assessment string, s *freedoms.Request) {
	if x == nil {
		return
	}
	if x.exposed {
		assessment = x.Hide(assessment)
	}
	x.record.operation, x.record.assessment, x.settings = operation, assessment, s
}

// Read says what the body of the request was; nil: it was not read.
func (x *Exchange) Read(body []byte) {
	if x == nil || body == nil {
		return
	}
	x.record.bodySize = int64(len(body))
	hidden := x.hideBody(body, x.secrets.Text)
	if len(hidden) > maxKept {
		hidden, x.record.bodyCut = bytes.Clone(hidden[:maxKept]), true
	}
	x.record.body = hidden
}

// Refused says why the request is refused, whatever the answer will tell of it,
// and which command would have worked, empty if unknown.
func (x *Exchange) Refused(problem string, findings []contract.Mismatch, try string) {
	if x == nil {
		return
	}
	x.record.problem, x.record.findings, x.record.try = x.Hide(problem), x.hideFindings(findings), x.Hide(try)
}

// Note adds a remark for a reader who looks for a reason.
func (x *Exchange) Note(text string) {
	if x == nil {
		return
	}
	x.record.notes = append(x.record.notes, x.Hide(text))
}

// Changed says what the request made of the state of an assessment. It is called
// while the state cannot change in any other way, so that the journal knows what
// came after it. Of several calls the last one counts.
func (x *Exchange) Changed(before, after domain.View) {
	if x == nil {
		return
	}
	x.record.change = &change{before: before, after: after, effective: before != after}
	if x.journal != nil {
		x.record.change.later = x.journal.last.Load()
	}
}

// Struck says which fault has struck.
func (x *Exchange) Struck(f Fault) {
	if x == nil {
		return
	}
	x.record.fault = &f
}

// Abort says that the connection is about to be cut, and ends the exchange: who
// sees the cut finds it in the journal.
func (x *Exchange) Abort() {
	x.record.aborted = true
	x.End()
}

// Decided says what the answer is, whether or not it will be sent.
func (x *Exchange) Decided(c contract.Certified) {
	if x != nil {
		x.record.answer = c
	}
}

// Send writes the answer.
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
		x.identify(x.strays)
	}
	x.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (x *Exchange) Write(p []byte) (int, error) {
	if x.record.status == 0 {
		x.WriteHeader(http.StatusOK)
	}
	if !x.sending {
		x.record.copied = append(x.record.copied, p[:min(len(p), maxKept-len(x.record.copied))]...)
	}
	n, err := x.ResponseWriter.Write(p)
	x.record.sent += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (x *Exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// End puts the exchange into its journal, once.
func (x *Exchange) End() {
	if x.ended {
		return
	}
	x.ended = true
	r, j := x.record, x.journal
	if j == nil {
		j = x.strays
		r.time = x.now().UTC()
	}
	x.identify(j)
	switch {
	case r.status != 0:
		r.answered = fields(x.Header(), x.answered)
	case !r.aborted: // net/http answers for a handler that does not
		r.status = http.StatusOK
	}
	x.keepBody()
	if x.settings != nil {
		r.settings = *x.settings
	}
	r.institution, r.seed = j.institution, j.seed
	j.add(r)
}

// keepBody decides how the body of the answer is kept.
func (x *Exchange) keepBody() {
	r := x.record
	if r.method == http.MethodHead { // nothing of it was sent
		r.whole, r.copied, r.sent = false, nil, 0
		return
	}
	if r.whole && r.status < http.StatusBadRequest { // it has nothing of the request but IDs of what there is
		return
	}
	answered := r.copied
	r.copiedCut = r.sent > int64(len(answered))
	if r.whole {
		answered = r.answer.Body()
	}
	hidden := x.hideBody(answered, x.Hide)
	if !r.whole || !bytes.Equal(hidden, answered) {
		r.copiedCut = !r.whole && r.copiedCut
		r.whole, r.copied = false, hidden
	}
}
