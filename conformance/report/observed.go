package report

import (
	"io"
)

// ObservedSchema names the version of Observed.
const ObservedSchema = "assay.observed/v1"

// Observed is how a target uses the freedoms that no public page settles, by
// itself: to compare two deployments, or one with itself at another time.
type Observed struct {
	Schema       string        `json:"schema"`
	Tool         Tool          `json:"tool"`
	Target       Target        `json:"target"`
	Run          Run           `json:"run"`
	ContractHash string        `json:"contract_hash"` // SHA-256 of the OpenAPI document
	Observations []Observation `json:"observations"`  // in the order of the catalogue
}

// NewObserved takes from a report what was observed.
func NewObserved(r *Report) *Observed {
	c := r.complete()
	return &Observed{Schema: ObservedSchema, Tool: c.Tool, Target: c.Target, Run: c.Run, ContractHash: c.Plan.ContractHash, Observations: c.Observations}
}

// WriteObserved writes what was observed as JSON, by its schema.
func WriteObserved(w io.Writer, r *Report) error { return encodeJSON(w, NewObserved(r)) }

// WriteObservedFile writes it to a file, whole or not at all.
func WriteObservedFile(path string, r *Report) error {
	return writeFile(path, func(w io.Writer) error { return WriteObserved(w, r) })
}
