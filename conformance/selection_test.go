package conformance_test

import (
	"errors"
	"strings"
	"testing"

	"example.com/assay/conformance"
)

func TestSelection(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		selection conformance.Selection
		want      string // part of the error; empty: it is fine
	}{
		{name: "everything"},
		{name: "one level", selection: conformance.Selection{Levels: []string{"core"}}},
		{name: "one requirement", selection: conformance.Selection{Only: []string{"CAN-01"}}},
		{name: "a misspelt level", selection: conformance.Selection{Levels: []string{"cor"}}, want: "did you mean \"core\"?"},
		{name: "a misspelt requirement", selection: conformance.Selection{Only: []string{"CAN-99"}}, want: "did you mean \"CAN-09\"?"},
		{name: "lower case", selection: conformance.Selection{Skip: []string{"can-01"}}, want: "did you mean \"CAN-01\"?"},
		{name: "godog's tag syntax", selection: conformance.Selection{Only: []string{"@CAN-01 or @CAN-02"}}, want: "unknown value"},
		{name: "only and skip", selection: conformance.Selection{Only: []string{"CAN-01"}, Skip: []string{"CAN-01"}}, want: "contradict"},
		{name: "an accepted gap", selection: conformance.Selection{AcceptUnchecked: map[string]string{"AUT-03": "one region"}}},
		{name: "an unknown accepted gap", selection: conformance.Selection{AcceptUnchecked: map[string]string{"AUT-33": "one region"}}, want: "--accept-unchecked: unknown value \"AUT-33\""},
		{name: "an accepted gap without a reason", selection: conformance.Selection{AcceptUnchecked: map[string]string{"AUT-03": ""}}, want: "no reason for AUT-03; use AUT-03=REASON"},
		{name: "an accepted gap outside the selection", selection: conformance.Selection{Skip: []string{"AUT-03"}, AcceptUnchecked: map[string]string{"AUT-03": "one region"}}, want: "the selection has no such requirement"},
		{name: "a level that leaves nothing", selection: conformance.Selection{Levels: []string{"derived"}, Only: []string{"CAN-01"}}, want: "nothing is left"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			plan, err := conformance.NewPlan(tt.selection)
			if tt.want == "" {
				if err != nil || len(plan.Scenarios) == 0 || len(plan.Summary.Hash) != 64 {
					t.Errorf("got plan %+v, error %v; want scenarios and a hash", plan, err)
				}
				return
			}
			var usage *conformance.UsageError
			if !errors.As(err, &usage) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error: got %v, want a UsageError with %q", err, tt.want)
			}
		})
	}
}

func TestPlanHashTellsSelectionsApart(t *testing.T) {
	t.Parallel()
	hashes := map[string]bool{}
	for _, s := range []conformance.Selection{{}, {Strict: true}, {Levels: []string{"core"}}, {Skip: []string{"CAN-12"}}} {
		plan, err := conformance.NewPlan(s)
		if err != nil {
			t.Fatal(err)
		}
		if hashes[plan.Summary.Hash] {
			t.Errorf("selection %+v: got a hash that another selection has", s)
		}
		hashes[plan.Summary.Hash] = true
	}
}
