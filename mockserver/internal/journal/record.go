package journal

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/openapi"
)

// record is the compact form of an entry. It is immutable once in a journal.
type record struct {
	number      uint64
	id          string // request ID
	institution string
	seed        uint64
	time        time.Time
	cost        int // bytes toward the limit

	// The request.
	method, uri, host, proto string
	requestHeaders           []Header
	body                     []byte
	bodySize                 int64 // of the whole body, -1 if it was not read
	bodyCut                  bool  // body is only the beginning

	// Its interpretation.
	operation  string
	assessment string
	settings   freedoms.Request
	problem    string
	try        string
	findings   []contract.Mismatch
	notes      []string
	fault      *Fault
	change     *change

	// A change outside the API; nil in an exchange.
	control *Control
	made    *State // of its assessment; nil: it concerns none

	// The response.
	status          int
	responseHeaders []Header
	decided         contract.Certified // the response of the API
	whole           bool               // the client got all of decided
	copied          []byte             // otherwise, the body that was sent, or its beginning
	sent            int64              // bytes of the body
	copiedCut       bool               // copied is only the beginning
	aborted         bool
	disconnected    bool
}

// change is the effect of a request, even an empty one, on an assessment.
type change struct {
	before, after domain.View
	effective     bool
	previous      uint64 // number of the last entry before the effect
}

// overhead is the cost of a record without its texts, in bytes.
const overhead = 512

func (r *record) size() int {
	n := overhead + len(r.uri) + len(r.host) + len(r.body) + len(r.copied) + len(r.problem)
	for _, list := range [][]Header{r.requestHeaders, r.responseHeaders} {
		for _, h := range list {
			n += len(h.Name) + len(h.Value)
		}
	}
	for _, f := range r.findings {
		n += len(f.Expected) + len(f.Got)
	}
	if r.whole {
		n += r.decided.Size()
	}
	if r.control != nil {
		n += r.control.size()
	}
	return n
}

// entry returns the record as an entry.
func (r *record) entry() Entry {
	e := Entry{
		Number: r.number, Kind: r.kind(), ID: r.id, Institution: r.institution, Time: r.time, Seed: r.seed, Operation: r.operation,
		Assessment: r.about(), Control: r.control, State: r.state(),
	}
	if r.control != nil {
		return e
	}
	e.Request = Request{
		Method: r.method, URL: r.uri, Host: r.host, Proto: r.proto, Headers: sorted(r.requestHeaders), Body: bodyOf(r.body, r.bodySize, r.bodyCut),
	}
	e.Response = Response{Status: r.status, Headers: sorted(r.responseHeaders), Body: bodyOf(r.responseBody(), r.sent, r.copiedCut), Aborted: r.aborted, Disconnected: r.disconnected}
	e.Problem, e.Try, e.Findings, e.Choices, e.Notes, e.Fault = r.problem, r.try, r.findings, r.settings.Read(), r.notes, r.fault
	return e
}

// sorted returns the headers sorted by name; those of one name keep their order.
func sorted(list []Header) []Header {
	list = append([]Header{}, list...)
	slices.SortStableFunc(list, func(a, b Header) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func bodyOf(b []byte, size int64, cut bool) Body {
	body := Body{Text: string(b), Bytes: size, Cut: cut}
	if !utf8.Valid(b) {
		body.Text, body.Encoding = base64.StdEncoding.EncodeToString(b), "base64"
	}
	return body
}

func (r *record) kind() Kind {
	if r.control != nil {
		return KindControl
	}
	return KindExchange
}

// responseBody returns the body of the response, or the beginning that is kept.
func (r *record) responseBody() []byte {
	if r.whole {
		return r.decided.Body()
	}
	return r.copied
}

// about returns the ID of the assessment in the path, or of the created one.
func (r *record) about() string {
	if r.assessment != "" || r.effect() != openapi.Creates {
		return r.assessment
	}
	return r.shown().ID
}

// effect returns the effect that the contract states for an operation on an assessment.
func (r *record) effect() openapi.Effect {
	if op, ok := openapi.OperationByID(r.operation); ok && op.Resource == "assessment" {
		return op.Effect
	}
	return ""
}

// state returns the state that the request made, or that the response shows.
func (r *record) state() *State {
	if r.control != nil {
		return r.made
	}
	if c := r.change; c != nil {
		return &State{Before: viewOf(c.before), After: viewOf(c.after), Effective: c.effective}
	}
	s := r.shown()
	switch {
	case s.View == (View{}):
		return nil
	case r.effect() == openapi.Creates:
		return &State{After: &s.View, Effective: true}
	}
	return &State{Before: &s.View, After: &s.View}
}

func viewOf(v domain.View) *View {
	return &View{State: string(v.State), Outcome: v.Outcome, Status: v.Status}
}

// shown is the part of an assessment that a state needs.
type shown struct {
	ID string `json:"id"`
	View
}

// shown reads the assessment of a successful response, which the contract certifies,
// even if a fault kept it from the client.
func (r *record) shown() shown {
	var s shown
	if effect := r.effect(); effect != openapi.Reads && effect != openapi.Creates || !r.succeeded() {
		return s
	}
	if err := json.Unmarshal(r.decided.Body(), &s); err != nil {
		return shown{}
	}
	return s
}

func (r *record) succeeded() bool {
	status := r.decided.Status()
	return status != 0 && status < http.StatusMultipleChoices
}

// effective reports whether the exchange or the change altered an assessment.
func (r *record) effective() bool {
	switch {
	case r.made != nil:
		return r.made.Effective
	case r.change != nil:
		return r.change.effective
	}
	return r.effect() == openapi.Creates && r.succeeded()
}

// summary describes the entry in a few words.
func (r *record) summary() string {
	if r.control != nil {
		return r.control.By.words() + " " + r.control.Words
	}
	return fmt.Sprintf("%s %s, answered with %d", r.method, r.uri, r.status)
}
