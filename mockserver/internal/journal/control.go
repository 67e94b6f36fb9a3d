package journal

import (
	"fmt"
	"time"

	"example.com/assay/mockserver/internal/domain"
)

// Kind is what an entry of a journal is: a request with its answer, or a change
// that was made outside the API.
type Kind string

// The kinds of entries, and what a filter can name besides them.
const (
	KindExchange Kind = "exchange" // a request and its answer
	KindControl  Kind = "control"  // a change by the control plane or by the library
	KindAny      Kind = "any"      // either, in a filter
)

// Actor is who makes changes outside the API.
type Actor string

// The actors. The zero value stands for Go: who holds a server in a program.
const (
	ByGo   Actor = "go"
	ByHTTP Actor = "http"
)

func (a Actor) words() string {
	if a == ByHTTP {
		return "the control plane"
	}
	return "the program that runs the mock"
}

// Change is something that is done to an institution outside the API.
type Change struct {
	Operation  string // operationId of the control plane, or OperationReload
	Assessment string // ID; empty: it is about none, or about all
	// Before and After are what the change made of the assessment; nil: it did not
	// exist, or the change is about none.
	Before, After *domain.View
	Control
}

// Control is what an entry tells of a change that was made outside the API.
type Control struct {
	By       Actor    `json:"by"`
	Words    string   `json:"words"`              // what was done, after the name of who did it
	Fault    string   `json:"fault,omitempty"`    // ID of the fault that was armed or disarmed
	Snapshot string   `json:"snapshot,omitempty"` // name of the one that was restored
	Settings []Choice `json:"settings,omitempty"` // what was chosen anew
	Moved    []Moved  `json:"moved,omitempty"`    // what happened by the passing of time
	Omitted  int      `json:"omitted,omitempty"`  // of those, how many were too many to list
}

// Choice is a value of a freedom that took the place of another.
type Choice struct {
	Freedom string `json:"freedom"`
	Before  string `json:"before"`
	After   string `json:"after"`
}

// Moved is an assessment whose clients see another state because time has passed.
type Moved struct {
	Assessment string `json:"assessment_id"`
	Event      string `json:"event"` // workflow-ended, workflow-failed or change-visible
}

// mostMoved is how many an entry lists: a journal is bounded.
const mostMoved = 100

// Control adds a change to the journal. It is called before anybody can see the
// change, so that what has a higher number may have seen it, and what has a lower
// one has not.
func (j *Journal) Control(at time.Time, c Change) {
	if c.By == "" {
		c.By = ByGo
	}
	if n := len(c.Moved); n > mostMoved {
		c.Moved, c.Omitted = c.Moved[:mostMoved], c.Omitted+n-mostMoved
	}
	r := &record{
		institution: j.institution, seed: j.seed, time: at.UTC(), operation: c.Operation, assessment: c.Assessment,
		control: &c.Control,
	}
	if c.After != nil {
		r.made = &State{After: viewOf(*c.After), Effective: c.Before == nil || *c.Before != *c.After}
	}
	if c.Before != nil {
		r.made.Before = viewOf(*c.Before)
	}
	j.add(r)
}

func (r *record) kind() Kind {
	if r.control != nil {
		return KindControl
	}
	return KindExchange
}

// finds reports whether entries of the kind are looked for. The zero value looks for
// exchanges: what a test counts does not change because its own set-up is written
// down, too.
func (k Kind) finds(kind Kind) bool {
	switch k {
	case "":
		return kind == KindExchange
	case KindAny:
		return true
	case KindExchange, KindControl:
	}
	return k == kind
}

// explainControl says in a sentence what was done.
func (e Entry) explainControl() []string {
	return []string{fmt.Sprintf("At %s, %s %s.", stamp(e.Time), e.Control.By.words(), e.Control.Words)}
}

func stamp(t time.Time) string { return t.Format(time.RFC3339Nano) }

// cost is how many bytes the change shows.
func (c *Control) cost() int {
	n := len(c.Words) + len(c.Fault) + len(c.Snapshot)
	for _, s := range c.Settings {
		n += len(s.Freedom) + len(s.Before) + len(s.After)
	}
	for _, m := range c.Moved {
		n += len(m.Assessment) + len(m.Event)
	}
	return n
}
