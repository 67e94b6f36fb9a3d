package journal

import (
	"errors"
	"fmt"
)

// Expectation says how many entries a filter is to find. Exactly, or any of
// AtLeast and AtMost, says how many; none of them stands for at least one.
type Expectation struct {
	Filter
	Exactly *int `json:"exactly,omitempty"`
	AtLeast *int `json:"at_least,omitempty"`
	AtMost  *int `json:"at_most,omitempty"`
	// Then counts only what came after the last entry that the expectation before
	// this one counted: for a change of state, what ended after the change, even if
	// the answer to the change came later.
	Then bool `json:"then,omitempty"`
}

// Verdict reports whether expectations were met.
type Verdict struct {
	OK      bool     `json:"ok"`
	Results []Result `json:"results"`
	Stats   Stats    `json:"journal"`
}

// Result is what became of one expectation.
type Result struct {
	OK       bool     `json:"ok"`
	Expected string   `json:"expected"`
	Got      int      `json:"got"`
	Entries  []uint64 `json:"entries"`          // the numbers of the first of those that count
	Reason   string   `json:"reason,omitempty"` // why not
	// Nearest are entries that would have counted but for a few things, if too few
	// did; the nearest first.
	Nearest []Near `json:"nearest,omitempty"`
}

// mostListed is how many numbers a result lists.
const mostListed = 100

// check says what is wrong with the expectation itself.
func (e Expectation) check() error {
	for _, n := range []*int{e.Exactly, e.AtLeast, e.AtMost} {
		if n != nil && *n < 0 {
			return fmt.Errorf("expected counts of 0 and more, got %d", *n)
		}
	}
	switch {
	case e.Exactly != nil && (e.AtLeast != nil || e.AtMost != nil):
		return fmt.Errorf("expected either exactly, or at_least and at_most, got both")
	case e.AtLeast != nil && e.AtMost != nil && *e.AtMost < *e.AtLeast:
		return fmt.Errorf("expected at_most not to be below at_least, got %d and %d", *e.AtMost, *e.AtLeast)
	}
	return nil
}

// bounds returns the fewest and the most; -1: any number.
func (e Expectation) bounds() (least, most int) {
	if e.Exactly != nil {
		return *e.Exactly, *e.Exactly
	}
	least, most = 0, -1
	if e.AtMost != nil {
		most = *e.AtMost
	} else {
		least = 1
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

// Verify reports whether the journal meets all expectations. One that only entries
// could decide which were let go is not met, and says so. The error is about
// expectations that cannot be.
func (j *Journal) Verify(expectations []Expectation) (Verdict, error) {
	if len(expectations) == 0 {
		return Verdict{}, fmt.Errorf("verify: expected at least one expectation, got none")
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
		result, last := e.judge(records, max(from, e.After), stats.Evicted)
		if last != nil {
			from = last.effect()
		}
		v.OK = v.OK && result.OK
		v.Results = append(v.Results, result)
	}
	return v, nil
}

// effect returns the number of the last entry that ended before this one had its
// effect.
func (r *record) effect() uint64 {
	if r.change != nil && r.change.effective {
		return r.change.later
	}
	return r.number
}

// judge counts the entries after a number, and returns the last one.
func (e Expectation) judge(records []*record, after, evicted uint64) (Result, *record) {
	result := Result{Expected: e.words(), Entries: []uint64{}}
	e.After = after
	criteria := e.criteria()
	var last *record
	for _, r := range records {
		if !criteria.meet(r) {
			continue
		}
		last = r
		if result.Got++; len(result.Entries) < mostListed {
			result.Entries = append(result.Entries, r.number)
		}
	}
	least, most := e.bounds()
	enough, tooMany := result.Got >= least, most >= 0 && result.Got > most
	unknown := evicted > after && !tooMany && (most >= 0 || !enough)
	switch {
	case unknown:
		result.Reason = fmt.Sprintf("the journal cannot tell: the entries up to number %d were let go; give it more room, or look only after that number", evicted)
	case !enough || tooMany:
		result.Reason = fmt.Sprintf("expected %s, got %d", result.Expected, result.Got)
	}
	if result.OK = result.Reason == ""; !enough {
		result.Nearest = criteria.nearest(records)
	}
	return result, last
}
