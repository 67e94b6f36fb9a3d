package api

import (
	"net/http"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
)

func listTemplates(rc *requestContext) (contract.Certified, error) {
	page := rc.page()
	items, count := rc.state.Templates.List(page.Offset, page.Limit)
	return rc.respondList(items, count, page)
}

func listEntities(rc *requestContext) (contract.Certified, error) {
	page := rc.page()
	items, count := rc.state.Entities.List(page.Offset, page.Limit)
	return rc.respondList(items, count, page)
}

func getOutcome(rc *requestContext) (contract.Certified, error) {
	id := rc.id("outcome_id")
	_, item, known := rc.state.Outcomes.Get(id)
	if !known {
		return contract.Certified{}, domain.Errorf(domain.NotFound, "no outcome %s in this institution", id)
	}
	return rc.operation.RespondItem(http.StatusOK, item)
}
