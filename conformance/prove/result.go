package prove

import (
	"slices"
	"time"

	"example.com/assay/conformance/report"
	"example.com/assay/openapi"
)

// Schema names the version of the result.
const Schema = "assay.proof/v1"

// Result is the outcome of a proof.
type Result struct {
	Schema       string                        `json:"schema"`
	Version      string                        `json:"version"`           // of the program
	ContractHash string                        `json:"contract_hash"`     // SHA-256 of the OpenAPI document
	Seed         uint64                        `json:"seed"`              // of all random choices
	Against      string                        `json:"against,omitempty"` // base URL of the deployment; empty: the mock
	Duration     time.Duration                 `json:"duration_ns"`
	OK           bool                          `json:"ok"` // no false alarm, no wrong certainty, and no missed mutant
	Reference    report.List[ReferenceRun]     `json:"reference"`
	Surroundings report.List[SurroundingRun]   `json:"surroundings"`
	Mutants      report.List[MutantRun]        `json:"mutants"`
	Requirements report.List[RequirementProof] `json:"requirements"` // in the order of the catalogue
}

// RequirementProof counts the mutants of one requirement.
type RequirementProof struct {
	ID      string `json:"id"`
	Level   string `json:"level"`
	Text    string `json:"text"`
	Total   int    `json:"mutants"`
	Subtle  int    `json:"subtle"`
	Caught  int    `json:"caught"`
	Skipped int    `json:"skipped,omitempty"`
}

func newResult(o Options, c *openapi.Catalogue) *Result {
	r := &Result{Schema: Schema, Version: o.Version, ContractHash: openapi.Hash(), Seed: o.Seed}
	for _, req := range c.Requirements {
		r.Requirements = append(r.Requirements, RequirementProof{ID: req.ID, Level: string(req.Level), Text: req.Text})
	}
	return r
}

// finish counts the mutants and decides whether the proof holds.
func (r *Result) finish(took time.Duration) {
	r.Duration = took
	for i := range r.Requirements {
		p := &r.Requirements[i]
		for _, m := range r.of(p.ID) {
			p.Total++
			p.Subtle += count(m.Subtle)
			p.Caught += count(m.Caught)
			p.Skipped += count(m.Skipped)
		}
	}
	for i := range r.Surroundings {
		r.Surroundings[i].finish()
	}
	r.OK = len(r.FalseAlarms()) == 0 && len(r.WrongSurroundings()) == 0 && len(r.Misses()) == 0
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// of returns the mutants of a requirement.
func (r *Result) of(requirement string) []MutantRun {
	return filter(r.Mutants, func(m MutantRun) bool { return m.Requirement == requirement })
}

// FalseAlarms returns the runs of the reference with a wrong verdict.
func (r *Result) FalseAlarms() []ReferenceRun {
	return filter(r.Reference, func(run ReferenceRun) bool { return !run.OK })
}

// WrongSurroundings returns the gateways behind which the suite is wrong.
func (r *Result) WrongSurroundings() []SurroundingRun {
	return filter(r.Surroundings, func(run SurroundingRun) bool { return !run.OK })
}

// Misses returns the mutants that were tried and not caught.
func (r *Result) Misses() []MutantRun {
	return filter(r.Mutants, func(m MutantRun) bool { return !m.Caught && !m.Skipped })
}

func filter[T any](all []T, keep func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(all), func(v T) bool { return !keep(v) })
}
