package target

import (
	"net/http"
	"net/url"
	"strings"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/openapi"
)

// The operations of the contract, by operationId.
const (
	ListAssessments  = "listAssessments"
	GetAssessment    = "getAssessment"
	CreateAssessment = "createAssessment"
	CancelWorkflow   = "cancelWorkflow"
	ListTemplates    = "listTemplates"
	ListEntities     = "listEntities"
	GetOutcome       = "getOutcome"
	GetOutcomeAtRoot = "getOutcomeAtRoot" // another possible path of GetOutcome
	SearchTasks      = "searchTasks"
	GetTask          = "getTask"

	UpdateTaskAssignment = "updateTaskAssignment"
	ExportAuditEvents    = "exportAuditEvents"
)

// Call returns a call of the operation. id fills the parameter of its path; a
// body is JSON, and nil is none.
func Call(operation string, key client.Key, id string, body []byte) client.Call {
	op, _ := openapi.OperationByID(operation)
	call := client.Call{Operation: operation, Resource: id, Method: op.Method, Path: Path(operation, id), Key: key, Body: body}
	call.Once = operation == CancelWorkflow // a second one may be refused
	if op.SameAs != "" {
		call.Operation = op.SameAs
	}
	if body != nil {
		call.ContentType = "application/json"
	}
	return call
}

// Path returns the path of the operation below the base URL, with the escaped
// ID, or a parameter such as {outcome_id}, in it.
func Path(operation, id string) string {
	op, _ := openapi.OperationByID(operation)
	before, rest, found := strings.Cut(strings.TrimPrefix(op.Path, "/"), "{")
	if !found {
		return before
	}
	_, after, _ := strings.Cut(rest, "}")
	if !strings.HasPrefix(id, "{") {
		id = url.PathEscape(id)
	}
	if id == "." || id == ".." { // a URL would fold these away, and ask another path
		id = strings.ReplaceAll(id, ".", "%2E")
	}
	return before + id + after
}

// Reads reports whether the operation changes nothing.
func Reads(operation string) bool {
	op, _ := openapi.OperationByID(operation)
	switch op.Effect {
	case openapi.Reads, openapi.Lists, openapi.Searches, openapi.Exports:
		return true
	case openapi.Creates, openapi.Cancels, openapi.Updates:
	}
	return false
}

// PathAssumed reports whether no public page prints the path of the operation. A
// deployment may then have it elsewhere.
func PathAssumed(operation string) bool {
	op, _ := openapi.OperationByID(operation)
	return op.PathAssumed
}

// Missing reports whether a response reads as if the operation did not exist.
func Missing(e *client.Exchange) bool {
	return e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed || e.Status == http.StatusNotImplemented
}
