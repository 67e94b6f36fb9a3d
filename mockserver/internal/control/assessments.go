package control

import (
	"strconv"

	"example.com/assay/mockserver/internal/tenant"
)

func assessmentRoutes() map[string]handler {
	return map[string]handler{
		"findAssessments":  findAssessments,
		"addAssessment":    addAssessment,
		"traceAssessment":  traceAssessment,
		"forceError":       forceError,
		"finishAssessment": finishAssessment,
		"cancelAssessment": cancelAssessment,
	}
}

// defaultLimit is the number of assessments of a page by default.
const defaultLimit = 100

type assessmentPage struct {
	Count   int                 `json:"count"`
	Results []tenant.Assessment `json:"results"`
}

func findAssessments(r *request) (response, error) {
	query := r.URL.Query()
	found, count := r.institution.Assessments(tenant.Filter{
		State: query.Get("state"), Text: query.Get("q"), Offset: number(query.Get("offset"), 0), Limit: number(query.Get("limit"), defaultLimit),
	})
	return ok(assessmentPage{Count: count, Results: found})
}

// number reads a query parameter that the document has checked.
func number(text string, fallback int) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return fallback
	}
	return n
}

func addAssessment(r *request) (response, error) {
	draft, err := decode[tenant.Draft](r)
	if err != nil {
		return response{}, err
	}
	a, err := r.institution.Add(draft)
	if err != nil {
		return response{}, err
	}
	return created(a)
}

func traceAssessment(r *request) (response, error) {
	return assessment(r.institution.Assessment(r.PathValue("assessment")))
}

func forceError(r *request) (response, error) {
	failure, err := decode[tenant.Failure](r)
	if err != nil {
		return response{}, err
	}
	return assessment(r.institution.ForceError(r.PathValue("assessment"), failure))
}

func finishAssessment(r *request) (response, error) {
	return assessment(r.institution.Finish(r.PathValue("assessment")))
}

func cancelAssessment(r *request) (response, error) {
	return assessment(r.institution.Cancel(r.PathValue("assessment")))
}

func assessment(a tenant.Assessment, err error) (response, error) {
	if err != nil {
		return response{}, err
	}
	return ok(a)
}
