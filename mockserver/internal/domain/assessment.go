package domain

import "time"

// Assessment is one assessment of one entity, with its one workflow. It is a
// value: what changes it returns a changed copy, so that a reader who holds one
// never sees it change.
type Assessment struct {
	ID          string
	Institution string
	Entity      string
	Workflow    string // ID of the workflow instance
	Status      string // ID of the status it was given at the start
	Template    *Template
	Created     time.Time
	Started     time.Time // when the workflow started; Created, but for fixtures
	Ending      *Ending   // nil while the workflow takes its own course

	// TaskChanges are the changes of the tasks of manual steps, oldest first. The slice
	// is never changed in place.
	TaskChanges []TaskChange
}

// Ending is a decision from outside that stopped a workflow. No step runs after
// it.
type Ending struct {
	At      time.Time // when it was decided
	Visible time.Time // from when on readers see it; not before At
	Before  View      // what they see until then
	After   View
	Reason  Reason // why it was decided
}

// At returns the view at the time.
func (a Assessment) At(now time.Time) View {
	switch {
	case a.Ending == nil:
		return a.run(now)
	case now.Before(a.Ending.Visible):
		return a.Ending.Before
	}
	return a.Ending.After
}

// Decided returns the view at the time, with every decision visible at once.
func (a Assessment) Decided(now time.Time) View {
	if a.Ending != nil {
		return a.Ending.After
	}
	return a.At(now)
}

// CancelRules say what the documentation leaves open about cancelling. The zero
// value allows everything, at once, and keeps the status.
type CancelRules struct {
	Again      Kind          // refusal of a second cancel; empty: accepted, and nothing changes
	InError    Kind          // refusal in state Error; empty: accepted
	AfterEnd   Kind          // refusal at the end of the workflow; empty: accepted
	Visibility time.Duration // how long readers may still see the state before
	Terminal   bool          // whether the status becomes the terminal one
}

// Cancel stops the workflow at once. Everything but the state, the outcome and
// perhaps the status stays, the error fields included (CAN-05). The terminal
// status is the institution's.
func (a Assessment) Cancel(now time.Time, rules CancelRules, terminal string) (Assessment, error) {
	before := a.Decided(now)
	refusal, situation := rules.refusal(before)
	if refusal != "" {
		return a, Errorf(refusal, "workflow %s", situation)
	}
	if before.State == Cancelled {
		return a, nil
	}
	after := before
	after.State, after.Outcome, after.Interim = Cancelled, a.Template.CanceledOutcome, false
	if rules.Terminal && terminal != "" {
		after.Status = terminal
	}
	a.Ending = &Ending{At: now, Visible: now.Add(rules.Visibility), Before: before, After: after, Reason: CancelAsked}
	return a, nil
}

func (r CancelRules) refusal(v View) (Kind, string) {
	switch {
	case v.State == Cancelled:
		return r.Again, "is already cancelled"
	case v.State == Failed:
		return r.InError, "ended in an error"
	case v.Completed():
		return r.AfterEnd, "is already completed"
	}
	return "", ""
}

// Completed returns the assessment with its workflow at its end since the time,
// whatever its steps say.
func (a Assessment) Completed(at time.Time) Assessment {
	return a.stopped(at, MadeToEnd, View{State: Active, Outcome: a.Template.EndOutcome, Status: a.Status, StepsRun: len(a.Template.Steps)})
}

// FailedWith returns the assessment with its workflow in the failure since the
// time.
func (a Assessment) FailedWith(f *Failure, at time.Time) Assessment {
	v := a.Decided(at)
	v.State, v.Failure, v.Interim = Failed, f, true
	return a.stopped(at, MadeToFail, v)
}

func (a Assessment) stopped(at time.Time, why Reason, after View) Assessment {
	a.Ending = &Ending{At: at, Visible: at, Before: a.Decided(at), After: after, Reason: why}
	return a
}
