package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"example.com/assay/openapi"
)

func requirementsOutput(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr strings.Builder
	code := run(context.Background(), append([]string{"requirements"}, args...), nil, nil, &stdout, &stderr)
	if code != exitOK || stderr.Len() > 0 {
		t.Fatalf("requirements %q: got %d and %q, expected %d and no error", args, code, stderr.String(), exitOK)
	}
	return stdout.String()
}

func TestEveryRequirementIsListed(t *testing.T) {
	t.Parallel()
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"table", "json", "markdown"} {
		output := requirementsOutput(t, "--format", format)
		for _, r := range catalogue.Requirements {
			if !strings.Contains(output, r.ID) || !strings.Contains(output, r.Text) {
				t.Errorf("%s: expected %s and its text", format, r.ID)
			}
		}
		if got := strings.Count(output, "\n"); format != "json" && got > len(catalogue.Requirements)+2 {
			t.Errorf("%s: got %d lines, expected one a requirement and a head", format, got)
		}
	}
}

// Each requirement has a scenario, and those that are not derived a page that
// states them. What nobody has is an empty list, for those who read it by program.
func TestRequirementsAreComplete(t *testing.T) {
	t.Parallel()
	var entries []requirementEntry
	if err := json.Unmarshal([]byte(requirementsOutput(t, "--format", "json")), &entries); err != nil {
		t.Fatal(err)
	}
	if len(entries) == 0 {
		t.Fatal("expected requirements, got none")
	}
	for _, e := range entries {
		if len(e.Scenarios) == 0 || e.Sources == nil || e.Mutants == nil {
			t.Errorf("%s: got %d scenarios, the sources %v and the mutants %v, expected a scenario and lists", e.ID, len(e.Scenarios), e.Sources, e.Mutants)
		}
		if len(e.Sources) == 0 && e.Level != openapi.Derived {
			t.Errorf("%s is %s: expected a source, got none", e.ID, e.Level)
		}
	}
}

func TestMarkdownCells(t *testing.T) {
	t.Parallel()
	e := requirementEntry{ID: "NEW-01", Level: openapi.Derived, Text: "a|b", Scenarios: []scenarioOfPlan{{"One", "one.feature", 3}}, Mutants: []mutantEntry{{"m1", "it lies"}, {"m2", "it sleeps"}}}
	var b strings.Builder
	if err := writeRequirementMarkdown(&b, []requirementEntry{e}); err != nil {
		t.Fatal(err)
	}
	want := "| NEW-01 | derived | a\\|b | - | One (one.feature:3) | `m1`: it lies<br>`m2`: it sleeps |\n"
	if got := b.String(); !strings.HasSuffix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
