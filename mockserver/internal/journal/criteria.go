package journal

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// criteria are what a filter asks of an entry, those that cost little first.
type criteria []criterion

// criterion is one thing that is asked of an entry.
type criterion struct {
	name   string
	wanted string
	met    func(*record) bool
	got    func(*record) string // what an entry has instead
}

// criteria returns what the filter asks for. It is the one table of it: what finds
// an entry also tells what another lacks.
func (f *Filter) criteria() criteria {
	all := criteria{{"kind", string(cmp.Or(f.Kind, KindExchange)), func(r *record) bool { return f.Kind.finds(r.kind()) }, func(r *record) string { return string(r.kind()) }}}
	number := func(r *record) string { return fmt.Sprint(r.number) }
	if f.After > 0 {
		all = append(all, criterion{"number", fmt.Sprintf("one above %d", f.After), func(r *record) bool { return r.number > f.After }, number})
	}
	if f.Before > 0 {
		all = append(all, criterion{"number", fmt.Sprintf("one below %d", f.Before), func(r *record) bool { return r.number < f.Before }, number})
	}
	all = append(all, f.ofRequest()...)
	return append(all, f.ofOutcome()...)
}

// ofRequest are the criteria about what was asked.
func (f *Filter) ofRequest() criteria {
	var all criteria
	text := func(name, wanted string, got func(*record) string) {
		if wanted != "" {
			all = append(all, criterion{name, wanted, func(r *record) bool { return got(r) == wanted }, got})
		}
	}
	folded := func(name, wanted string, got func(*record) string) {
		if wanted != "" {
			all = append(all, criterion{name, wanted, func(r *record) bool { return strings.EqualFold(got(r), wanted) }, got})
		}
	}
	text("operation", f.Operation, func(r *record) string { return r.operation })
	folded("method", f.Method, func(r *record) string { return r.method })
	folded("id", f.ID, func(r *record) string { return r.id })
	folded("assessment_id", f.Assessment, (*record).about)
	return all
}

// ofOutcome are the criteria about what came of it.
func (f *Filter) ofOutcome() criteria {
	var all criteria
	if f.Status != 0 {
		all = append(all, criterion{"status", fmt.Sprint(f.Status), func(r *record) bool { return r.status == f.Status }, func(r *record) string { return fmt.Sprint(r.status) }})
	}
	truth := func(name string, wanted *bool, got func(*record) bool) {
		if wanted != nil {
			all = append(all, criterion{name, fmt.Sprint(*wanted), func(r *record) bool { return got(r) == *wanted }, func(r *record) string { return fmt.Sprint(got(r)) }})
		}
	}
	truth("effective", f.Effective, (*record).effective)
	truth("refused", f.Refused, func(r *record) bool { return r.problem != "" })
	if f.Fault != "" {
		all = append(all, criterion{"fault", f.Fault, func(r *record) bool { return r.struckBy(f.Fault) }, (*record).faultName})
	}
	if f.State != "" {
		all = append(all, criterion{"state", f.State, func(r *record) bool { return r.left() == f.State }, (*record).left})
	}
	if f.Text != "" {
		all = append(all, criterion{"text", f.Text, func(r *record) bool { return r.holds(f.Text) }, func(*record) string { return "another text" }})
	}
	return all
}

// meet reports whether the record has all that is asked for.
func (c criteria) meet(r *record) bool {
	for i := range c {
		if !c[i].met(r) {
			return false
		}
	}
	return true
}

// Near is an entry that lacks little of what was asked for.
type Near struct {
	Number  uint64   `json:"number"`
	What    string   `json:"what"`    // the entry in a few words
	Differs []string `json:"differs"` // in what, with what was expected and what it has
}

// mostNear is how many entries are told to be near.
const mostNear = 3

// nearest returns the records that miss the fewest criteria, but miss some, the
// latest first of those that miss as many. One that meets nothing that was asked
// for is not near.
func (c criteria) nearest(records []*record) []Near {
	type candidate struct {
		record *record
		missed int
	}
	var found []candidate
	for _, r := range slices.Backward(records) {
		if missed, met := c.count(r); missed > 0 && met > 0 {
			found = append(found, candidate{r, missed})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.missed, b.missed) })
	var near []Near
	for _, f := range found[:min(len(found), mostNear)] {
		near = append(near, Near{Number: f.record.number, What: f.record.inShort(), Differs: c.differences(f.record)})
	}
	return near
}

// count returns how many criteria the record misses, and how many it meets that
// somebody has chosen.
func (c criteria) count(r *record) (missed, met int) {
	for _, one := range c {
		switch {
		case !one.met(r):
			missed++
		case one.name != "kind" && one.name != "number":
			met++
		}
	}
	return missed, met
}

// differences says in what the record is another than what was asked for.
func (c criteria) differences(r *record) []string {
	var all []string
	for _, one := range c {
		if !one.met(r) {
			all = append(all, fmt.Sprintf("%s: expected %s, got %s", one.name, one.wanted, cmp.Or(one.got(r), "none")))
		}
	}
	return all
}

// inShort says what the entry is.
func (r *record) inShort() string {
	if r.control != nil {
		return r.control.By.words() + " " + r.control.Words
	}
	return fmt.Sprintf("%s %s, answered with %d", r.method, r.uri, r.status)
}
