package report

import "io"

// ObservedSchema names the version of [Observed].
const ObservedSchema = "assay.observed/v1"

// Observed is the part of a report about the freedoms, to compare two deployments
// or two dates.
type Observed struct {
	Schema       string            `json:"schema"`
	Tool         Tool              `json:"tool"`
	Target       Target            `json:"target"`
	Run          Run               `json:"run"`
	ContractHash string            `json:"contract_hash"` // SHA-256 of the OpenAPI document
	Observations List[Observation] `json:"observations"`  // in the order of the catalogue
}

// NewObserved returns the observations of a report.
func NewObserved(r *Report) *Observed {
	return &Observed{Schema: ObservedSchema, Tool: r.Tool, Target: r.Target, Run: r.Run, ContractHash: r.Plan.ContractHash, Observations: r.Observations}
}

// WriteObserved writes the observations as JSON.
func WriteObserved(w io.Writer, r *Report) error { return encodeJSON(w, NewObserved(r)) }

// WriteObservedFile writes the observations to a file, complete or not at all.
func WriteObservedFile(path string, r *Report) error {
	return writeFile(path, func(w io.Writer) error { return WriteObserved(w, r) })
}
