package journal

import (
	"time"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
)

// record is an entry as it is kept. It does not change once it is in a journal.
type record struct {
	number      uint64
	id          string // request ID
	institution string
	seed        uint64
	time        time.Time
	cost        int // bytes that it counts for

	// What was asked.
	method, uri, host, proto string
	asked                    []Header
	body                     []byte
	bodySize                 int64 // of the whole body, -1 if it was not read
	bodyCut                  bool  // not all of it is kept

	// How it was taken.
	operation  string
	assessment string
	settings   freedoms.Request
	problem    string
	try        string
	findings   []contract.Mismatch
	notes      []string
	fault      *Fault
	change     *change

	// What was done outside the API; nil: it is an exchange.
	control *Control
	made    *State // what that made of its assessment; nil: it is about none

	// What was answered.
	status    int
	answered  []Header
	answer    contract.Certified // the body, if whole
	whole     bool
	copied    []byte // the body, or its beginning, if not
	sent      int64  // bytes of the body
	copiedCut bool   // not all of it is kept
	aborted   bool
}

// change is what a request did, or would have done, to the state of an
// assessment.
type change struct {
	before, after domain.View
	effective     bool
	later         uint64 // entries with a higher number ended after it
}

// Header is one field of a head.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Fault is a fault that struck.
type Fault struct {
	Rule  string `json:"rule,omitempty"` // ID; empty: the request asked for it
	Name  string `json:"name"`
	Delay string `json:"delay,omitempty"`
	Words string `json:"words"`
}

// overhead is what a record counts for beyond what it shows.
const overhead = 512

func (r *record) size() int {
	n := overhead + len(r.uri) + len(r.host) + len(r.body) + len(r.copied) + len(r.problem)
	for _, list := range [][]Header{r.asked, r.answered} {
		for _, h := range list {
			n += len(h.Name) + len(h.Value)
		}
	}
	for _, f := range r.findings {
		n += len(f.Expected) + len(f.Got)
	}
	if r.whole {
		n += r.answer.Size()
	}
	if r.control != nil {
		n += r.control.cost()
	}
	return n
}

// response returns the body of the answer, as far as it is kept.
func (r *record) response() []byte {
	if r.whole {
		return r.answer.Body()
	}
	return r.copied
}
