package domain

import (
	"slices"
	"time"
)

// Task is the work that a manual step of a workflow waits for. It exists from when the
// workflow reaches the step, and never goes away.
type Task struct {
	ID         string // set by package store
	Assessment *Assessment
	Step       int // index in the template
	Created    time.Time
	Updated    time.Time // of the last change, Created before the first
	Version    int       // number of changes so far
	State      TaskState
	Assignment Assignment // the last one; zero before the first
}

// Name returns the name of the manual step.
func (t *Task) Name() string { return t.Assessment.Template.Steps[t.Step].Name }

// TaskState is the state of a task.
type TaskState string

// The states.
const (
	TaskOpen      TaskState = "open"
	TaskCompleted TaskState = "completed"
	TaskStopped   TaskState = "stopped" // its workflow ended before it was completed
)

// Assignment is who has to do a task. A task without an assignee has an empty To.
type Assignment struct {
	By      string // ID of the user who assigned it
	To      string // ID of a user or a team
	ToType  string // USER or TEAM
	Comment string
}

// TaskChange is one change of the task of a manual step: a new assignment, or the
// completion, which lets the workflow go on.
type TaskChange struct {
	Step       int // index in the template
	At         time.Time
	Assignment *Assignment // nil: the task is completed
	Outcome    string      // of a completion: the interim outcome that it sets, or empty
}

// completion returns the change that completed the task of a step, or nil.
func (a Assessment) completion(step int) *TaskChange {
	for i := range a.TaskChanges {
		if c := &a.TaskChanges[i]; c.Step == step && c.Assignment == nil {
			return c
		}
	}
	return nil
}

// TasksAt returns the tasks as a reader sees them at the time, oldest first. No task is
// created after a decision has stopped the workflow.
func (a Assessment) TasksAt(now time.Time) []Task {
	if !slices.ContainsFunc(a.Template.Steps, func(s Step) bool { return s.Manual }) {
		return nil
	}
	stop := now
	if a.Ending != nil && a.Ending.At.Before(now) {
		stop = a.Ending.At
	}
	var tasks []Task
	for i, run := range a.course() {
		if !run.Step.Manual || run.Started.IsZero() || stop.Before(run.Started) {
			continue
		}
		t := Task{Assessment: &a, Step: i, Created: run.Started, Updated: run.Started, State: TaskOpen}
		if a.Ending != nil && !now.Before(a.Ending.Visible) {
			t.State = a.Ending.taskState()
		}
		for _, c := range a.TaskChanges {
			t.apply(c)
		}
		tasks = append(tasks, t)
	}
	return tasks
}

// taskState returns the state of a task that was not completed before.
func (e *Ending) taskState() TaskState {
	if e.Reason == MadeToEnd { // which completes every step
		return TaskCompleted
	}
	return TaskStopped
}

func (t *Task) apply(c TaskChange) {
	if c.Step != t.Step {
		return
	}
	t.Version++
	// The time is the version that a client refers to, so two changes have different
	// times on the wire, even if the clock stands still.
	t.Updated = later(c.At, t.Updated.Truncate(Tick).Add(Tick))
	if c.Assignment == nil {
		t.State = TaskCompleted
		return
	}
	t.Assignment = *c.Assignment
}

// IsVersion reports whether the last change of the task was at the time, as the API
// shows it.
func (t *Task) IsVersion(updated time.Time) bool {
	return t.Updated.Truncate(Tick).Equal(updated)
}

// Tick is the resolution of the times that the API shows. Those of the guides have no
// fraction of a second.
const Tick = time.Second

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// ChangeTask returns the assessment with a change of a task of its own. The error is of
// kind Conflict for a task that is not open.
func (a Assessment) ChangeTask(now time.Time, t Task, c TaskChange) (Assessment, error) {
	switch {
	case t.State == TaskCompleted:
		return a, Errorf(Conflict, "task is already completed")
	case a.Ending != nil:
		return a, Errorf(Conflict, "task is stopped: the workflow of its assessment has ended")
	}
	c.Step, c.At = t.Step, now
	a.TaskChanges = append(slices.Clone(a.TaskChanges), c)
	return a, nil
}

// AtStep returns the assessment with the step as the one that runs or waits since now.
// Manual steps before it were completed as soon as they were reached.
func (a Assessment) AtStep(step int, now time.Time) Assessment {
	a.Started = now.Add(-a.Template.before(step))
	at := a.Started
	for i, s := range a.Template.Steps[:step] {
		if s.Manual {
			a.TaskChanges = append(slices.Clone(a.TaskChanges), TaskChange{Step: i, At: at})
		} else {
			at = at.Add(s.Takes)
		}
	}
	return a
}

// before returns how long the workflow runs before the step with the index starts,
// manual steps taking no time.
func (t *Template) before(step int) time.Duration {
	var total time.Duration
	for _, s := range t.Steps[:step] {
		if !s.Manual {
			total += s.Takes
		}
	}
	return total
}
