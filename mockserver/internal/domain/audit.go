package domain

import (
	"slices"
	"time"
)

// AuditEvent is something that happened to an assessment or to one of its tasks, as the
// audit export shows it. Events follow from the assessment, so they need no place of
// their own in snapshots and exports.
type AuditEvent struct {
	ID         string // set by package store
	At         time.Time
	Event      AuditKind
	Assessment *Assessment
	Task       string // ID; set by package store; empty for an event of the assessment
	Step       int    // index of the task's step; -1: none
	Actor      string // ID of the user who assigned the task
}

// AuditKind is what happened.
type AuditKind string

// The events of an assessment, and of its tasks.
const (
	AuditCreated       AuditKind = "created"
	AuditStepCompleted AuditKind = "step-completed"
	AuditCompleted     AuditKind = "completed"
	AuditFailed        AuditKind = "failed"
	AuditCancelled     AuditKind = "cancelled"
	AuditAssigned      AuditKind = "assigned"
	AuditUnassigned    AuditKind = "unassigned"
)

// Audit returns what has happened by the time, a cause before its effect.
func (a Assessment) Audit(now time.Time) []AuditEvent {
	events := []AuditEvent{{At: a.Created, Event: AuditCreated, Step: -1}}
	add := func(at time.Time, kind AuditKind, step int, actor string) {
		if !at.IsZero() && !at.After(now) {
			events = append(events, AuditEvent{At: at, Event: kind, Step: step, Actor: actor})
		}
	}
	for _, t := range a.TasksAt(now) {
		add(t.Created, AuditCreated, t.Step, "")
	}
	for _, c := range a.TaskChanges {
		switch {
		case c.Assignment == nil:
			add(c.At, AuditCompleted, c.Step, "")
		case c.Assignment.To == "":
			add(c.At, AuditUnassigned, c.Step, c.Assignment.By)
		default:
			add(c.At, AuditAssigned, c.Step, c.Assignment.By)
		}
	}
	trace := a.Trace(now)
	for _, s := range trace.Steps {
		if s.Progress == Done {
			add(s.Ended, AuditStepCompleted, -1, "")
		}
	}
	add(trace.Ended, map[Reason]AuditKind{
		ReachedEnd: AuditCompleted, MadeToEnd: AuditCompleted, StepFailed: AuditFailed, MadeToFail: AuditFailed, CancelAsked: AuditCancelled,
	}[trace.Reason], -1, "")
	for i := range events {
		events[i].Assessment = &a
	}
	slices.SortStableFunc(events, func(x, y AuditEvent) int { return x.At.Compare(y.At) })
	return events
}
