package tenant

import (
	"cmp"
	"slices"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/store"
)

// Mode says how the time of an institution passes.
type Mode string

// The modes.
const (
	Real   Mode = "real"   // at the pace of the server's clock
	Frozen Mode = "frozen" // not at all, until it is advanced
)

// Clock is the time of an institution.
type Clock struct {
	Mode Mode      `json:"mode"`
	Now  time.Time `json:"now"`
}

// Advanced says how the time moved, and what happened by that, in order.
type Advanced struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Events  []Event   `json:"events"`
	Omitted int       `json:"omitted,omitempty"` // events that were too many to tell
}

// Event is something that happened in a workflow by the passing of time.
type Event struct {
	At         time.Time `json:"at"`
	Kind       string    `json:"kind"` // step-ended, workflow-ended, workflow-failed or change-visible
	Assessment string    `json:"assessment_id"`
	Step       string    `json:"step,omitempty"`
}

const (
	maxEvents  = 1_000
	maxAdvance = 100 * 365 * 24 * time.Hour
)

// Clock returns the time.
func (in *Institution) Clock() Clock { return clockOf(in.current.Load().Time) }

func clockOf(t *store.Timeline) Clock {
	mode := Real
	if t.Frozen() {
		mode = Frozen
	}
	return Clock{Mode: mode, Now: t.Now()}
}

// Freeze makes the time stand still.
func (in *Institution) Freeze() Clock {
	t := in.current.Load().Time
	in.write(t.Freeze(), journal.Change{Operation: journal.OperationFreeze, Control: journal.Control{Words: "made the time stand still"}})
	return clockOf(t)
}

// Run makes the time pass at the pace of the server's clock, from where it stands.
func (in *Institution) Run() Clock {
	t := in.current.Load().Time
	in.write(t.Run(), journal.Change{Operation: journal.OperationRun, Control: journal.Control{Words: "made the time pass"}})
	return clockOf(t)
}

// Advance moves the time ahead, and returns what happened. It works in either
// mode.
func (in *Institution) Advance(d time.Duration) (Advanced, error) {
	if d <= 0 || d > maxAdvance {
		return Advanced{}, domain.Errorf(domain.BadRequest, "advance: expected a duration above 0 and up to %s, such as 90s or 24h, got %s", maxAdvance, d)
	}
	current := in.current.Load()
	before, after, allowed := current.Time.Advance(d, latest())
	if !allowed {
		return Advanced{}, domain.Errorf(domain.BadRequest, "advance: expected to stay before the year %d, got %s from %s on: reset the institution, or advance less", fixtures.LastYear+1, d, before.Format(time.RFC3339))
	}
	return in.advanced(happened(current, before, after)), nil
}

// latest is the latest time that an institution can have.
func latest() time.Time { return time.Date(fixtures.LastYear+1, 1, 1, 0, 0, 0, 0, time.UTC).Add(-1) }

// AdvanceToNext moves the time ahead to the next thing that happens by itself.
// Where nothing is going to happen before the last year that there is, the time
// stays, and there are no events.
func (in *Institution) AdvanceToNext() Advanced {
	current := in.current.Load()
	all, now := current.Assessments.All()
	var next time.Time
	for _, a := range all {
		if e, ok := a.Next(now); ok && !e.At.After(latest()) && (next.IsZero() || e.At.Before(next)) {
			next = e.At
		}
	}
	before, after := current.Time.AdvanceTo(next)
	if next.IsZero() {
		after = before
	}
	return in.advanced(happened(current, before, after))
}

func happened(current *store.Institution, before, after time.Time) Advanced {
	moved := Advanced{From: before, To: after, Events: []Event{}}
	all, _ := current.Assessments.All()
	for _, a := range all {
		for _, e := range a.Events(before, after) {
			moved.Events = append(moved.Events, Event{At: e.At, Kind: string(e.Kind), Assessment: e.Assessment, Step: e.Step})
		}
		if len(moved.Events) > 16*maxEvents { // now and then: all of them at once may be more than there is room for
			moved.keepFirst()
		}
	}
	moved.keepFirst()
	return moved
}

// keepFirst sorts the events, and leaves out those that are too many.
func (a *Advanced) keepFirst() {
	slices.SortStableFunc(a.Events, func(a, b Event) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Assessment, b.Assessment))
	})
	if n := len(a.Events); n > maxEvents {
		a.Events, a.Omitted = a.Events[:maxEvents], a.Omitted+n-maxEvents
	}
}

// timelineFor makes the time of an institution that begins.
func (r *Registry) timelineFor(b *blueprint, o ClockOptions) (*store.Timeline, error) {
	if y := o.At.Year(); !o.At.IsZero() && (y < fixtures.FirstYear || y > fixtures.LastYear) {
		return nil, domain.Errorf(domain.BadRequest, "clock: at: expected a time from %d to %d, got %s", fixtures.FirstYear, fixtures.LastYear, o.At.Format(time.RFC3339))
	}
	start, frozen := b.at, b.frozen
	switch o.Mode {
	case "":
	case Real, Frozen:
		frozen = o.Mode == Frozen
	default:
		return nil, domain.Errorf(domain.BadRequest, "clock: mode: expected %s or %s, got %.20q", Real, Frozen, o.Mode)
	}
	if !o.At.IsZero() {
		start = o.At.UTC()
	}
	if start.IsZero() && !frozen {
		return store.NewTimeline(r.Now), nil
	}
	if start.IsZero() {
		start = r.Now().UTC()
	}
	return store.NewTimelineAt(r.Now, start, frozen), nil
}
