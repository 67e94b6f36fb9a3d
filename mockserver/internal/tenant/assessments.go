package tenant

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/store"
)

// Assessment is an assessment with what its clients cannot see: names, and the
// course of its workflow. It is as somebody sees it who sees decisions at once.
type Assessment struct {
	ID        string     `json:"id"`
	State     string     `json:"workflow_state"`
	Seen      string     `json:"seen_state"` // the state that clients read now
	Completed bool       `json:"completed"`  // the workflow has run to its end
	Entity    Named      `json:"entity"`
	Template  Named      `json:"template"`
	Outcome   Named      `json:"outcome"`
	Status    string     `json:"status_id"`
	Workflow  string     `json:"workflow_instance_id"`
	Created   time.Time  `json:"created_at"`
	Started   time.Time  `json:"started_at"`
	Ended     *time.Time `json:"ended_at"` // when the workflow ran no further; null: it may
	Reason    string     `json:"reason"`   // why: completed, step-failed, cancelled, forced-error or finished; empty: it may
	Error     *Failure   `json:"error"`
	Steps     []Step     `json:"steps,omitempty"`
	Next      *Event     `json:"next"`
}

// Named is something by its ID and its name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Failure is what went wrong in a workflow: the four error fields.
type Failure struct {
	Step    string `json:"step"`
	Type    string `json:"type"`
	Message string `json:"message"`
	Details any    `json:"details,omitempty"`
}

// Step is one step of a workflow and what became of it. A time is null if it is
// not known or has not come.
type Step struct {
	Name     string     `json:"name"`
	Manual   bool       `json:"manual"`
	Takes    string     `json:"takes,omitempty"`
	Progress string     `json:"progress"` // done, running, waiting, failed, ahead, stopped or never
	Started  *time.Time `json:"started_at"`
	Ended    *time.Time `json:"ended_at"`
}

// Filter says which assessments are looked for. The zero value finds all.
type Filter struct {
	State  string `json:"state"` // Active, Cancelled or Error
	Text   string `json:"text"`  // in the ID, or in the name of the entity, the template or the outcome
	Offset int    `json:"offset"`
	Limit  int    `json:"limit"` // 0: all
}

// Assessments returns the assessments that the filter finds, newest first and
// without their steps, and how many there are in all.
func (in *Institution) Assessments(f Filter) ([]Assessment, int) {
	current := in.current.Load()
	all, now := current.Assessments.All()
	found := []Assessment{}
	count := 0
	for i := range all {
		a := &all[len(all)-1-i]
		d, matches := f.find(current, a, now)
		if !matches {
			continue
		}
		if count++; count > f.Offset && (f.Limit == 0 || len(found) < f.Limit) {
			found = append(found, d)
		}
	}
	return found, count
}

func (f Filter) find(current *store.Institution, a *domain.Assessment, now time.Time) (Assessment, bool) {
	if f.State != "" && f.State != string(a.Decided(now).State) {
		return Assessment{}, false
	}
	d := describe(current, a, now)
	d.Steps = nil
	if f.Text == "" {
		return d, true
	}
	text := strings.ToLower(f.Text)
	for _, s := range []string{d.ID, d.Entity.Name, d.Template.Name, d.Outcome.Name} {
		if strings.Contains(strings.ToLower(s), text) {
			return d, true
		}
	}
	return Assessment{}, false
}

// Assessment returns an assessment with its steps; the error is of kind NotFound
// if there is none of the ID.
func (in *Institution) Assessment(id string) (Assessment, error) {
	current := in.current.Load()
	a, now, err := current.Assessments.Find(strings.ToLower(id))
	if err != nil {
		return Assessment{}, err
	}
	return describe(current, &a, now), nil
}

func describe(current *store.Institution, a *domain.Assessment, now time.Time) Assessment {
	v, trace := a.Decided(now), a.Trace(now)
	d := Assessment{
		ID: a.ID, State: string(v.State), Seen: string(a.At(now).State), Completed: v.Completed(),
		Entity:   Named{ID: a.Entity},
		Template: Named{ID: a.Template.ID, Name: a.Template.Name},
		Outcome:  Named{ID: v.Outcome},
		Status:   v.Status, Workflow: a.Workflow, Created: a.Created, Started: a.Started,
		Ended: orNil(trace.Ended), Reason: string(trace.Reason),
	}
	if e, _, ok := current.Entities.Get(a.Entity); ok {
		d.Entity.Name = e.Name
	}
	if o, _, ok := current.Outcomes.Get(v.Outcome); ok {
		d.Outcome.Name = o.Name
	}
	if f := v.Failure; f != nil {
		d.Error = &Failure{Step: f.Step, Type: f.Type, Message: f.Message, Details: f.Details}
	}
	if n := trace.Next; n != nil {
		d.Next = &Event{At: n.At, Kind: string(n.Kind), Assessment: n.Assessment, Step: n.Step}
	}
	for _, s := range trace.Steps {
		d.Steps = append(d.Steps, stepOf(s))
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

// Draft says what assessment is to be made. The zero value makes one of the first
// entity and the first template, as the API would.
type Draft struct {
	Entity   string   `json:"entity_id,omitempty"`
	Template string   `json:"template_id,omitempty"`
	State    string   `json:"state,omitempty"` // active, completed, cancelled or error; empty: active
	Step     int      `json:"step,omitempty"`  // the step, from 0, that an active one is at
	Error    *Failure `json:"error,omitempty"` // what went wrong in state error; nil: something plain
}

// The states that a new assessment can be in.
const (
	NewActive    = "active"
	NewCompleted = "completed"
	NewCancelled = "cancelled"
	NewError     = "error"
)

// Add makes an assessment in any state.
func (in *Institution) Add(n Draft) (Assessment, error) {
	current := in.current.Load()
	entity, template, err := parts(current, n)
	if err != nil {
		return Assessment{}, err
	}
	if n.Step < 0 || n.Step > 0 && n.Step >= len(template.Steps) {
		return Assessment{}, domain.Errorf(domain.BadRequest, "step: expected the number of a step of the template, from 0 to %d, got %d", len(template.Steps)-1, n.Step)
	}
	if n.Step > 0 && n.State != "" && n.State != NewActive {
		return Assessment{}, domain.Errorf(domain.BadRequest, "step: expected one only with the state %s, got it with %.20q", NewActive, n.State)
	}
	put, err := placed(n, current.Statuses.Terminal)
	if err != nil {
		return Assessment{}, err
	}
	var id string
	_, err = current.Assessments.Create(store.Reading{}, func(now time.Time, number uint64) domain.Assessment {
		a := put(current.NewAssessment(entity, template, now, number), now)
		id = a.ID
		return a
	})
	if err != nil {
		return Assessment{}, err
	}
	a, now, err := current.Assessments.Find(id)
	if err != nil {
		return Assessment{}, err
	}
	in.added(now, a)
	return describe(current, &a, now), nil
}

// placed returns what puts a new assessment into its state.
func placed(n Draft, terminal string) (func(domain.Assessment, time.Time) domain.Assessment, error) {
	if n.Error != nil && n.State != NewError {
		return nil, domain.Errorf(domain.BadRequest, "error: expected one only with the state %s, got it with %.20q", NewError, n.State)
	}
	if err := n.Error.check(); err != nil {
		return nil, err
	}
	switch n.State {
	case "", NewActive:
		return func(a domain.Assessment, now time.Time) domain.Assessment {
			a.Started = now.Add(-a.Template.Before(n.Step))
			return a
		}, nil
	case NewCompleted:
		return func(a domain.Assessment, now time.Time) domain.Assessment { return a.Completed(now) }, nil
	case NewCancelled:
		return func(a domain.Assessment, now time.Time) domain.Assessment {
			cancelled, _ := a.Cancel(now, domain.CancelRules{}, terminal) // nothing refuses under the zero rules
			return cancelled
		}, nil
	case NewError:
		return func(a domain.Assessment, now time.Time) domain.Assessment {
			return a.FailedWith(n.Error.failure(&a), now)
		}, nil
	}
	return nil, domain.Errorf(domain.BadRequest, "state: expected one of %s, %s, %s, %s, got %.20q", NewActive, NewCompleted, NewCancelled, NewError, n.State)
}

// failure fills in what was left out, nil included.
func (f *Failure) failure(a *domain.Assessment) *domain.Failure {
	var given Failure
	if f != nil {
		given = *f
	}
	step := "none"
	if len(a.Template.Steps) > 0 {
		step = a.Template.Steps[0].Name
	}
	text := strings.TrimSpace
	made := &domain.Failure{
		Step: cmp.Or(text(given.Step), step), Type: cmp.Or(text(given.Type), "FORCED_ERROR"),
		Message: cmp.Or(text(given.Message), "The workflow was put in error."), Details: given.Details,
	}
	if made.Details == nil {
		made.Details = map[string]any{}
	}
	return made
}

// maxDepth is how deep details nest: fixtures, which they can be exported to, take
// no more.
const maxDepth = 20

// check sees that the details can be told in JSON, and in fixtures.
func (f *Failure) check() error {
	if f == nil || f.Details == nil {
		return nil
	}
	encoded, err := json.Marshal(f.Details)
	if err != nil {
		return domain.Errorf(domain.BadRequest, "error: details: expected what JSON can hold: %v", err)
	}
	var plain any
	if err := json.Unmarshal(encoded, &plain); err != nil {
		return domain.Errorf(domain.BadRequest, "error: details: %v", err)
	}
	if nests(plain) > maxDepth {
		return domain.Errorf(domain.BadRequest, "error: details: expected JSON that nests %d levels at most, got more", maxDepth)
	}
	f.Details = plain
	return nil
}

func nests(v any) int {
	deepest := 0
	switch v := v.(type) {
	case map[string]any:
		for _, inner := range v {
			deepest = max(deepest, 1+nests(inner))
		}
	case []any:
		for _, inner := range v {
			deepest = max(deepest, 1+nests(inner))
		}
	}
	return deepest
}

// parts finds the entity and the template.
func parts(current *store.Institution, n Draft) (*domain.Entity, *domain.Template, error) {
	entities, templates := current.Entities.Values(), current.Templates.Values()
	if len(entities) == 0 || len(templates) == 0 {
		return nil, nil, domain.Errorf(domain.Conflict, "expected an institution with entities and templates, got one with %d and %d", len(entities), len(templates))
	}
	entity, template := entities[0], templates[0]
	var known bool
	if n.Entity != "" {
		if entity, _, known = current.Entities.Get(strings.ToLower(n.Entity)); !known {
			return nil, nil, domain.Errorf(domain.NotFound, "entity_id: expected the ID of an entity of the institution, got %.64q", n.Entity)
		}
	}
	if n.Template != "" {
		if template, _, known = current.Templates.Get(strings.ToLower(n.Template)); !known {
			return nil, nil, domain.Errorf(domain.NotFound, "template_id: expected the ID of a template of the institution, got %.64q", n.Template)
		}
	}
	return entity, template, nil
}

// ForceError puts an assessment in error. One that is cancelled stays so: no
// answer of the API may bring it back (CAN-07, CAN-11).
func (in *Institution) ForceError(id string, f Failure) (Assessment, error) {
	if err := f.check(); err != nil {
		return Assessment{}, err
	}
	return in.change(id, func(now time.Time, a domain.Assessment) domain.Assessment {
		if f.Step == "" {
			f.Step = at(a.Trace(now))
		}
		failed := a.FailedWith(f.failure(&a), now)
		in.changed(now, journal.OperationForceError, "put the assessment %s in error", a, failed)
		return failed
	})
}

// at returns the name of the step that a workflow is at, "" if it is at none.
func at(t domain.Trace) string {
	for _, s := range t.Steps {
		if s.Progress == domain.Running || s.Progress == domain.Waiting {
			return s.Step.Name
		}
	}
	return ""
}

// Finish puts an assessment at the end of its workflow, which sets the outcome of
// the end. One that is cancelled stays so.
func (in *Institution) Finish(id string) (Assessment, error) {
	return in.change(id, func(now time.Time, a domain.Assessment) domain.Assessment {
		completed := a.Completed(now)
		in.changed(now, journal.OperationFinish, "put the assessment %s at the end of its workflow", a, completed)
		return completed
	})
}

// change decides about an assessment that is not cancelled.
func (in *Institution) change(id string, decide func(time.Time, domain.Assessment) domain.Assessment) (Assessment, error) {
	current := in.current.Load()
	var changed domain.Assessment
	var at time.Time
	err := current.Assessments.Change(strings.ToLower(id), func(now time.Time, a domain.Assessment) (domain.Assessment, error) {
		if a.Decided(now).State == domain.Cancelled {
			return a, domain.Errorf(domain.Conflict, "expected an assessment that is not cancelled, got one that is: make another, or restore a snapshot")
		}
		changed, at = decide(now, a), now
		return changed, nil
	})
	if err != nil {
		return Assessment{}, err
	}
	return describe(current, &changed, at), nil
}

// Cancel cancels an assessment as a client of the API does, by the choices that
// hold for it.
func (in *Institution) Cancel(id string) (Assessment, error) {
	current := in.current.Load()
	id = strings.ToLower(id)
	settings := current.Choose()
	err := current.Assessments.Change(id, func(now time.Time, a domain.Assessment) (domain.Assessment, error) {
		cancelled, err := a.Cancel(now, settings.CancelRules(id, a.Decided(now)), current.Statuses.Terminal)
		if err == nil {
			in.changed(now, journal.OperationCancel, "cancelled the assessment %s", a, cancelled)
		}
		return cancelled, err
	})
	if err != nil {
		return Assessment{}, err
	}
	a, now, err := current.Assessments.Find(id)
	if err != nil {
		return Assessment{}, err
	}
	return describe(current, &a, now), nil
}
