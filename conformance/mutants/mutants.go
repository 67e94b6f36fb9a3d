// Package mutants holds broken implementations of the API. The suite must
// catch each one by the requirement in its row.
//
// Begin with [Mutant] and [All], then cancel.go for examples. To add a mutant, add a row to the
// file of its capability, made of the parts in builders.go and edits.go.
//
// A mutant is a layer in front of a correct implementation, never a branch inside
// it. Most mutants change only the traffic, so they fit in front of
// any deployment. Mutants count calls rather than time where possible: a busy
// machine must not decide whether they are caught.
package mutants

import (
	"net/http"

	"example.com/assay/conformance/internal/layer"
)

// Target is what a mutant knows of the implementation behind it.
type Target = layer.Target

// Mutant is one broken implementation.
type Mutant struct {
	ID          string
	Requirement string // ID of the broken requirement: CAN-01
	How         string // the defect, in one sentence
	Subtle      bool   // wrong in one corner only: a suite that looks once misses it
	MockOnly    bool   // needs Settings, or leaves data out of the reach of the suite: unfit for a proxy before a deployment
	Serial      bool   // wrong for one order of calls: scenarios run one at a time
	Broad       bool   // needs more traffic than the scenarios of its requirement make

	// Settings are the freedoms of the mock for this mutant. Nil keeps the
	// defaults.
	Settings map[string]string

	behave behavior // nil: does nothing wrong
}

// Wrap puts the mutant in front of an implementation. Each call starts with an
// empty memory.
func (m Mutant) Wrap(next http.Handler, t Target) http.Handler {
	if m.behave == nil {
		return next
	}
	return layer.Handler(next, t, m.behave())
}

// behavior makes the reaction of a mutant, with an empty memory.
type behavior func() reaction

// breaking sets the requirement of the mutants.
func breaking(requirement string, all []Mutant) []Mutant {
	for i := range all {
		all[i].Requirement = requirement
	}
	return all
}
