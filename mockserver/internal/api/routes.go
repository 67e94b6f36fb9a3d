package api

import (
	"strings"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/fault"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/store"
)

// handler carries out one operation. It sees no ResponseWriter: the only way to
// answer is a response that the contract package has made.
type handler func(*call) (contract.Certified, error)

// call is a request. Once a handler gets it, it keeps the contract and is from
// somebody who may make it.
type call struct {
	party
	refusal error       // why the key is not good; nil: it is
	plan    *fault.Plan // what is to go wrong; nil: nothing
	params  contract.Params
	partly  bool // the query asks for a part of a list
	body    any  // as encoding/json reads it; nil if the operation takes none
}

// reading says how assessments are shown to this caller.
func (c *call) reading() store.Reading {
	hideInterim, hides := c.settings.HidesInterim(c.params.String("assessment_id"))
	return store.Reading{HideInterim: hideInterim, Hides: hides}
}

// id returns the ID in the path. IDs are compared in small letters, as RFC 9562
// asks of every reader of a UUID.
func (c *call) id(parameter string) string { return strings.ToLower(c.params.String(parameter)) }

// route is how an operation of the contract is carried out.
type route struct {
	handle  handler
	offered func(*freedoms.Request) bool // nil: always
}

// routes is the one table of operations, by operationId.
func routes() map[string]route {
	return map[string]route{
		"listAssessments":  {handle: listAssessments},
		"createAssessment": {handle: createAssessment},
		"getAssessment":    {handle: getAssessment},
		"cancelWorkflow":   {handle: cancelWorkflow},
		"listTemplates":    {handle: listTemplates},
		"listEntities":     {handle: listEntities},
		"getOutcome":       {handle: getOutcome, offered: outcomesAt("/assessments/outcomes/{outcome_id}")},
		"getOutcomeAtRoot": {handle: getOutcome, offered: outcomesAt("/outcomes/{outcome_id}")},
	}
}

func outcomesAt(path string) func(*freedoms.Request) bool {
	return func(s *freedoms.Request) bool { return s.OutcomePath() == path }
}

// Offered reports whether an operation is served under the settings.
func Offered(operationID string, s *freedoms.Request) bool {
	r, known := routes()[operationID]
	return known && (r.offered == nil || r.offered(s))
}
