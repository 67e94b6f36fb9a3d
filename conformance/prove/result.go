package prove

import (
	"slices"
	"time"

	"example.com/assay/conformance/mutants"
	"example.com/assay/conformance/report"
	"example.com/assay/openapi"
)

// Schema names the version of the result. A reader that knows it can read every
// result that carries it.
const Schema = "assay.proof/v1"

// Result is the outcome of a proof.
type Result struct {
	Schema       string             `json:"schema"`
	Version      string             `json:"version"`           // of the program
	ContractHash string             `json:"contract_hash"`     // SHA-256 of the OpenAPI document
	Seed         uint64             `json:"seed"`              // of the random combinations
	Against      string             `json:"against,omitempty"` // base URL of the deployment; empty: the mock
	Duration     time.Duration      `json:"duration_ns"`
	OK           bool               `json:"ok"` // no false alarm, and no mutant missed
	Reference    []ReferenceRun     `json:"reference"`
	Mutants      []MutantRun        `json:"mutants"`
	Requirements []RequirementProof `json:"requirements"` // in the order of the catalogue
}

// ReferenceRun is one run of the suite on the reference, which must conform.
type ReferenceRun struct {
	Settings map[string]string `json:"settings"` // of the freedoms, defaults left out
	Why      string            `json:"why"`      // this combination is tried
	OK       bool              `json:"ok"`
	Verdict  report.Verdict    `json:"verdict"`
	Alarms   []string          `json:"alarms,omitempty"` // what was found wrong, or could not be checked
	Requests int               `json:"requests"`
}

// Name says which run it was, in the form of settings.
func (r *ReferenceRun) Name() string { return spell(r.Settings) }

// judge calls for a conformant verdict, and for every scenario to have been
// decided: what cannot be checked on a mock that offers everything is a fault of
// the suite too.
func (r *ReferenceRun) judge(rep *report.Report) {
	r.Verdict, r.Requests = rep.Verdict, rep.Run.Requests
	for _, reason := range rep.Reasons {
		r.Alarms = append(r.Alarms, reason.Text)
	}
	for _, sc := range rep.Scenarios {
		if sc.Outcome != report.Passed && !r.mayBeOpen(sc) {
			r.Alarms = append(r.Alarms, string(sc.Outcome)+": "+sc.Name+": "+sc.Reason)
		}
	}
	r.OK = r.Verdict == report.Conformant && len(r.Alarms) == 0
}

// mayBeOpen reports whether the settings take from a scenario what it needs: an array
// has no pages to ask for.
func (r *ReferenceRun) mayBeOpen(sc report.Scenario) bool {
	return sc.Outcome == report.NotSupported && r.Settings["list-shape"] == "array"
}

// MutantRun is one run of the suite on a mutant, which must not conform.
type MutantRun struct {
	ID          string         `json:"id"`
	Requirement string         `json:"requirement"` // that it breaks
	Subtle      bool           `json:"subtle"`
	How         string         `json:"how"`
	Caught      bool           `json:"caught"` // by an assertion of that requirement
	Skipped     bool           `json:"skipped,omitempty"`
	Verdict     report.Verdict `json:"verdict"`
	By          []string       `json:"by"`               // the scenarios that caught it
	Also        []string       `json:"also"`             // other requirements that failed with it
	Missed      string         `json:"missed,omitempty"` // what was expected and what came, if it was not caught
}

// others lists the requirements of which an assertion failed besides the one.
func others(r *report.Report, requirement string) []string {
	ids := []string{}
	for _, sc := range r.Scenarios {
		if sc.Outcome != report.Failed {
			continue
		}
		for _, f := range sc.Failures {
			if f.Requirement != requirement && !slices.Contains(ids, f.Requirement) {
				ids = append(ids, f.Requirement)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// RequirementProof sums up the mutants of one requirement.
type RequirementProof struct {
	ID     string `json:"id"`
	Level  string `json:"level"`
	Text   string `json:"text"`
	Total  int    `json:"mutants"`
	Subtle int    `json:"subtle"`
	Caught int    `json:"caught"`
	Open   int    `json:"skipped,omitempty"` // mutants that could not be tried
}

func newResult(o Options, c *openapi.Catalogue) *Result {
	r := &Result{Schema: Schema, Version: o.Version, ContractHash: openapi.Hash(), Seed: o.Seed, Reference: []ReferenceRun{}, Mutants: []MutantRun{}}
	for _, req := range c.Requirements {
		r.Requirements = append(r.Requirements, proofOf(req, o.Mutants))
	}
	return r
}

func proofOf(req openapi.Requirement, all []mutants.Mutant) RequirementProof {
	p := RequirementProof{ID: req.ID, Level: string(req.Level), Text: req.Text}
	for _, m := range all {
		if m.Requirement != req.ID {
			continue
		}
		p.Total++
		if m.Subtle {
			p.Subtle++
		}
	}
	return p
}

// finish counts what was caught, and reports whether the proof holds.
func (r *Result) finish(took time.Duration) {
	r.Duration = took
	r.OK = true
	for i := range r.Requirements {
		p := &r.Requirements[i]
		for _, m := range r.Mutants {
			switch {
			case m.Requirement != p.ID:
			case m.Caught:
				p.Caught++
			case m.Skipped:
				p.Open++
			default:
				r.OK = false
			}
		}
	}
	r.OK = r.OK && len(r.FalseAlarms()) == 0
}

// FalseAlarms are the runs of the reference that did not come out conformant.
func (r *Result) FalseAlarms() []ReferenceRun {
	var alarms []ReferenceRun
	for _, run := range r.Reference {
		if !run.OK {
			alarms = append(alarms, run)
		}
	}
	return alarms
}

// Misses are the mutants that were tried and not caught.
func (r *Result) Misses() []MutantRun {
	var misses []MutantRun
	for _, m := range r.Mutants {
		if !m.Caught && !m.Skipped {
			misses = append(misses, m)
		}
	}
	return misses
}
