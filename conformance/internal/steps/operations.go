package steps

import (
	"fmt"
	"net/http"
	"net/url"

	"example.com/assay/conformance/internal/client"
)

// operation is an operation of the contract, as the suite calls it.
type operation struct {
	id     string
	method string
	path   func(id string) string // below the base URL; the ID is the resource's, escaped
	// promised reports whether a public page prints the path. If it does not, a
	// target that answers 404 there is not at fault.
	promised bool
}

func fixed(path string) func(string) string { return func(string) string { return path } }

//nolint:gochecknoglobals // constants in all but the keyword
var (
	listAssessments  = operation{"listAssessments", http.MethodGet, fixed("assessments"), false}
	getAssessment    = operation{"getAssessment", http.MethodGet, func(id string) string { return "assessments/" + id }, true}
	createAssessment = operation{"createAssessment", http.MethodPost, fixed("assessments"), true}
	cancelWorkflow   = operation{"cancelWorkflow", http.MethodPost, func(id string) string { return "assessments/" + id + "/cancel-workflow" }, true}
	listTemplates    = operation{"listTemplates", http.MethodGet, fixed("assessments/templates"), true}
	listEntities     = operation{"listEntities", http.MethodGet, fixed("entities"), true}
	getOutcome       = operation{"getOutcome", http.MethodGet, func(id string) string { return "assessments/outcomes/" + id }, false}
	getOutcomeAtRoot = operation{"getOutcome", http.MethodGet, func(id string) string { return "outcomes/" + id }, false}
)

// operationByID finds one of the seven operations that the guides name.
func operationByID(id string) (operation, error) {
	for _, op := range []operation{listAssessments, getAssessment, createAssessment, cancelWorkflow, listTemplates, listEntities, getOutcome} {
		if op.id == id {
			return op, nil
		}
	}
	return operation{}, fmt.Errorf("the suite knows no operation %q", id)
}

// call makes a call of the operation.
func (op operation) call(key client.Key, id string, body []byte) client.Call {
	call := client.Call{Operation: op.id, Resource: id, Method: op.method, Path: op.path(url.PathEscape(id)), Key: key, Body: body}
	if body != nil {
		call.ContentType = "application/json"
	}
	return call
}

// missing reports whether an answer reads as if there were no such operation.
func missing(e *client.Exchange) bool {
	return e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed || e.Status == http.StatusNotImplemented
}
