package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/cursor"
	"example.com/assay/mockserver/internal/fault"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/store"
	"example.com/assay/mockserver/internal/wire"
)

// handler carries out one operation. It sees no ResponseWriter: a response of the
// contract package is the only way to answer.
type handler func(*requestContext) (contract.Certified, error)

// requestContext is one request. When a handler gets it, the request keeps the
// contract and has a valid key.
type requestContext struct {
	echo.Context // of the router
	writer       http.ResponseWriter
	request      *http.Request
	sent, path   string              // the path as sent, and its normal form
	recorder     *journal.Exchange   // nil: the request is not journaled
	operation    *contract.Operation // nil: none
	alternatives bool                // the operation has several possible paths

	institution *institution.Institution // nil: the key is refused
	state       *institution.State       // of the institution
	refusal     error                    // of the key
	settings    freedoms.Request
	resources   wire.Resources
	tokens      *cursor.Codec
	plan        *fault.Plan // nil: no fault

	params contract.Params
	body   any // as encoding/json reads it; nil if the operation takes none
}

// operationID returns the operationId, or "" if there is no operation.
func (rc *requestContext) operationID() string {
	if rc.operation == nil {
		return ""
	}
	return rc.operation.ID
}

// assessmentID returns the ID of the assessment in the path, valid or not.
func (rc *requestContext) assessmentID() string { return strings.ToLower(rc.Param("assessment_id")) }

// id returns the ID in the path, in lower case: RFC 9562 makes UUIDs case-insensitive.
func (rc *requestContext) id(parameter string) string {
	return strings.ToLower(rc.params.String(parameter))
}

// field returns an ID of the body, in lower case.
func (rc *requestContext) field(name string) string {
	object, _ := rc.body.(map[string]any)
	value, _ := object[name].(string)
	return strings.ToLower(value)
}

// readOptions say how assessments are shown to this client.
func (rc *requestContext) readOptions() store.ReadOptions {
	hideInterim, hides := rc.settings.HidesInterim(rc.params.String("assessment_id"))
	return store.ReadOptions{HideInterim: hideInterim, Hides: hides}
}

// apply makes a change of the institution for the client.
func (rc *requestContext) apply(c institution.Change) (institution.Effect, error) {
	from := institution.Source{Request: &rc.settings, Exchange: rc.recorder}
	if c.Kind == institution.Create {
		from.Read = rc.readOptions()
	}
	return rc.institution.Apply(from, c)
}
