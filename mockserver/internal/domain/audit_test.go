package domain_test

import (
	"slices"
	"testing"
	"time"

	"example.com/assay/mockserver/internal/domain"
)

// TestAuditHasCausesFirst: a step ends, and by that the next one and its task begin, all at
// one time. The events stand in this order.
func TestAuditHasCausesFirst(t *testing.T) {
	t.Parallel()
	template := &domain.Template{ID: "t", CanceledOutcome: "canceled", Steps: []domain.Step{
		{Name: "automatic", Takes: time.Second}, {Name: "manual", Manual: true}, {Name: "at once"}, {Name: "manual too", Manual: true},
	}}
	at := start().Add(time.Second)
	a := domain.Assessment{ID: "a", Template: template, Created: start(), Started: start(), TaskChanges: []domain.TaskChange{
		{Step: 1, At: at, Assignment: &domain.Assignment{By: "me", To: "you"}}, {Step: 1, At: at},
	}}
	a, err := a.Cancel(at, domain.CancelRules{}, "")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"-1 created", "-1 step-completed", "1 created", "1 assigned", "1 completed", "-1 step-completed", "-1 step-completed", "3 created", "-1 cancelled"}
	var got []string
	for _, e := range a.Audit(at.Add(time.Hour)) {
		got = append(got, map[int]string{-1: "-1", 1: "1", 3: "3"}[e.Step]+" "+string(e.Event))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if before := a.Audit(start()); len(before) != 1 {
		t.Errorf("before anything happened: got %+v, want its create", before)
	}
}
