package institution

import (
	"cmp"
	"slices"
	"time"

	"example.com/assay/mockserver/internal/fixtures"
)

const (
	maxEvents  = 1_000
	maxAdvance = 100 * 365 * 24 * time.Hour
)

// latest returns the latest time that an institution can have.
func latest() time.Time { return time.Date(fixtures.LastYear+1, 1, 1, 0, 0, 0, 0, time.UTC).Add(-1) }

// nextEvent returns the time of the first event after now, or now if there is none.
func (s *State) nextEvent(now time.Time) time.Time {
	all, _ := s.Assessments.All()
	next := now
	for _, a := range all {
		if e, ok := a.Next(now); ok && !e.At.After(latest()) && (next.Equal(now) || e.At.Before(next)) {
			next = e.At
		}
	}
	return next
}

// happened returns the events between two times.
func (s *State) happened(before, after time.Time) Advanced {
	moved := Advanced{From: before, To: after, Events: []Event{}}
	all, _ := s.Assessments.All()
	for _, a := range all {
		for _, e := range a.Events(before, after) {
			moved.Events = append(moved.Events, eventOf(e))
		}
		if len(moved.Events) > 16*maxEvents { // bounds the memory
			moved.keepFirst()
		}
	}
	moved.keepFirst()
	return moved
}

// keepFirst sorts the events and drops those beyond the limit.
func (a *Advanced) keepFirst() {
	slices.SortStableFunc(a.Events, func(a, b Event) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Assessment, b.Assessment))
	})
	if n := len(a.Events); n > maxEvents {
		a.Events, a.Omitted = a.Events[:maxEvents], a.Omitted+n-maxEvents
	}
}
