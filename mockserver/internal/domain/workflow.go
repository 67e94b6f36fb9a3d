package domain

import (
	"cmp"
	"time"
)

// View is what a reader sees of an assessment's workflow at one time. Two equal
// views are the same bytes on the wire.
type View struct {
	State    State
	Outcome  string // ID of the current outcome
	Interim  bool   // the workflow has not come to an end, so the outcome may still change
	Status   string // ID of the status
	Failure  *Failure
	StepsRun int // how many steps have ended
}

// Completed reports whether the workflow has run to its end.
func (v View) Completed() bool { return v.State == Active && !v.Interim }

// run computes the view of a workflow that no decision stopped.
func (a Assessment) run(now time.Time) View {
	t := a.Template
	v := View{State: Active, Outcome: t.InitialOutcome, Interim: true, Status: a.Status}
	at := a.Started
	for i := range t.Steps {
		step, outcome := &t.Steps[i], t.Steps[i].Outcome
		if step.Manual {
			done := a.completion(i)
			if done == nil {
				return v
			}
			at, outcome = later(at, done.At), cmp.Or(done.Outcome, outcome)
		} else {
			at = at.Add(step.Takes)
		}
		if now.Before(at) {
			return v
		}
		if step.Fails != nil && !step.Manual {
			v.State, v.Failure = Failed, step.Fails
			return v
		}
		v.StepsRun++
		if outcome != "" {
			v.Outcome = outcome
		}
	}
	v.Outcome, v.Interim = t.EndOutcome, false
	return v
}

// HideInterim returns the view as an API shows it that gives no outcome before
// the end: without the outcome, if there is no end yet.
func (v View) HideInterim() View {
	if v.Interim {
		v.Outcome = ""
	}
	return v
}
