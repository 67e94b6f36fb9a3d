package api

import (
	"net/http"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/store"
)

func listTemplates(rc *requestContext) (contract.Certified, error) {
	return rc.respondList(store.Range{}, rc.state.Templates.List)
}

func listEntities(rc *requestContext) (contract.Certified, error) {
	return rc.respondList(store.Range{}, rc.state.Entities.List)
}

func getOutcome(rc *requestContext) (contract.Certified, error) {
	id := rc.id("outcome_id")
	_, item, known := rc.state.Outcomes.Get(id)
	if !known {
		return contract.Certified{}, domain.Errorf(domain.NotFound, "no outcome %s in this institution", id)
	}
	return rc.operation.RespondItem(http.StatusOK, item)
}
