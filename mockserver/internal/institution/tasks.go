package institution

import (
	"strings"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/store"
)

// changeTask assigns or completes a task.
func (a *application) changeTask() error {
	a.Change.Task = strings.ToLower(a.Change.Task)
	task, _, err := a.state.Assessments.FindTask(a.Change.Task)
	if err != nil {
		return err
	}
	a.Change.Assessment = task.Assessment.ID
	change := domain.TaskChange{Outcome: strings.ToLower(a.Change.Outcome)}
	if a.Change.Kind == AssignTask {
		assignment := a.Change.Assignment
		change = domain.TaskChange{Assignment: &assignment}
	} else if _, _, known := a.state.Outcomes.Get(change.Outcome); change.Outcome != "" && !known {
		return domain.Errorf(domain.NotFound, "outcome_id: no outcome %.64q in this institution", a.Change.Outcome)
	}
	return a.update(func(now time.Time, before domain.Assessment) (domain.Assessment, error) {
		current, err := a.currentTask(&before, now)
		if err != nil {
			return before, err
		}
		after, err := before.ChangeTask(now, current, change)
		if err == nil {
			a.Task = taskOf(&after, current.Step, now)
		}
		return after, err
	})
}

// currentTask returns the task to change, unless it is not what the client has read.
func (a *application) currentTask(before *domain.Assessment, now time.Time) (domain.Task, error) {
	for _, t := range store.Tasks(before, now) {
		if t.ID != a.Change.Task {
			continue
		}
		if read := a.Change.IfUpdated; a.Change.Kind == AssignTask && !t.IsVersion(read) {
			return t, domain.Errorf(a.Change.Stale, "the task was updated at %s, not at %s; read it again", t.Updated.UTC().Format(time.RFC3339), read.UTC().Format(time.RFC3339Nano))
		}
		return t, nil
	}
	return domain.Task{}, domain.Errorf(domain.NotFound, "no task %s in this institution", a.Change.Task)
}

func taskOf(a *domain.Assessment, step int, now time.Time) domain.Task {
	for _, t := range store.Tasks(a, now) {
		if t.Step == step {
			return t
		}
	}
	return domain.Task{}
}
