package journal

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Found is the result of a search, and the statistics of the journal.
type Found struct {
	Entries []Entry `json:"entries"`
	Count   int     `json:"count"` // of all entries that the filter selects
	Stats   Stats   `json:"journal"`
}

// Find returns the latest entries that the filter selects, newest first; limit 0
// returns all.
func (j *Journal) Find(f Filter, limit int) Found { return j.Page(f, 0, limit) }

// Page is Find without the latest offset entries. Pages keep their places in a
// growing journal if the filter has a Before.
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

// Oldest returns the first entries that the filter selects, oldest first.
func (j *Journal) Oldest(f Filter, limit int) []Entry {
	records, _ := j.records()
	found := []Entry{}
	criteria := f.criteria()
	for _, r := range records {
		if len(found) < limit && criteria.meet(r) {
			found = append(found, r.entry())
		}
	}
	return found
}

// find returns the record with the request ID or the number, or nil.
func find(records []*record, ref string) *record {
	number, byNumber := asNumber(ref)
	for _, r := range slices.Backward(records) {
		if ref != "" && strings.EqualFold(r.id, ref) || byNumber && r.number == number {
			return r
		}
	}
	return nil
}

// asNumber reads the number of an entry. A request ID is longer, even one of digits
// only.
func asNumber(ref string) (uint64, bool) {
	const maxDigits = 20
	number, err := strconv.ParseUint(ref, 10, 64)
	return number, err == nil && len(ref) <= maxDigits
}

// Entry returns the entry with the request ID or the decimal number, and reports
// whether the journal has it.
func (j *Journal) Entry(ref string) (Entry, bool) {
	records, _ := j.records()
	r := find(records, ref)
	if r == nil {
		return Entry{}, false
	}
	return r.entry(), true
}

// Check returns an error if the filter cannot select any entry.
func (j *Journal) Check(f Filter) error { return f.check(j.operations) }

// ErrTimeout is the error of a wait that ends without enough entries.
var ErrTimeout = errors.New("timed out")

// Wait returns the first count entries that the filter selects, oldest first, as soon
// as the journal has them. Besides an error of [Journal.Check], the error is
// ErrTimeout if the context ends before, or ErrEnded if the institution is deleted
// before; both come with the entries so far.
func (j *Journal) Wait(ctx context.Context, f Filter, count int) ([]Entry, error) {
	if err := j.Check(f); err != nil {
		return nil, err
	}
	for {
		changed, ended := j.next()
		found := j.Oldest(f, count)
		if len(found) >= count {
			return found, nil
		}
		if ended {
			return found, ErrEnded
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return found, ErrTimeout
		}
	}
}
