package journal

import (
	"errors"
	"fmt"
)

// Expectation is a filter and the number of entries that it must select. Without
// Exactly, AtLeast and AtMost it is at least one.
type Expectation struct {
	Filter
	Exactly *int `json:"exactly,omitempty"`
	AtLeast *int `json:"at_least,omitempty"`
	AtMost  *int `json:"at_most,omitempty"`
	// Then counts only entries after the last one of the previous expectation. After a
	// change of state, these are the entries that ended after the change, even if the
	// response to the change came later.
	Then bool `json:"then,omitempty"`
}

// Verdict reports whether all expectations are met.
type Verdict struct {
	OK      bool     `json:"ok"`
	Results []Result `json:"results"`
	Stats   Stats    `json:"journal"`
}

// Result is the result of one expectation.
type Result struct {
	OK       bool     `json:"ok"`
	Expected string   `json:"expected"`
	Got      int      `json:"got"`
	Entries  []uint64 `json:"entries"`          // numbers of the first selected entries
	Reason   string   `json:"reason,omitempty"` // of a failure
	// Nearest are the nearest entries that the filter misses, if it selects too few.
	Nearest []Near `json:"nearest,omitempty"`
}

// maxListed bounds the numbers that a result lists.
const maxListed = 100

// check returns an error if the counts are contradictory.
func (e Expectation) check() error {
	for _, n := range []*int{e.Exactly, e.AtLeast, e.AtMost} {
		if n != nil && *n < 0 {
			return fmt.Errorf("negative count %d; use 0 or more", *n)
		}
	}
	switch {
	case e.Exactly != nil && (e.AtLeast != nil || e.AtMost != nil):
		return errors.New("exactly with at_least or at_most; use one or the other")
	case e.AtLeast != nil && e.AtMost != nil && *e.AtMost < *e.AtLeast:
		return fmt.Errorf("at_most %d is below at_least %d", *e.AtMost, *e.AtLeast)
	}
	return nil
}

// bounds returns the smallest and the largest count; -1: unlimited.
func (e Expectation) bounds() (least, most int) {
	if e.Exactly != nil {
		return *e.Exactly, *e.Exactly
	}
	least, most = 1, -1
	if e.AtMost != nil {
		least, most = 0, *e.AtMost
	}
	if e.AtLeast != nil {
		least = *e.AtLeast
	}
	return least, most
}

func (e Expectation) words() string {
	switch least, most := e.bounds(); {
	case least == most:
		return fmt.Sprintf("exactly %d", least)
	case most < 0:
		return fmt.Sprintf("at least %d", least)
	case least == 0:
		return fmt.Sprintf("at most %d", most)
	default:
		return fmt.Sprintf("from %d to %d", least, most)
	}
}

// Verify reports whether the journal meets all expectations. An expectation that
// depends on evicted entries fails with a reason. The error is about contradictory
// expectations and unknown operations.
func (j *Journal) Verify(expectations []Expectation) (Verdict, error) {
	if len(expectations) == 0 {
		return Verdict{}, errors.New("verify: no expectations; give at least one")
	}
	records, stats := j.records()
	v := Verdict{OK: true, Stats: stats}
	var from uint64
	for i, e := range expectations {
		if err := errors.Join(e.check(), j.Check(e.Filter)); err != nil {
			return Verdict{}, fmt.Errorf("verify: expectation %d: %w", i+1, err)
		}
		if !e.Then {
			from = 0
		}
		e.After = max(from, e.After)
		result, last := e.verify(records, stats.Evicted)
		if last != nil {
			from = last.lastBefore()
		}
		v.OK = v.OK && result.OK
		v.Results = append(v.Results, result)
	}
	return v, nil
}

// lastBefore returns the number of the last entry before the effect of this one.
func (r *record) lastBefore() uint64 {
	if r.change != nil && r.change.effective {
		return r.change.previous
	}
	return r.number
}

// verify counts the selected entries, and returns the last one.
func (e Expectation) verify(records []*record, evicted uint64) (Result, *record) {
	result := Result{Expected: e.words(), Entries: []uint64{}}
	criteria := e.criteria()
	var last *record
	for _, r := range records {
		if !criteria.meet(r) {
			continue
		}
		last = r
		if result.Got++; len(result.Entries) < maxListed {
			result.Entries = append(result.Entries, r.number)
		}
	}
	least, most := e.bounds()
	enough, tooMany := result.Got >= least, most >= 0 && result.Got > most
	unknown := evicted > e.After && !tooMany && (most >= 0 || !enough)
	switch {
	case unknown:
		result.Reason = fmt.Sprintf("cannot verify: entries up to %d were evicted; raise --journal-entries, or filter with after=%d", evicted, evicted)
	case !enough || tooMany:
		result.Reason = fmt.Sprintf("expected %s, got %d", result.Expected, result.Got)
	}
	if result.OK = result.Reason == ""; !enough {
		result.Nearest = criteria.nearest(records)
	}
	return result, last
}
