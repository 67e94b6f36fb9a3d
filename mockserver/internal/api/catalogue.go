package api

import (
	"net/http"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
)

func listTemplates(c *call) (contract.Certified, error) {
	page := c.page()
	items, count := c.institution.Templates.List(page.Offset, page.Limit)
	return c.list(items, count, page)
}

func listEntities(c *call) (contract.Certified, error) {
	page := c.page()
	items, count := c.institution.Entities.List(page.Offset, page.Limit)
	return c.list(items, count, page)
}

func getOutcome(c *call) (contract.Certified, error) {
	id := c.id("outcome_id")
	_, item, known := c.institution.Outcomes.Get(id)
	if !known {
		return contract.Certified{}, domain.Errorf(domain.NotFound, "expected the ID of an outcome of the key's institution, got %s", id)
	}
	return c.operation.RespondItem(http.StatusOK, item)
}
