package institution

import (
	"cmp"
	"strings"
	"time"

	"example.com/assay/internal/freejson"
	"example.com/assay/mockserver/internal/domain"
)

// Draft describes a new assessment. The zero value stands for one of the first
// entity and the first template, as the API creates it.
type Draft struct {
	Entity   string   `json:"entity_id,omitempty"`
	Template string   `json:"template_id,omitempty"`
	State    string   `json:"state,omitempty"` // active, completed, cancelled or error; default: active
	Step     int      `json:"step,omitempty"`  // the running step of an active one, from 0
	Error    *Failure `json:"error,omitempty"` // the error in state error; nil: a plain one
}

// The states of a draft.
const (
	NewActive    = "active"
	NewCompleted = "completed"
	NewCancelled = "cancelled"
	NewError     = "error"
)

// parts returns the entity and the template of a draft.
func (s *State) parts(d Draft) (*domain.Entity, *domain.Template, error) {
	entities, templates := s.Entities.Values(), s.Templates.Values()
	if len(entities) == 0 || len(templates) == 0 {
		return nil, nil, domain.Errorf(domain.Conflict, "the institution has %d entities and %d templates; an assessment needs one of each", len(entities), len(templates))
	}
	entity, template := entities[0], templates[0]
	var known bool
	if d.Entity != "" {
		if entity, _, known = s.Entities.Get(strings.ToLower(d.Entity)); !known {
			return nil, nil, domain.Errorf(domain.NotFound, "entity_id: no entity %.64q in this institution", d.Entity)
		}
	}
	if d.Template != "" {
		if template, _, known = s.Templates.Get(strings.ToLower(d.Template)); !known {
			return nil, nil, domain.Errorf(domain.NotFound, "template_id: no template %.64q in this institution", d.Template)
		}
	}
	return entity, template, d.check(template)
}

func (d Draft) check(t *domain.Template) error {
	switch {
	case d.Step < 0 || d.Step > 0 && d.Step >= len(t.Steps):
		return domain.Errorf(domain.BadRequest, "step: %d is out of range; the steps of the template are 0 to %d", d.Step, len(t.Steps)-1)
	case d.Step > 0 && d.State != "" && d.State != NewActive:
		return domain.Errorf(domain.BadRequest, "step: not allowed with state %.20q; only with %s", d.State, NewActive)
	case d.Error != nil && d.State != NewError:
		return domain.Errorf(domain.BadRequest, "error: not allowed with state %.20q; only with %s", d.State, NewError)
	}
	switch d.State {
	case "", NewActive, NewCompleted, NewCancelled, NewError:
		return d.Error.check()
	}
	return domain.Errorf(domain.BadRequest, "state: unknown state %.20q; use %s, %s, %s or %s", d.State, NewActive, NewCompleted, NewCancelled, NewError)
}

// place puts a new assessment into the state of the draft.
func (d Draft) place(a domain.Assessment, now time.Time, terminal string) domain.Assessment {
	switch d.State {
	case NewCompleted:
		return a.Completed(now)
	case NewCancelled:
		a, _ = a.Cancel(now, domain.CancelRules{}, terminal) // the zero rules refuse nothing
	case NewError:
		return a.FailedWith(d.Error.complete(&a), now)
	default:
		a = a.AtStep(d.Step, now)
	}
	return a
}

// complete returns the failure with its defaults. It is safe on nil.
func (f *Failure) complete(a *domain.Assessment) *domain.Failure {
	var given Failure
	if f != nil {
		given = *f
	}
	step := "none"
	if len(a.Template.Steps) > 0 {
		step = a.Template.Steps[0].Name
	}
	text := strings.TrimSpace
	complete := &domain.Failure{
		Step: cmp.Or(text(given.Step), step), Type: cmp.Or(text(given.Type), "FORCED_ERROR"),
		Message: cmp.Or(text(given.Message), "The workflow was put in error."), Details: given.Details,
	}
	if complete.Details == nil {
		complete.Details = map[string]any{}
	}
	return complete
}

// maxDepth limits the nesting of details, as fixtures do.
const maxDepth = 20

// check returns an error if JSON or fixtures cannot hold the details. It replaces
// them by what JSON makes of them.
func (f *Failure) check() error {
	if f == nil || f.Details == nil {
		return nil
	}
	plain, err := freejson.Of(f.Details)
	if err != nil {
		return domain.Errorf(domain.BadRequest, "error: details: %v", err)
	}
	if depth(plain) > maxDepth {
		return domain.Errorf(domain.BadRequest, "error: details: nested too deep; the limit is %d levels", maxDepth)
	}
	f.Details = plain
	return nil
}

func depth(v any) int {
	deepest := 0
	switch v := v.(type) {
	case map[string]any:
		for _, inner := range v {
			deepest = max(deepest, 1+depth(inner))
		}
	case []any:
		for _, inner := range v {
			deepest = max(deepest, 1+depth(inner))
		}
	}
	return deepest
}
