package freedoms_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/openapi"
)

// TestExamplesOfTheCatalogueWork sets each example of the catalogue.
func TestExamplesOfTheCatalogueWork(t *testing.T) {
	t.Parallel()
	for _, f := range openapi.Freedoms() {
		name, value, _ := strings.Cut(strings.TrimPrefix(f.Example, "--set "), "=")
		if s := freedoms.Default(); name != f.Name || s.Set(name, value) != nil {
			t.Errorf("the example of %s does not work: %s", f.Name, f.Example)
		}
	}
}

// TestSetChangesOneValue reads back what was set; nothing else changes.
func TestSetChangesOneValue(t *testing.T) {
	t.Parallel()
	for _, f := range openapi.Freedoms() {
		values := f.Values
		if f.Duration {
			values = append(values, "750ms")
		}
		for _, value := range values {
			s, err := freedoms.Parse(map[string]string{f.Name: value})
			if err != nil {
				t.Errorf("%s=%s: %v", f.Name, value, err)
			}
			defaults := freedoms.Default()
			want := defaults.Map()
			want[f.Name] = value
			if diff := cmp.Diff(want, s.Map()); diff != "" {
				t.Errorf("%s=%s (-want +got):\n%s", f.Name, value, diff)
			}
		}
	}
}

func TestSetLeavesCopiesUnchanged(t *testing.T) {
	t.Parallel()
	original := freedoms.Default()
	changed := original
	if err := changed.Set("list-shape", "array"); err != nil {
		t.Fatal(err)
	}
	if got := original.Value("list-shape"); got != "token-page" {
		t.Errorf("original: got %s, want page", got)
	}
}

func TestSetNormalizesDurations(t *testing.T) {
	t.Parallel()
	s := freedoms.Default()
	if err := s.Set("cancel-visibility", "0.75s"); err != nil || s.Value("cancel-visibility") != "750ms" {
		t.Errorf("got %s, %v, want 750ms", s.Value("cancel-visibility"), err)
	}
}

func TestParseReportsEveryError(t *testing.T) {
	t.Parallel()
	_, err := freedoms.Parse(map[string]string{"list-ordr": "x", "error-body": "problme", "cancel-visibility": "2h"})
	for _, want := range []string{`did you mean "list-order"?`, `did you mean "problem"?`, "up to 1h0m0s"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error: got %v, want %q in it", err, want)
		}
	}
}

// TestEveryFreedomHasAnAccessor compares the catalogue with the accessors of a
// request, which record what they read.
func TestEveryFreedomHasAnAccessor(t *testing.T) {
	t.Parallel()
	s := freedoms.Default()
	if diff := cmp.Diff(s.Map(), readAll(&s, 1, "a", false)); diff != "" {
		t.Errorf("freedoms (-catalogue +read):\n%s", diff)
	}
	if n := len(openapi.Freedoms()); n > 64 {
		t.Errorf("freedoms: got %d, want at most 64, the bits of the record", n)
	}
}

func TestRequestRecordsOnlyWhatItReads(t *testing.T) {
	t.Parallel()
	s := freedoms.Default()
	r := s.ForRequest(1)
	if got := r.Read(); got != nil {
		t.Errorf("before reading: got %v, want none", got)
	}
	r.ListShape()
	if diff := cmp.Diff(map[string]string{"list-shape": "token-page"}, r.Read()); diff != "" {
		t.Errorf("after reading (-want +got):\n%s", diff)
	}
}

//nolint:paralleltest // testing.AllocsPerRun counts the allocations of all goroutines
func TestRequestReadsWithoutAllocation(t *testing.T) {
	s := freedoms.Default()
	allocations := testing.AllocsPerRun(100, func() {
		r := s.ForRequest(1)
		r.ListShape()
		r.ErrorBody()
		r.HidesInterim("a")
	})
	if allocations != 0 {
		t.Errorf("got %g allocations, want none", allocations)
	}
}

// TestConstantsAreValuesOfTheCatalogue compares the constants that other packages
// act on with the catalogue.
func TestConstantsAreValuesOfTheCatalogue(t *testing.T) {
	t.Parallel()
	constants := map[string][]string{
		"list-order": {string(freedoms.NewestFirst), string(freedoms.OldestFirst), string(freedoms.Shuffled)},
		"error-body": {string(freedoms.ErrorBodyProblem), string(freedoms.ErrorBodyErrors), string(freedoms.ErrorBodyMessage), string(freedoms.ErrorBodyEmpty)},
	}
	for _, f := range openapi.Freedoms() {
		if got := constants[f.Name]; got != nil && !slices.Equal(got, f.Values) {
			t.Errorf("%s: got the constants %q, want %q", f.Name, got, f.Values)
		}
	}
}

func TestValueOfUnknownFreedomPanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("got a value for cancel-statu, want a panic: it would be that of another freedom")
		}
	}()
	s := freedoms.Default()
	s.Value("cancel-statu")
}
