package domain

import (
	"slices"
	"time"
)

// Progress is how far one step of a workflow has come.
type Progress string

// The progress of a step.
const (
	Done    Progress = "done"    // it has ended
	Running Progress = "running" // it runs, and will end by itself
	Waiting Progress = "waiting" // it waits for somebody
	Broken  Progress = "failed"  // it ended in a failure
	Ahead   Progress = "ahead"   // it has not started
	Stopped Progress = "stopped" // it was running or waiting when the workflow was stopped
	Never   Progress = "never"   // the workflow has ended before it
)

// StepRun is one step of a workflow and what became of it. A time is zero if it
// is not known, or has not come.
type StepRun struct {
	Step     Step
	Progress Progress
	Started  time.Time
	Ended    time.Time // when it ended or was stopped; for a running one, when it will end
}

// Trace says how a workflow came to where it is.
type Trace struct {
	Steps  []StepRun
	Next   *Event // what happens next if nobody interferes; nil: nothing
	Ended  time.Time
	Reason Reason
}

// Reason is why a workflow runs no further; empty while it does, or waits.
type Reason string

// The reasons.
const (
	ReachedEnd  Reason = "completed"    // all of its steps have run
	StepFailed  Reason = "step-failed"  // a step of its template failed
	CancelAsked Reason = "cancelled"    // somebody cancelled it
	MadeToFail  Reason = "forced-error" // somebody put it in error
	MadeToEnd   Reason = "finished"     // somebody put it at its end
)

// Event is something that happens in a workflow by the passing of time alone.
type Event struct {
	At         time.Time
	Kind       EventKind
	Assessment string // ID
	Step       string // name, of an event about a step
}

// EventKind is a kind of event.
type EventKind string

// The kinds of events. The last step's end is the workflow's, and one event.
const (
	StepEnded      EventKind = "step-ended"
	WorkflowEnded  EventKind = "workflow-ended"
	WorkflowFailed EventKind = "workflow-failed"
	ChangeVisible  EventKind = "change-visible" // readers see what was decided before
)

// Trace returns what has become of each step by the time, to somebody who sees
// decisions at once.
func (a Assessment) Trace(now time.Time) Trace {
	t := Trace{Steps: a.course()}
	stop := now
	if a.Ending != nil {
		t.Ended, t.Reason, stop = a.Ending.At, a.Ending.Reason, a.Ending.At
	}
	for i := range t.Steps {
		t.Steps[i].at(stop, a.Ending)
	}
	if a.Ending == nil {
		t.Ended, t.Reason = ended(t.Steps, now, a.Started)
	} else {
		a.Ending.overrule(t.Steps)
	}
	if next, ok := a.Next(now); ok {
		t.Next = &next
	}
	return t
}

// Current returns the name of the step that runs or waits, or "".
func (t Trace) Current() string {
	for _, s := range t.Steps {
		if s.Progress == Running || s.Progress == Waiting {
			return s.Step.Name
		}
	}
	return ""
}

// course lays the steps out in time, as if no decision stopped the workflow. What comes
// after a step that waits or fails has no times.
func (a Assessment) course() []StepRun {
	runs := make([]StepRun, len(a.Template.Steps))
	at := a.Started
	for i, s := range a.Template.Steps {
		runs[i].Step = s
		if at.IsZero() {
			continue
		}
		runs[i].Started = at
		done := a.completion(i)
		switch {
		case s.Manual && done == nil:
			at = time.Time{}
			continue
		case s.Manual:
			at = later(at, done.At)
		default:
			at = at.Add(s.Takes)
		}
		runs[i].Ended = at
		if s.Fails != nil && !s.Manual {
			at = time.Time{}
		}
	}
	return runs
}

// at sets the progress at the time. Where a decision has stopped the workflow,
// the decision says how many steps have run.
func (r *StepRun) at(now time.Time, ending *Ending) {
	begun := !r.Started.IsZero() && !now.Before(r.Started)
	over := begun && !r.Ended.IsZero() && !now.Before(r.Ended)
	switch {
	case over && r.Step.Fails != nil:
		r.Progress = Broken
	case over:
		r.Progress = Done
	case begun && ending != nil:
		r.Progress, r.Ended = Stopped, ending.At
	case begun && r.Step.Manual:
		r.Progress = Waiting
	case begun:
		r.Progress = Running
	case ending != nil:
		r.Progress, r.Started, r.Ended = Never, time.Time{}, time.Time{}
	default:
		r.Progress = Ahead
	}
}

// overrule makes the steps agree with a decision that says more about them than
// their times do.
func (e *Ending) overrule(runs []StepRun) {
	failed := slices.IndexFunc(runs, func(r StepRun) bool { return e.After.Failure != nil && r.Step.Name == e.After.Failure.Step })
	for i := range runs {
		r := &runs[i]
		switch {
		case r.Progress == Done || r.Progress == Broken:
		case e.Reason == MadeToEnd, e.Reason == MadeToFail && i < failed:
			r.Progress, r.Ended = Done, time.Time{}
		case e.Reason == MadeToFail && i == failed:
			r.Progress, r.Ended = Broken, e.At
		}
	}
}

// ended says when and why a workflow has ended by itself, by the time.
func ended(runs []StepRun, now, started time.Time) (time.Time, Reason) {
	end := started
	for i := range runs {
		switch r := &runs[i]; r.Progress {
		case Done:
			end = r.Ended
		case Broken:
			for j := i + 1; j < len(runs); j++ {
				runs[j].Progress = Never
			}
			return r.Ended, StepFailed
		default:
			return time.Time{}, ""
		}
	}
	if now.Before(end) {
		return time.Time{}, ""
	}
	return end, ReachedEnd
}

// Events returns what happens after the one time and up to the other, in order,
// if no change interferes.
func (a Assessment) Events(after, upTo time.Time) []Event {
	within := func(t time.Time) bool { return t.After(after) && !t.After(upTo) }
	if e := a.Ending; e != nil {
		if e.Visible.After(e.At) && within(e.Visible) {
			return []Event{{At: e.Visible, Kind: ChangeVisible, Assessment: a.ID}}
		}
		return nil
	}
	var events []Event
	runs := a.course()
	for i, r := range runs {
		if !r.Ended.IsZero() && within(r.Ended) {
			events = append(events, Event{At: r.Ended, Kind: kindOfEnd(r.Step, i == len(runs)-1), Assessment: a.ID, Step: r.Step.Name})
		}
	}
	return events
}

func kindOfEnd(s Step, last bool) EventKind {
	switch {
	case s.Fails != nil:
		return WorkflowFailed
	case last:
		return WorkflowEnded
	}
	return StepEnded
}

// farthest is later than any event: the longest workflow there can be.
const farthest = 100 * 365 * 24 * time.Hour

// Next returns the first event after the time, and whether there is one.
func (a Assessment) Next(now time.Time) (Event, bool) {
	events := a.Events(now, now.Add(farthest))
	if len(events) == 0 {
		return Event{}, false
	}
	return slices.MinFunc(events, func(x, y Event) int { return x.At.Compare(y.At) }), true
}
