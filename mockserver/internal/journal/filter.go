package journal

import (
	"bytes"
	"slices"
	"strings"
)

// Filter says which entries are looked for. The zero value finds all. Texts are
// compared as they are, but for IDs and Text, where case does not matter.
type Filter struct {
	Kind       Kind   `json:"kind,omitempty"`          // empty: exchanges
	ID         string `json:"id,omitempty"`            // request ID
	Operation  string `json:"operation,omitempty"`     // operationId, of a change that of the control plane
	Assessment string `json:"assessment_id,omitempty"` // in the path, or of the one that was made
	Method     string `json:"method,omitempty"`
	Status     int    `json:"status,omitempty"` // of the answer that was sent
	State      string `json:"state,omitempty"`  // the state that the client was shown, or that it left
	Effective  *bool  `json:"effective,omitempty"`
	Fault      string `json:"fault,omitempty"`   // name or rule of a fault that struck; any: whichever; none: none
	Refused    *bool  `json:"refused,omitempty"` // whether the API refused the request
	Text       string `json:"text,omitempty"`    // in the URL, in a body, or in the words of a change
	After      uint64 `json:"after,omitempty"`   // only entries with a higher number
	Before     uint64 `json:"before,omitempty"`  // only entries with a lower number; 0: all
}

func (r *record) effective() bool {
	if r.made != nil {
		return r.made.Effective
	}
	if r.change != nil {
		return r.change.effective
	}
	return r.operation == "createAssessment" && r.answer.Status() != 0 && r.answer.Status() < 300
}

func (r *record) struckBy(fault string) bool {
	switch {
	case fault == "none":
		return r.fault == nil
	case r.fault == nil:
		return false
	}
	return fault == "any" || fault == r.fault.Name || fault == r.fault.Rule
}

func (r *record) faultName() string {
	if r.fault == nil {
		return ""
	}
	return r.fault.Name
}

// left returns the state that the client was shown, or that it left.
func (r *record) left() string {
	s := r.state()
	if s == nil || s.After == nil {
		return ""
	}
	return s.After.State
}

func (r *record) holds(text string) bool {
	low := strings.ToLower(text)
	if r.control != nil {
		return strings.Contains(strings.ToLower(r.control.Words), low)
	}
	return strings.Contains(strings.ToLower(r.uri), low) || strings.Contains(strings.ToLower(r.problem), low) ||
		bytes.Contains(bytes.ToLower(r.body), []byte(low)) || bytes.Contains(bytes.ToLower(r.response()), []byte(low))
}

// Found is what was found, and how full the journal was.
type Found struct {
	Entries []Entry `json:"entries"`
	Count   int     `json:"count"` // how many the filter finds in all
	Stats   Stats   `json:"journal"`
}

// Find returns the latest entries that the filter finds, newest first, at most
// so many; 0 stands for all.
func (j *Journal) Find(f Filter, limit int) Found { return j.Page(f, 0, limit) }

// Page returns what Find does, without so many of the latest. Pages keep their
// places while the journal grows if the filter says before which number.
func (j *Journal) Page(f Filter, offset, limit int) Found {
	records, stats := j.records()
	found := Found{Entries: []Entry{}, Stats: stats}
	criteria := f.criteria()
	for _, r := range slices.Backward(records) {
		if !criteria.meet(r) {
			continue
		}
		found.Count++
		if found.Count > offset && (limit == 0 || found.Count <= offset+limit) {
			found.Entries = append(found.Entries, r.entry())
		}
	}
	return found
}

// Entry returns the entry with the request ID, or with the number in decimal
// digits, and whether it is kept.
func (j *Journal) Entry(ref string) (Entry, bool) {
	e, _, kept := j.Explain(ref)
	return e, kept
}

// Explain returns the same entry, with sentences that say why the answer was what
// it was, or what was done.
func (j *Journal) Explain(ref string) (Entry, []string, bool) {
	records, _ := j.records()
	r := referred(records, ref)
	if r == nil {
		return Entry{}, nil, false
	}
	e := r.entry()
	return e, e.explain(originsOf(r, records)), true
}
