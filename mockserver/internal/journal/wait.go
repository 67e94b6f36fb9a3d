package journal

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// referred returns the record with the request ID or the number, nil if none has
// it.
func referred(records []*record, ref string) *record {
	number, byNumber := asNumber(ref)
	for _, r := range slices.Backward(records) {
		if ref != "" && strings.EqualFold(r.id, ref) || byNumber && r.number == number {
			return r
		}
	}
	return nil
}

// asNumber reads the number of an entry. A request ID is longer, even if it has
// digits alone.
func asNumber(ref string) (uint64, bool) {
	const digits = 20 // that a number has at most
	number, err := strconv.ParseUint(ref, 10, 64)
	return number, err == nil && len(ref) <= digits
}

// ErrTimeout says that what was waited for has not happened.
var ErrTimeout = errors.New("it has not happened in time")

// Wait returns once the filter finds so many entries, oldest first, those that
// are there already included. The error is ErrTimeout if the context ends
// before, with the entries that were found, and ErrEnded if the institution is
// deleted before. Any other error is about the filter: see [Journal.Check].
func (j *Journal) Wait(ctx context.Context, f Filter, count int) ([]Entry, error) {
	if err := j.Check(f); err != nil {
		return nil, err
	}
	for {
		changed := j.next()
		found := j.Oldest(f, count)
		if len(found) >= count {
			return found, nil
		}
		if j.over() {
			return found, ErrEnded
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return found, ErrTimeout
		}
	}
}

// next returns a channel that is closed at the next entry.
func (j *Journal) next() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	return j.changed
}

// Oldest returns the first entries that the filter finds, oldest first, at most so
// many.
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
