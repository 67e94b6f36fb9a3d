package journal

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/assay/internal/suggest"
)

// Filter selects entries. The zero value selects all exchanges. IDs, methods and Text
// match letters of either case.
type Filter struct {
	Kind       Kind   `json:"kind,omitempty"`          // empty: exchanges
	ID         string `json:"id,omitempty"`            // request ID
	Operation  string `json:"operation,omitempty"`     // operationId of the API or of the control plane
	Assessment string `json:"assessment_id,omitempty"` // in the path, or created
	Method     string `json:"method,omitempty"`
	Status     int    `json:"status,omitempty"` // of the response as sent
	State      string `json:"state,omitempty"`  // shown to the client, or reached
	Effective  *bool  `json:"effective,omitempty"`
	Fault      string `json:"fault,omitempty"`   // name or ID of a triggered fault, any or none
	Refused    *bool  `json:"refused,omitempty"` // by the API
	Text       string `json:"text,omitempty"`    // in the URL, the problem, a body or the words of a change
	After      uint64 `json:"after,omitempty"`   // only entries with a higher number
	Before     uint64 `json:"before,omitempty"`  // only entries with a lower number; 0: all
}

// criterion is one condition of a filter.
type criterion struct {
	name   string
	wanted string
	met    func(*record) bool
	got    func(*record) string // the value to show for an entry that misses it
}

// criteria are the conditions of a filter, cheap ones first.
type criteria []criterion

// criteria returns the conditions of the filter. This table decides what a filter
// finds and what a near entry lacks.
func (f *Filter) criteria() criteria {
	wanted := cmp.Or(f.Kind, KindExchange)
	all := criteria{{"kind", string(wanted), func(r *record) bool { return wanted == KindAny || r.kind() == wanted }, func(r *record) string { return string(r.kind()) }}}
	number := func(r *record) string { return fmt.Sprint(r.number) }
	if f.After > 0 {
		all = append(all, criterion{"number", fmt.Sprintf("one above %d", f.After), func(r *record) bool { return r.number > f.After }, number})
	}
	if f.Before > 0 {
		all = append(all, criterion{"number", fmt.Sprintf("one below %d", f.Before), func(r *record) bool { return r.number < f.Before }, number})
	}
	all = all.equal("operation", f.Operation, func(r *record) string { return r.operation })
	all = all.equalFold("method", f.Method, func(r *record) string { return r.method })
	all = all.equalFold("id", f.ID, func(r *record) string { return r.id })
	all = all.equalFold("assessment_id", f.Assessment, (*record).about)
	if f.Status != 0 {
		all = all.equal("status", fmt.Sprint(f.Status), func(r *record) string { return fmt.Sprint(r.status) })
	}
	all = all.equalBool("effective", f.Effective, (*record).effective)
	all = all.equalBool("refused", f.Refused, func(r *record) bool { return r.problem != "" })
	if f.Fault != "" {
		all = append(all, criterion{"fault", f.Fault, func(r *record) bool { return r.hasFault(f.Fault) }, (*record).faultName})
	}
	all = all.equal("state", f.State, (*record).reached)
	if f.Text != "" {
		all = append(all, criterion{"text", f.Text, func(r *record) bool { return r.contains(f.Text) }, func(*record) string { return "another text" }})
	}
	return all
}

func (c criteria) equal(name, wanted string, got func(*record) string) criteria {
	if wanted == "" {
		return c
	}
	return append(c, criterion{name, wanted, func(r *record) bool { return got(r) == wanted }, got})
}

func (c criteria) equalFold(name, wanted string, got func(*record) string) criteria {
	if wanted == "" {
		return c
	}
	return append(c, criterion{name, wanted, func(r *record) bool { return strings.EqualFold(got(r), wanted) }, got})
}

func (c criteria) equalBool(name string, wanted *bool, got func(*record) bool) criteria {
	if wanted == nil {
		return c
	}
	return c.equal(name, fmt.Sprint(*wanted), func(r *record) string { return fmt.Sprint(got(r)) })
}

func (r *record) hasFault(wanted string) bool {
	if name := r.faultName(); name == "" || wanted == "none" {
		return name == "" && wanted == "none"
	}
	return wanted == "any" || wanted == r.fault.Name || wanted == r.fault.Rule
}

// faultName returns the name of the fault that happened, or "".
func (r *record) faultName() string {
	if r.fault == nil || r.fault.Missed != "" {
		return ""
	}
	return r.fault.Name
}

// reached returns the state after the exchange or the change.
func (r *record) reached() string {
	if s := r.state(); s != nil && s.After != nil {
		return s.After.State
	}
	return ""
}

func (r *record) contains(text string) bool {
	low := []byte(strings.ToLower(text))
	texts := [][]byte{[]byte(r.uri), []byte(r.problem), r.body, r.responseBody()}
	if r.control != nil {
		texts = [][]byte{[]byte(r.control.Words)}
	}
	return slices.ContainsFunc(texts, func(b []byte) bool { return bytes.Contains(bytes.ToLower(b), low) })
}

// meet reports whether the record meets all criteria.
func (c criteria) meet(r *record) bool {
	for i := range c {
		if !c[i].met(r) {
			return false
		}
	}
	return true
}

// Near is an entry that misses few criteria.
type Near struct {
	Number  uint64   `json:"number"`
	What    string   `json:"what"`    // the entry in a few words
	Differs []string `json:"differs"` // the missed criteria, with wanted and actual values
}

// maxNear bounds the entries of a result that are near.
const maxNear = 3

// nearest returns the records that miss the fewest criteria, the latest first among
// equals. A near record meets a criterion besides kind and number.
func (c criteria) nearest(records []*record) []Near {
	var near []Near
	for _, r := range slices.Backward(records) {
		n, met := Near{Number: r.number, What: r.summary()}, false
		for _, one := range c {
			if !one.met(r) {
				n.Differs = append(n.Differs, fmt.Sprintf("%s: expected %s, got %s", one.name, one.wanted, cmp.Or(one.got(r), "none")))
			} else if one.name != "kind" && one.name != "number" {
				met = true
			}
		}
		if met && len(n.Differs) > 0 {
			near = append(near, n)
		}
	}
	slices.SortStableFunc(near, func(a, b Near) int { return cmp.Compare(len(a.Differs), len(b.Differs)) })
	return near[:min(len(near), maxNear)]
}

// check rejects a filter that finds nothing whatever happens: with a misspelt
// operation, a test that expects no entries would always pass.
func (f *Filter) check(operations []string) error {
	var known []string
	if f.Kind != KindControl {
		known = append(known, operations...)
	}
	if f.Kind == KindControl || f.Kind == KindAny {
		known = append(known, ControlOperations()...)
	}
	switch {
	case f.Operation == "" || slices.Contains(known, f.Operation):
		return nil
	case slices.Contains(ControlOperations(), f.Operation):
		return errors.New("operation: " + f.Operation + " is a control-plane operation; use the kind control or any")
	}
	return fmt.Errorf("operation: unknown operation %.64q; use one of %s%s", f.Operation, strings.Join(known, ", "), suggest.Hint(f.Operation, known))
}
