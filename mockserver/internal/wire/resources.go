// Package wire holds the JSON forms of the API: its resources, and the problem
// documents of refusals.
package wire

import (
	"time"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
)

// The resources as the contract spells them, in the order of the guides.

type assessmentJSON struct {
	CreatedAt    string  `json:"created_at"`
	EntityID     string  `json:"entity_id"`
	ErrorDetails any     `json:"error_details"`
	ErrorMessage *string `json:"error_message"`
	ErrorStep    *string `json:"error_step"`
	ErrorType    *string `json:"error_type"`
	ID           string  `json:"id"`
	Institution  string  `json:"institution_id"`
	OutcomeID    *string `json:"outcome_id"`
	StatusID     *string `json:"status_id"`
	TemplateID   string  `json:"template_id"`
	WorkflowID   *string `json:"workflow_instance_id"`
	State        string  `json:"workflow_state"`
}

type templateJSON struct {
	ID              string `json:"id"`
	Name            string `json:"name"`
	CanceledOutcome string `json:"canceled_outcome_id"`
}

type entityJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"entity_type"`
}

type outcomeJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Resources make the certified bytes of resources.
type Resources struct{ contract *contract.Contract }

// NewResources returns the resources of the contract.
func NewResources(c *contract.Contract) Resources { return Resources{c} }

// Assessment returns an assessment in a view.
func (r Resources) Assessment(a *domain.Assessment, v domain.View) (contract.Item, error) {
	body := assessmentJSON{
		CreatedAt:   a.Created.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano),
		EntityID:    a.Entity,
		ID:          a.ID,
		Institution: a.Institution,
		OutcomeID:   orNull(v.Outcome),
		StatusID:    orNull(v.Status),
		TemplateID:  a.Template.ID,
		WorkflowID:  orNull(a.Workflow),
		State:       string(v.State),
	}
	if f := v.Failure; f != nil {
		body.ErrorDetails, body.ErrorMessage, body.ErrorStep, body.ErrorType = f.Details, &f.Message, &f.Step, &f.Type
	}
	return r.contract.CertifyItem("Assessment", body)
}

// Template returns a template.
func (r Resources) Template(t *domain.Template) (contract.Item, error) {
	return r.contract.CertifyItem("Template", templateJSON{t.ID, t.Name, t.CanceledOutcome})
}

// Entity returns an entity.
func (r Resources) Entity(e *domain.Entity) (contract.Item, error) {
	return r.contract.CertifyItem("Entity", entityJSON{e.ID, e.Name, e.Type})
}

// Outcome returns an outcome.
func (r Resources) Outcome(o *domain.Outcome) (contract.Item, error) {
	return r.contract.CertifyItem("Outcome", outcomeJSON{o.ID, o.Name})
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
