package freedoms_test

import (
	"fmt"
	"slices"
	"testing"

	"example.com/assay/mockserver/internal/freedoms"
)

func awkward(seed uint64, fixed ...string) freedoms.Settings {
	s := freedoms.Default()
	s.Awkward = &freedoms.Awkward{Seed: seed, Fixed: fixed}
	return s
}

// TestAwkwardDrawsEveryValue: each freedom has all of its values in turn, by
// request, by assessment or by institution.
func TestAwkwardDrawsEveryValue(t *testing.T) {
	t.Parallel()
	seen := map[string]map[string]bool{}
	for seed := range uint64(10) {
		for n := range uint64(40) {
			s := awkward(seed)
			drawn := s.ForRequest(n).ForAssessment(fmt.Sprint("assessment ", n))
			for name, value := range drawn.Map() {
				if seen[name] == nil {
					seen[name] = map[string]bool{}
				}
				seen[name][value] = true
			}
		}
	}
	for _, f := range freedoms.All() {
		for _, value := range f.Values {
			if !seen[f.Name][value] {
				t.Errorf("%s=%s was never drawn", f.Name, value)
			}
		}
		if f.Open && len(seen[f.Name]) < 3 {
			t.Errorf("%s: got the durations %v, want several", f.Name, seen[f.Name])
		}
	}
}

// TestAwkwardContradictsNobody: what belongs to an assessment, or to pages that
// must fit together, is the same whatever the number of the request.
func TestAwkwardContradictsNobody(t *testing.T) {
	t.Parallel()
	ofAssessment := []string{"cancel-in-error", "cancel-after-completion", "cancel-visibility", "cancel-status", "outcome-before-end"}
	s := awkward(3)
	first := s.ForRequest(1)
	differ := false
	for n := range uint64(50) {
		again := s.ForRequest(n)
		for _, name := range ofAssessment {
			if got, want := again.ForAssessment("a").Map()[name], first.ForAssessment("a").Map()[name]; got != want {
				t.Errorf("request %d, %s: got %s, want %s as before", n, name, got, want)
			}
		}
		if got, want := again.Paged(), first.Paged(); got.ListOrder != want.ListOrder || got.ListShape != want.ListShape {
			t.Errorf("request %d: got pages of %s and %s, want %s and %s", n, got.ListOrder, got.ListShape, want.ListOrder, want.ListShape)
		}
		if again.OutcomePath != first.OutcomePath {
			t.Errorf("request %d: got outcomes at %s, want %s", n, again.OutcomePath, first.OutcomePath)
		}
		hidden := again.ForAssessment("a").OutcomeBeforeEnd == freedoms.OutcomeNull
		if again.HidesInterim()("a") != hidden {
			t.Errorf("request %d: the list and the assessment differ in whether an outcome shows", n)
		}
		differ = differ || again.ErrorBody != first.ErrorBody
	}
	if !differ {
		t.Error("error-body: got one value in 50 requests")
	}
}

func TestAwkwardKeepsWhatIsFixed(t *testing.T) {
	t.Parallel()
	var names []string
	for _, f := range freedoms.All() {
		names = append(names, f.Name)
	}
	s := awkward(1, names...)
	plain := freedoms.Default()
	for n := range uint64(20) {
		drawn := s.ForRequest(n).ForAssessment("a").Paged()
		for name, value := range plain.Map() {
			if got := drawn.Map()[name]; got != value {
				t.Errorf("request %d, %s: got %s, want %s", n, name, got, value)
			}
		}
		if s.HidesInterim() != nil {
			t.Error("outcome-before-end: got it by assessment, want it fixed")
		}
	}
	if !slices.Contains(names, "outcome-before-end") {
		t.Fatal("expected the freedom outcome-before-end, got none")
	}
}
