package freedoms_test

import (
	"fmt"
	"testing"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/openapi"
)

func awkward(seed uint64, fixed ...string) freedoms.Settings {
	s := freedoms.Default()
	s.Awkward = &freedoms.Awkward{Seed: seed, Fixed: fixed}
	return s
}

// readAll reads every freedom for one assessment, and returns the values. A
// freedom without an accessor is missing.
func readAll(s *freedoms.Settings, n uint64, assessment string, part bool) map[string]string {
	r := s.ForRequest(n)
	for _, before := range states() {
		r.CancelRules(assessment, before)
	}
	r.MalformedID()
	r.CreateStatus()
	r.ListShape()
	r.ListOrder(part)
	r.ErrorBody()
	r.RejectsUnknownQuery()
	r.RejectsCancelBody()
	r.OutcomePath()
	r.HidesInterim(assessment)
	r.OmitsLastToken()
	r.StaleTask()
	r.AnswersAssignment()
	r.TaskStatus(&domain.Task{State: domain.TaskCompleted})
	cancelled := &domain.Assessment{ID: assessment, Ending: &domain.Ending{Reason: domain.CancelAsked}}
	r.TaskStatus(&domain.Task{State: domain.TaskStopped, Assessment: cancelled})
	return r.Read()
}

// states returns one view for each state that matters to a cancel.
func states() []domain.View {
	return []domain.View{{State: domain.Active, Interim: true}, {State: domain.Cancelled}, {State: domain.Failed}, {State: domain.Active}}
}

func TestAwkwardDrawsEveryValue(t *testing.T) {
	t.Parallel()
	drawn := map[string]map[string]bool{}
	for seed := range uint64(20) {
		for n := range uint64(40) {
			s := awkward(seed)
			for name, value := range readAll(&s, n, fmt.Sprint("assessment ", n), false) {
				if drawn[name] == nil {
					drawn[name] = map[string]bool{}
				}
				drawn[name][value] = true
			}
		}
	}
	for _, f := range openapi.Freedoms() {
		for _, value := range f.Values {
			if !drawn[f.Name][value] {
				t.Errorf("%s=%s was never drawn", f.Name, value)
			}
		}
		if f.Duration && len(drawn[f.Name]) < 3 {
			t.Errorf("%s: got the durations %v, want several", f.Name, drawn[f.Name])
		}
	}
}

// TestAwkwardVariesByScope compares requests: freedoms of an assessment, of the
// parts of a list and of an institution have one value, the others several.
func TestAwkwardVariesByScope(t *testing.T) {
	t.Parallel()
	s := awkward(3)
	first, differ := readAll(&s, 1, "a", true), map[string]bool{}
	for n := range uint64(50) {
		for name, value := range readAll(&s, n, "a", true) {
			differ[name] = differ[name] || value != first[name]
		}
	}
	for _, f := range openapi.Freedoms() {
		if got, want := differ[f.Name], f.Scope == openapi.ScopeRequest; got != want {
			t.Errorf("%s, scope %s: varies between requests: got %t, want %t", f.Name, f.Scope, got, want)
		}
	}
}

// TestAwkwardListAndAssessmentAgree compares the two accessors of whether an
// assessment shows an interim outcome.
func TestAwkwardListAndAssessmentAgree(t *testing.T) {
	t.Parallel()
	s := awkward(3)
	r := s.ForRequest(1)
	_, each := r.HidesInterim("")
	for n := range 50 {
		id := fmt.Sprint("assessment ", n)
		if alone, _ := r.HidesInterim(id); each(id) != alone {
			t.Errorf("%s: got %t in the list, %t alone", id, each(id), alone)
		}
	}
}

func TestAwkwardKeepsFixedFreedoms(t *testing.T) {
	t.Parallel()
	var names []string
	for _, f := range openapi.Freedoms() {
		names = append(names, f.Name)
	}
	s, defaults := awkward(1, names...), freedoms.Default()
	for n := range uint64(20) {
		for name, got := range readAll(&s, n, "a", true) {
			if want := defaults.Value(name); got != want {
				t.Errorf("request %d, %s: got %s, want %s", n, name, got, want)
			}
		}
	}
	r := s.ForRequest(1)
	if _, each := r.HidesInterim("a"); each != nil {
		t.Error("outcome-before-end: got a function of the assessment, want none")
	}
}
