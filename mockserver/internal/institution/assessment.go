package institution

import (
	"strings"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/store"
)

// Assessment is an assessment with details that clients do not see: names, and the
// course of its workflow. It shows decisions at once.
type Assessment struct {
	ID        string     `json:"id"`
	State     string     `json:"workflow_state"`
	Seen      string     `json:"seen_state"` // the state that clients read now
	Completed bool       `json:"completed"`  // all steps have run
	Entity    Named      `json:"entity"`
	Template  Named      `json:"template"`
	Outcome   Named      `json:"outcome"`
	Status    string     `json:"status_id"`
	Workflow  string     `json:"workflow_instance_id"`
	Created   time.Time  `json:"created_at"`
	Started   time.Time  `json:"started_at"`
	Ended     *time.Time `json:"ended_at"` // end of the workflow; null: it may go on
	Reason    string     `json:"reason"`   // of the end: completed, step-failed, cancelled, forced-error or finished
	Error     *Failure   `json:"error"`
	Steps     []Step     `json:"steps,omitempty"`
	Next      *Event     `json:"next"`
}

// Named is an ID with a name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Failure is an error of a workflow: the four error fields.
type Failure struct {
	Step    string `json:"step"`
	Type    string `json:"type"`
	Message string `json:"message"`
	Details any    `json:"details,omitempty"`
}

// Step is one step of a workflow. A time is null if it is unknown or in the future.
type Step struct {
	Name     string     `json:"name"`
	Manual   bool       `json:"manual"`
	Takes    string     `json:"takes,omitempty"`
	Progress string     `json:"progress"` // done, running, waiting, failed, ahead, stopped or never
	Started  *time.Time `json:"started_at"`
	Ended    *time.Time `json:"ended_at"`
	Task     string     `json:"task_id,omitempty"` // of a manual step that was reached

	AssignedTo     string `json:"assigned_to_id,omitempty"`   // ID of the user or team who has to do the task
	AssignedToType string `json:"assigned_to_type,omitempty"` // USER or TEAM
}

// Event is an event of a workflow that the passing of time causes.
type Event struct {
	At         time.Time `json:"at"`
	Kind       string    `json:"kind"` // step-ended, workflow-ended, workflow-failed or change-visible
	Assessment string    `json:"assessment_id"`
	Step       string    `json:"step,omitempty"`
}

func eventOf(e domain.Event) Event {
	return Event{At: e.At, Kind: string(e.Kind), Assessment: e.Assessment, Step: e.Step}
}

// describe returns an assessment of the state at the time.
func (s *State) describe(a *domain.Assessment, now time.Time) Assessment {
	v, trace := a.Decided(now), a.Trace(now)
	d := Assessment{
		ID: a.ID, State: string(v.State), Seen: string(a.At(now).State), Completed: v.Completed(),
		Entity:   Named{ID: a.Entity},
		Template: Named{ID: a.Template.ID, Name: a.Template.Name},
		Outcome:  Named{ID: v.Outcome},
		Status:   v.Status, Workflow: a.Workflow, Created: a.Created, Started: a.Started,
		Ended: orNil(trace.Ended), Reason: string(trace.Reason),
	}
	if e, _, ok := s.Entities.Get(a.Entity); ok {
		d.Entity.Name = e.Name
	}
	if o, _, ok := s.Outcomes.Get(v.Outcome); ok {
		d.Outcome.Name = o.Name
	}
	if f := v.Failure; f != nil {
		failure := Failure(*f)
		d.Error = &failure
	}
	if trace.Next != nil {
		next := eventOf(*trace.Next)
		d.Next = &next
	}
	for _, step := range trace.Steps {
		d.Steps = append(d.Steps, stepOf(step))
	}
	for _, t := range store.Tasks(a, now) {
		s := &d.Steps[t.Step]
		s.Task, s.AssignedTo, s.AssignedToType = t.ID, t.Assignment.To, t.Assignment.ToType
	}
	return d
}

func stepOf(s domain.StepRun) Step {
	d := Step{Name: s.Step.Name, Manual: s.Step.Manual, Progress: string(s.Progress), Started: orNil(s.Started), Ended: orNil(s.Ended)}
	if !s.Step.Manual {
		d.Takes = s.Step.Takes.String()
	}
	return d
}

func orNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Filter selects assessments. The zero value selects all.
type Filter struct {
	State  string `json:"state"` // Active, Cancelled or Error
	Text   string `json:"text"`  // part of the ID, or of the name of the entity, the template or the outcome
	Offset int    `json:"offset"`
	Limit  int    `json:"limit"` // 0: all
}

// find returns the matching assessments, newest first and without their steps, and
// the number of all matching ones.
func (s *State) find(f Filter) ([]Assessment, int) {
	all, now := s.Assessments.All()
	found := []Assessment{}
	count := 0
	for i := range all {
		a := &all[len(all)-1-i]
		if f.State != "" && f.State != string(a.Decided(now).State) {
			continue
		}
		d := s.describe(a, now)
		if !d.contains(f.Text) {
			continue
		}
		d.Steps = nil
		if count++; count > f.Offset && (f.Limit == 0 || len(found) < f.Limit) {
			found = append(found, d)
		}
	}
	return found, count
}

func (a *Assessment) contains(text string) bool {
	text = strings.ToLower(text)
	for _, s := range []string{a.ID, a.Entity.Name, a.Template.Name, a.Outcome.Name} {
		if strings.Contains(strings.ToLower(s), text) {
			return true
		}
	}
	return false
}

// Catalogue lists what the assessments of an institution refer to.
type Catalogue struct {
	Templates []Named `json:"templates"`
	Entities  []Named `json:"entities"`
	Outcomes  []Named `json:"outcomes"`
}

func (s *State) catalogue() Catalogue {
	return Catalogue{
		Templates: names(s.Templates.Values(), func(t *domain.Template) Named { return Named{t.ID, t.Name} }),
		Entities:  names(s.Entities.Values(), func(e *domain.Entity) Named { return Named{e.ID, e.Name} }),
		Outcomes:  names(s.Outcomes.Values(), func(o *domain.Outcome) Named { return Named{o.ID, o.Name} }),
	}
}

func names[T any](values []*T, name func(*T) Named) []Named {
	all := make([]Named, len(values))
	for i, v := range values {
		all[i] = name(v)
	}
	return all
}
