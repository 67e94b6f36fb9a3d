package domain

import "time"

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

// run computes the view of a workflow of the template that was started a while
// ago and that no change interfered with.
func (t *Template) run(elapsed time.Duration, status string) View {
	v := View{State: Active, Outcome: t.InitialOutcome, Interim: true, Status: status}
	for i := range t.Steps {
		step := &t.Steps[i]
		if step.Manual || elapsed < step.Takes {
			return v
		}
		elapsed -= step.Takes
		if step.Fails != nil {
			v.State, v.Failure = Failed, step.Fails
			return v
		}
		v.StepsRun++
		if step.Outcome != "" {
			v.Outcome = step.Outcome
		}
	}
	v.Outcome, v.Interim = t.EndOutcome, false
	return v
}

// Before returns how long the workflow runs before the step with the index
// starts, manual steps taking no time.
func (t *Template) Before(step int) time.Duration {
	var total time.Duration
	for _, s := range t.Steps[:step] {
		if !s.Manual {
			total += s.Takes
		}
	}
	return total
}

// HideInterim returns the view as an API shows it that gives no outcome before
// the end: without the outcome, if there is no end yet.
func (v View) HideInterim() View {
	if v.Interim {
		v.Outcome = ""
	}
	return v
}
