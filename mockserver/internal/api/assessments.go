package api

import (
	"net/http"
	"strings"
	"time"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/store"
)

func getAssessment(c *call) (contract.Certified, error) {
	item, err := c.institution.Assessments.Get(c.id("assessment_id"), c.reading())
	if err != nil {
		return contract.Certified{}, err
	}
	return c.operation.RespondItem(http.StatusOK, item)
}

func listAssessments(c *call) (contract.Certified, error) {
	page := c.page()
	r := store.Range{Order: c.settings.ListOrder(true), Whole: c.settings.ListOrder(false), Offset: page.Offset, Limit: page.Limit}
	items, count, err := c.institution.Assessments.List(r, c.reading())
	if err != nil {
		return contract.Certified{}, err
	}
	return c.list(items, count, page)
}

func cancelWorkflow(c *call) (contract.Certified, error) {
	id, terminal := c.id("assessment_id"), c.institution.Statuses.Terminal
	err := c.institution.Assessments.Change(id, func(now time.Time, a domain.Assessment) (domain.Assessment, error) {
		changed, err := a.Cancel(now, c.settings.CancelRules(id, a.Decided(now)), terminal)
		c.exchange.Changed(a.Decided(now), changed.Decided(now))
		return changed, err
	})
	if err != nil {
		return contract.Certified{}, err
	}
	return c.operation.RespondNoContent(http.StatusNoContent)
}

func createAssessment(c *call) (contract.Certified, error) {
	entity, _, knownEntity := c.institution.Entities.Get(c.field("entity_id"))
	template, _, knownTemplate := c.institution.Templates.Get(c.field("template_id"))
	var mismatches []contract.Mismatch
	if !knownEntity {
		mismatches = append(mismatches, c.unlisted("entity_id", "the ID of an entity that GET /entities lists"))
	}
	if !knownTemplate {
		mismatches = append(mismatches, c.unlisted("template_id", "the ID of a template that GET /assessments/templates lists"))
	}
	if len(mismatches) > 0 {
		return contract.Certified{}, &breach{kind: domain.Unprocessable, mismatches: mismatches, body: c.body}
	}
	item, err := c.institution.Assessments.Create(c.reading(), func(now time.Time, n uint64) domain.Assessment {
		return c.institution.NewAssessment(entity, template, now, n)
	})
	if err != nil {
		return contract.Certified{}, err
	}
	return c.operation.RespondItem(c.settings.CreateStatus(), item)
}

// unlisted says that a field of the body names nothing that the institution has.
func (c *call) unlisted(name, expected string) contract.Mismatch {
	place := "/" + name
	return contract.Mismatch{In: "body", Pointer: place, Expected: expected, Got: c.field(name), Contract: c.operation.BodyPointer(place)}
}

// field returns an ID of the body, in small letters.
func (c *call) field(name string) string {
	object, _ := c.body.(map[string]any)
	value, _ := object[name].(string)
	return strings.ToLower(value)
}

// page returns the part of a list that the caller asks for. A list without an
// envelope has no place to say that there is more, so it is always whole.
func (c *call) page() contract.Page {
	if c.settings.BareArray(c.partly) {
		return contract.Page{}
	}
	return contract.Page{Offset: c.params.Int("offset"), Limit: c.params.Int("limit")}
}

func (c *call) list(items []contract.Item, count int, page contract.Page) (contract.Certified, error) {
	if c.settings.BareArray(c.partly) {
		return c.operation.RespondArray(http.StatusOK, items)
	}
	page.Count = count
	return c.operation.RespondPage(http.StatusOK, items, page)
}
