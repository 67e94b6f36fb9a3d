package store

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"example.com/assay/mockserver/internal/domain"
)

// TaskID returns the ID of the task of a step of an assessment. It follows from both, so
// it needs no place of its own in snapshots and exports.
func TaskID(assessment string, step int) string {
	return uuidOf(sha256.Sum256(fmt.Appendf(nil, "%s task %d", assessment, step)))
}

// Tasks returns the tasks of an assessment, oldest first.
func Tasks(a *domain.Assessment, now time.Time) []domain.Task {
	tasks := a.TasksAt(now)
	for i := range tasks {
		tasks[i].ID = TaskID(a.ID, tasks[i].Step)
	}
	return tasks
}

// AllTasks returns every task, those of older assessments first, and the time.
func (s *Assessments) AllTasks() ([]domain.Task, time.Time) {
	_, assessments, _, now, _ := s.snapshot(Range{}) // the whole list has no place to miss
	var all []domain.Task
	for _, a := range assessments {
		all = append(all, Tasks(a, now)...)
	}
	return all, now
}

// Audit returns everything that has happened by now, in order.
func (s *Assessments) Audit() []domain.AuditEvent {
	_, assessments, _, now, _ := s.snapshot(Range{}) // the whole list has no place to miss
	var all []domain.AuditEvent
	for _, a := range assessments {
		for i, e := range a.Audit(now) {
			if e.ID = uuidOf(sha256.Sum256(fmt.Appendf(nil, "%s event %d", a.ID, i))); e.Step >= 0 {
				e.Task = TaskID(a.ID, e.Step)
			}
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(x, y domain.AuditEvent) int { return x.At.Compare(y.At) })
	return all
}

// FindTask returns the task with the ID, and the time; the error is of kind NotFound if
// it does not exist.
func (s *Assessments) FindTask(id string) (domain.Task, time.Time, error) {
	if owner := s.taskOwner(id); owner != "" {
		_, a, now := s.find(owner)
		for _, t := range Tasks(a, now) {
			if t.ID == id {
				return t, now, nil
			}
		}
	}
	return domain.Task{}, time.Time{}, domain.Errorf(domain.NotFound, "no task %s in this institution", id)
}

// taskOwner returns the ID of the assessment that has or will have the task, or "".
func (s *Assessments) taskOwner(id string) string {
	unlock := s.rLockLists()
	owner, ready := s.taskOwners[id], s.taskOwners != nil
	unlock()
	if ready {
		return owner
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taskOwners = map[string]string{}
	for _, e := range s.lists.byAge {
		s.indexTasks(e.assessment)
	}
	return s.taskOwners[id]
}

// indexTasks enters the tasks of an assessment into the index, once there is one.
func (s *Assessments) indexTasks(a *domain.Assessment) {
	if s.taskOwners == nil {
		return
	}
	for i, step := range a.Template.Steps {
		if step.Manual {
			s.taskOwners[TaskID(a.ID, i)] = a.ID
		}
	}
}
