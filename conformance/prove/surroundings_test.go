package prove_test

import (
	"strings"
	"testing"

	"example.com/assay/conformance/gateways"
	"example.com/assay/conformance/mutants"
	"example.com/assay/conformance/prove"
	"example.com/assay/conformance/report"
)

func TestGatewaysAreTriedWithMutants(t *testing.T) {
	t.Parallel()
	m, _ := mutants.Find("cancel-answers-202")
	r := run(t, prove.Options{Gateways: []string{"indented-json", "outcomes-not-found"}, Mutants: []mutants.Mutant{m}, Sample: 1})
	if !r.OK || len(r.Surroundings) != 2 || len(r.Mutants) != 0 || len(r.Reference) != 0 {
		t.Fatalf("got OK %t, %d surroundings, %d mutants, %d references; want true, 2, 0, 0", r.OK, len(r.Surroundings), len(r.Mutants), len(r.Reference))
	}
	for _, s := range r.Surroundings {
		if s.Requests == 0 || len(s.Mutants) != 1 || s.Mutants[0].Outcome != prove.Caught {
			t.Errorf("%s: got %d requests, mutants %v; want some, and one caught", s.ID, s.Requests, s.Mutants)
		}
	}
	validate(t, r)
	for _, format := range prove.Formats() {
		if got := written(t, format, r); !strings.Contains(got, "indented-json") {
			t.Errorf("%s does not name the gateway", format)
		}
	}
}

// TestConformantMutantBehindAGatewayIsAMiss tries a mutant without a defect.
func TestConformantMutantBehindAGatewayIsAMiss(t *testing.T) {
	t.Parallel()
	harmless := mutants.Mutant{ID: "harmless", Requirement: "CAN-01", How: "Does everything right."}
	r := run(t, prove.Options{Gateways: []string{"more-headers"}, Mutants: []mutants.Mutant{harmless}})
	if got := r.Surroundings[0].Mutants[0]; r.OK || got.Outcome != prove.Missed || got.Verdict != report.Conformant {
		t.Errorf("got OK %t, %+v; want a conformant miss", r.OK, got)
	}
	if got := written(t, "text", r); !strings.Contains(got, "Wrong surroundings:") || !strings.Contains(got, "mutant harmless: no assertion of CAN-01 failed") {
		t.Errorf("got no miss in:\n%s", got)
	}
}

// TestCannotTellNeedsAReason tries a mutant of a requirement without evidence.
func TestCannotTellNeedsAReason(t *testing.T) {
	t.Parallel()
	m, _ := mutants.Find("outcome-without-name")
	r := run(t, prove.Options{Gateways: []string{"outcomes-not-found"}, Mutants: []mutants.Mutant{m}})
	if got := r.Surroundings[0].Mutants[0]; !r.OK || got.Outcome != prove.CannotTell || got.Reason == "" {
		t.Errorf("got OK %t, %+v; want cannot-tell with a reason", r.OK, got)
	}
}

func TestPlanHoldsEveryGatewayAndPairs(t *testing.T) {
	t.Parallel()
	r := expected(t, 0)
	pairs := 0
	for _, s := range r.Surroundings {
		if s.Kind == "pair" {
			pairs++
		}
	}
	if n := len(r.Surroundings) - pairs; n != len(gateways.All()) || pairs == 0 {
		t.Errorf("got %d gateways and %d pairs, want %d and some", n, pairs, len(gateways.All()))
	}
}
