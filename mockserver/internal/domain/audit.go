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
	tasks, trace := map[int]time.Time{}, a.Trace(now)
	for _, t := range a.TasksAt(now) {
		tasks[t.Step] = t.Created
	}
	for i, s := range trace.Steps { // what happens at one time stays in this order
		add(tasks[i], AuditCreated, i, "")
		for _, c := range a.TaskChanges {
			if c.Step == i {
				add(c.At, c.audit(), i, c.by())
			}
		}
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

func (c TaskChange) audit() AuditKind {
	switch {
	case c.Assignment == nil:
		return AuditCompleted
	case c.Assignment.To == "":
		return AuditUnassigned
	}
	return AuditAssigned
}

// by returns the ID of the user who assigned the task; empty: the task was completed.
func (c TaskChange) by() string {
	if c.Assignment == nil {
		return ""
	}
	return c.Assignment.By
}
