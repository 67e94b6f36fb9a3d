package conformance_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/assay/conformance"
	"example.com/assay/conformance/internal/steps"
	"example.com/assay/openapi"
)

func wholePlan(t *testing.T) *conformance.Plan {
	t.Helper()
	plan, err := conformance.NewPlan(conformance.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestEveryRequirementHasAScenario(t *testing.T) {
	t.Parallel()
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	plan := wholePlan(t)
	for _, r := range catalogue.Requirements {
		if !slices.Contains(plan.Summary.Requirements, r.ID) {
			t.Errorf("requirement %s has no scenario", r.ID)
		}
	}
}

func TestScenarioNamesAreUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, sc := range wholePlan(t).Scenarios {
		if seen[sc.Name] {
			t.Errorf("two scenarios are called %q", sc.Name)
		}
		seen[sc.Name] = true
		if sc.Line == 0 || len(sc.Steps) == 0 {
			t.Errorf("scenario %q: got line %d and %d steps, want both above 0", sc.Name, sc.Line, len(sc.Steps))
		}
	}
}

// TestOperationTablesAreComplete: the examples of authenticate.feature name every
// operation of the contract, once for each way to call it with a bad key.
func TestOperationTablesAreComplete(t *testing.T) {
	t.Parallel()
	var want []string
	for _, op := range openapi.Operations() {
		if op.SameAs == "" {
			want = append(want, op.ID)
		}
	}
	slices.Sort(want)
	called := regexp.MustCompile(`^(\w+) is called (.+)$`)
	tables := map[string][]string{}
	for _, sc := range wholePlan(t).Scenarios {
		for _, st := range sc.Steps {
			if m := called.FindStringSubmatch(st.Text); m != nil && strings.HasSuffix(sc.File, "authenticate.feature") {
				tables[m[2]] = append(tables[m[2]], m[1])
			}
		}
	}
	if len(tables) != 4 {
		t.Errorf("got %d tables of operations, want one each for AUT-01 to AUT-04", len(tables))
	}
	for way, got := range tables {
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("operations called %s: got %q, want %q", way, got, want)
		}
	}
}

// TestStepPatterns: each step has one meaning, and each meaning is used.
func TestStepPatterns(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, sc := range wholePlan(t).Scenarios {
		for _, st := range sc.Steps {
			var matching []string
			for _, p := range steps.Patterns() {
				if regexp.MustCompile("^" + p + "$").MatchString(st.Text) {
					matching = append(matching, p)
					used[p] = true
				}
			}
			if len(matching) != 1 {
				t.Errorf("step %q (%s:%d) matches %q, want exactly one pattern", st.Text, sc.File, st.Line, matching)
			}
		}
	}
	for _, p := range steps.Patterns() {
		if !used[p] {
			t.Errorf("no scenario uses the pattern %q", p)
		}
	}
}
