package journal

import (
	"time"

	"example.com/assay/mockserver/internal/contract"
)

// Kind tells an exchange from a change outside the API.
type Kind string

// The kinds of entries, and the filter for either.
const (
	KindExchange Kind = "exchange" // a request and its response
	KindControl  Kind = "control"  // a change by the control plane or by the library
	KindAny      Kind = "any"      // either, in a filter
)

// Entry is one exchange, as the client saw it, with its causes; or one change
// outside the API.
type Entry struct {
	Number      uint64    `json:"number"`         // in the journal, from 1
	Kind        Kind      `json:"kind"`           // exchange or control
	ID          string    `json:"id"`             // X-Request-Id of the response; empty: a change
	Institution string    `json:"institution_id"` // empty: unmatched
	Time        time.Time `json:"time"`           // by the clock of the institution
	Seed        uint64    `json:"seed,string"`    // of the server; a string, because JavaScript would round it
	Operation   string    `json:"operation"`      // operationId of the API or of the control plane; empty: none
	Assessment  string    `json:"assessment_id"`  // in the path; empty: none

	// Request and Response are zero in a change.
	Request  Request  `json:"request,omitzero"`
	Response Response `json:"response,omitzero"`
	// Control is nil in an exchange.
	Control *Control `json:"control,omitempty"`

	// State is the state of the assessment before and after; null without one.
	State *State `json:"state"`
	// Problem is the reason of a refusal, even if the body conceals it.
	Problem string `json:"problem,omitempty"`
	// Try is a command that would have worked; empty if unknown.
	Try string `json:"try,omitempty"`
	// Findings are the places where the request broke the contract or named unknown
	// resources.
	Findings []contract.Mismatch `json:"findings,omitempty"`
	// Choices are the freedoms that shaped the response.
	Choices map[string]string `json:"choices,omitempty"`
	// Notes are further hints at causes.
	Notes []string `json:"notes,omitempty"`
	Fault *Fault   `json:"fault,omitempty"`
}

// Header is one header field.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Request is a request, with redacted credentials.
type Request struct {
	Method  string   `json:"method"`
	URL     string   `json:"url"` // path and query, as sent
	Host    string   `json:"host"`
	Proto   string   `json:"proto"`
	Headers []Header `json:"headers"`
	Body    Body     `json:"body"`
}

// Response is a response as sent.
type Response struct {
	Status  int      `json:"status"` // 0: none was sent
	Headers []Header `json:"headers"`
	Body    Body     `json:"body"`
	// Aborted reports whether the mock cut the connection on purpose.
	Aborted bool `json:"aborted,omitempty"`
	// Disconnected reports whether the connection ended before the mock had written
	// the response: the client closed it, or the mock stopped.
	Disconnected bool `json:"disconnected,omitempty"`
}

// Body is a body, or its beginning.
type Body struct {
	Text     string `json:"text,omitempty"`
	Encoding string `json:"encoding,omitempty"` // base64, or empty for UTF-8
	Bytes    int64  `json:"bytes"`              // of the whole body; -1: it was not read
	Cut      bool   `json:"cut,omitempty"`      // the journal keeps only the beginning
}

// State is the state of an assessment around a request or a change.
type State struct {
	Before    *View `json:"before"`    // null: it did not exist
	After     *View `json:"after"`     // null: it does not exist
	Effective bool  `json:"effective"` // the state changed
}

// View is the state of an assessment as clients see it.
type View struct {
	State   string `json:"workflow_state"`
	Outcome string `json:"outcome_id"` // empty: null
	Status  string `json:"status_id"`  // empty: null
}

// Fault is the fault of a request.
type Fault struct {
	Rule  string `json:"rule,omitempty"` // ID; empty: the request asked for it
	Name  string `json:"name"`
	Delay string `json:"delay,omitempty"`
	Words string `json:"words"`
	// Missed is the reason why the fault did not happen; empty: it happened.
	Missed string `json:"missed,omitempty"`
}
