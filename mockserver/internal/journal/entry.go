package journal

import (
	"encoding/base64"
	"encoding/json"
	"time"
	"unicode/utf8"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
)

// Entry is one exchange, as the client saw it and as it came about, or one change
// that was made outside the API.
type Entry struct {
	Number      uint64    `json:"number"`         // its place in the journal, from 1
	Kind        Kind      `json:"kind"`           // exchange or control
	ID          string    `json:"id"`             // X-Request-Id of the answer; empty: a change had none
	Institution string    `json:"institution_id"` // empty: of none
	Time        time.Time `json:"time"`           // by the clock of the institution
	Seed        uint64    `json:"seed,string"`    // of the server; a string, because JavaScript would round it
	Operation   string    `json:"operation"`      // operationId, of a change that of the control plane; empty: none
	Assessment  string    `json:"assessment_id"`  // in the path; empty: none

	// Request and Response are those of an exchange; zero in a change.
	Request  Request  `json:"request,omitzero"`
	Response Response `json:"response,omitzero"`
	// Control is a change; nil in an exchange.
	Control *Control `json:"control,omitempty"`

	// State is the state of the assessment before and after; null if the request
	// was not about one.
	State *State `json:"state"`
	// Problem is why the request was refused, whatever the body says of it.
	Problem string `json:"problem,omitempty"`
	// Try is a command that would have worked; empty if unknown.
	Try string `json:"try,omitempty"`
	// Findings are the places where the request broke the contract, or named what is
	// not there.
	Findings []contract.Mismatch `json:"findings,omitempty"`
	// Choices are those of the freedoms that had a part in the answer.
	Choices map[string]string `json:"choices,omitempty"`
	// Notes are remarks for a reader who looks for a reason.
	Notes []string `json:"notes,omitempty"`
	Fault *Fault   `json:"fault,omitempty"`
}

// Request is what was asked. Keys are redacted.
type Request struct {
	Method  string   `json:"method"`
	URL     string   `json:"url"` // path and query, as sent
	Host    string   `json:"host"`
	Proto   string   `json:"proto"`
	Headers []Header `json:"headers"`
	Body    Body     `json:"body"`
}

// Response is what was answered.
type Response struct {
	Status  int      `json:"status"` // 0: none was sent
	Headers []Header `json:"headers"`
	Body    Body     `json:"body"`
	// Aborted says that the connection was cut on purpose.
	Aborted bool `json:"aborted,omitempty"`
}

// Body is a body, or its beginning.
type Body struct {
	Text     string `json:"text,omitempty"`
	Encoding string `json:"encoding,omitempty"` // base64 if it is no UTF-8; else empty
	Bytes    int64  `json:"bytes"`              // of the whole body; -1: it was not read
	Cut      bool   `json:"cut,omitempty"`      // more was there than is kept
}

// State is what became of the state of an assessment. Effective says that the
// request changed it.
type State struct {
	Before    *View `json:"before"` // null: it did not exist
	After     *View `json:"after"`  // null: it does not exist
	Effective bool  `json:"effective"`
}

// View is the state of an assessment as clients see it.
type View struct {
	State   string `json:"workflow_state"`
	Outcome string `json:"outcome_id"` // empty: null
	Status  string `json:"status_id"`  // empty: null
}

// entry puts together what the record shows.
func (r *record) entry() Entry {
	if r.control != nil {
		return Entry{
			Number: r.number, Kind: KindControl, Institution: r.institution, Time: r.time, Seed: r.seed, Operation: r.operation,
			Assessment: r.assessment, Control: r.control, State: r.made,
		}
	}
	return Entry{
		Number: r.number, Kind: KindExchange, ID: r.id, Institution: r.institution, Time: r.time, Seed: r.seed,
		Operation: r.operation, Assessment: r.about(),
		Request: Request{
			Method: r.method, URL: r.uri, Host: r.host, Proto: r.proto, Headers: sorted(r.asked), Body: bodyOf(r.body, r.bodySize, r.bodyCut),
		},
		Response: Response{Status: r.status, Headers: sorted(r.answered), Body: bodyOf(r.response(), r.sent, r.copiedCut), Aborted: r.aborted},
		State:    r.state(), Problem: r.problem, Try: r.try, Findings: r.findings, Choices: r.settings.Read(), Notes: r.notes, Fault: r.fault,
	}
}

func bodyOf(b []byte, whole int64, cut bool) Body {
	body := Body{Text: string(b), Bytes: whole, Cut: cut}
	if !utf8.Valid(b) {
		body.Text, body.Encoding = base64.StdEncoding.EncodeToString(b), "base64"
	}
	return body
}

// about returns the ID of the assessment that the request was about: the one in
// its path, or the one that it made.
func (r *record) about() string {
	if r.assessment != "" || r.operation != "createAssessment" {
		return r.assessment
	}
	return r.shown().ID
}

// state returns what the request made of the assessment, or what it showed.
func (r *record) state() *State {
	if r.made != nil {
		return r.made
	}
	if c := r.change; c != nil {
		return &State{Before: viewOf(c.before), After: viewOf(c.after), Effective: c.effective}
	}
	s := r.shown()
	if s.View == (View{}) {
		return nil
	}
	if r.operation == "createAssessment" {
		return &State{After: &s.View, Effective: true}
	}
	return &State{Before: &s.View, After: &s.View}
}

func viewOf(v domain.View) *View {
	return &View{State: string(v.State), Outcome: v.Outcome, Status: v.Status}
}

// shown is what an answer shows of an assessment.
type shown struct {
	ID string `json:"id"`
	View
}

// shown reads the assessment that the answer holds. Such an answer is of the
// contract, so its form is known; what a fault has made of it may still have
// reached nobody, and yet it was carried out.
func (r *record) shown() shown {
	var s shown
	if (r.operation != "getAssessment" && r.operation != "createAssessment") || r.answer.Status() == 0 || r.answer.Status() >= 300 {
		return s
	}
	if err := json.Unmarshal(r.answer.Body(), &s); err != nil {
		return shown{}
	}
	return s
}
