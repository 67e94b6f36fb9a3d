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

type taskJSON struct {
	AssessmentID   string         `json:"assessment_id"`
	TemplateID     string         `json:"assessment_template_id"`
	Assignment     assignmentJSON `json:"assignment"`
	Title          string         `json:"c_name"`
	CreatedAt      string         `json:"created_at"`
	CustomMetadata any            `json:"custom_metadata"`
	Version        int            `json:"data_version"`
	EntityID       string         `json:"entity_id"`
	ID             string         `json:"id"`
	Institution    string         `json:"institution_id"`
	LockedAt       *string        `json:"locked_at"`
	Microfrontend  *string        `json:"microfrontend_id"`
	Name           *string        `json:"name"`
	Status         string         `json:"status"`
	StepName       string         `json:"step_name"`
	UpdatedAt      string         `json:"updated_at"`
	WorkflowID     *string        `json:"workflow_instance_id"`
}

type assignmentJSON struct {
	By      *string `json:"assigned_by_id"`
	To      *string `json:"assigned_to_id"`
	ToType  *string `json:"assigned_to_type"`
	Comment *string `json:"assignment_comment"`
}

// Resources make the certified bytes of resources.
type Resources struct{ contract *contract.Contract }

// NewResources returns the resources of the contract.
func NewResources(c *contract.Contract) Resources { return Resources{c} }

// Assessment returns an assessment in a view.
func (r Resources) Assessment(a *domain.Assessment, v domain.View) (contract.Item, error) {
	body := assessmentJSON{
		CreatedAt:   Stamp(a.Created),
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

// Task returns a task with its status, as the settings spell it.
func (r Resources) Task(t *domain.Task, status string) (contract.Item, error) {
	a := t.Assessment
	return r.contract.CertifyItem("Task", taskJSON{
		AssessmentID: a.ID, TemplateID: a.Template.ID, EntityID: a.Entity, ID: t.ID, Institution: a.Institution, WorkflowID: orNull(a.Workflow),
		Title: t.Name(), StepName: t.Name(), Status: status, Version: t.Version,
		CreatedAt: Stamp(t.Created), UpdatedAt: Stamp(t.Updated),
		Assignment: assignmentJSON{orNull(t.Assignment.By), orNull(t.Assignment.To), orNull(t.Assignment.ToType), orNull(t.Assignment.Comment)},
	})
}

// Stamp returns a time as the API writes it: in UTC, with seconds and no fraction, so
// that the order of the texts is that of the times.
func Stamp(t time.Time) string { return t.UTC().Truncate(domain.Tick).Format(time.RFC3339) }

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
