package api

import (
	"cmp"
	"slices"

	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/openapi"
)

// routes is the one table of handlers, by operationId. An operation that is another
// path of the same operation shares its handler.
func routes() map[string]handler {
	return map[string]handler{
		"listAssessments":  listAssessments,
		"createAssessment": createAssessment,
		"getAssessment":    getAssessment,
		"cancelWorkflow":   cancelWorkflow,
		"listTemplates":    listTemplates,
		"listEntities":     listEntities,
		"getOutcome":       getOutcome,
		"searchTasks":      searchTasks,
		"getTask":          getTask,

		"updateTaskAssignment": updateTaskAssignment,
		"exportAuditEvents":    exportAuditEvents,
	}
}

// handlerOf returns the handler of an operation, and whether it exists.
func handlerOf(op openapi.Operation) (handler, bool) {
	h, known := routes()[cmp.Or(op.SameAs, op.ID)]
	return h, known
}

// Offered reports whether an operation is served under the settings.
func Offered(op openapi.Operation, s *freedoms.Request) bool {
	return !hasAlternatives(op) || s.OutcomePath() == op.Path
}

// hasAlternatives reports whether the operation has several possible paths, of which
// the settings choose one.
func hasAlternatives(op openapi.Operation) bool {
	return op.SameAs != "" || slices.ContainsFunc(openapi.Operations(), func(other openapi.Operation) bool { return other.SameAs == op.ID })
}
