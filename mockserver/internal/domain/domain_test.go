package domain_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver/internal/domain"
)

func start() time.Time { return time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC) }

func assessment(steps ...domain.Step) domain.Assessment {
	t := &domain.Template{ID: "t", InitialOutcome: "open", EndOutcome: "done", CanceledOutcome: "canceled", Steps: steps}
	return domain.Assessment{ID: "a", Status: "starting", Template: t, Created: start(), Started: start()}
}

func failure() *domain.Failure {
	return &domain.Failure{Step: "three", Type: "T", Message: "M", Details: map[string]any{}}
}

func TestWorkflowsAdvanceWithTime(t *testing.T) {
	t.Parallel()
	steps := []domain.Step{
		{Name: "one", Takes: 2 * time.Second, Outcome: "half"},
		{Name: "two", Takes: 3 * time.Second},
	}
	fails := failure()
	failing := append(steps[:2:2], domain.Step{Name: "three", Takes: time.Second, Fails: fails})
	waiting := append(steps[:1:1], domain.Step{Name: "wait", Manual: true}, steps[1])
	view := func(state domain.State, outcome string, interim bool, ran int, f *domain.Failure) domain.View {
		return domain.View{State: state, Outcome: outcome, Interim: interim, Status: "starting", StepsRun: ran, Failure: f}
	}
	tests := []struct {
		name  string
		steps []domain.Step
		after time.Duration
		want  domain.View
	}{
		{"before its time", steps, -time.Hour, view(domain.Active, "open", true, 0, nil)},
		{"at the start", steps, 0, view(domain.Active, "open", true, 0, nil)},
		{"just before the first end", steps, 2*time.Second - 1, view(domain.Active, "open", true, 0, nil)},
		{"at the first end", steps, 2 * time.Second, view(domain.Active, "half", true, 1, nil)},
		{"just before the end", steps, 5*time.Second - 1, view(domain.Active, "half", true, 1, nil)},
		{"at the end", steps, 5 * time.Second, view(domain.Active, "done", false, 2, nil)},
		{"long after", steps, 1e6 * time.Second, view(domain.Active, "done", false, 2, nil)},
		{"before the failure", failing, 6*time.Second - 1, view(domain.Active, "half", true, 2, nil)},
		{"the failure", failing, 6 * time.Second, view(domain.Failed, "half", true, 2, fails)},
		{"long after the failure", failing, time.Hour, view(domain.Failed, "half", true, 2, fails)},
		{"waiting", waiting, 1e6 * time.Second, view(domain.Active, "half", true, 1, nil)},
		{"no steps at all", nil, 0, view(domain.Active, "done", false, 0, nil)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := assessment(tt.steps...)
			if diff := cmp.Diff(tt.want, a.At(start().Add(tt.after))); diff != "" {
				t.Errorf("view (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCancelStopsAtOnceAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	a := assessment(domain.Step{Name: "one", Takes: time.Second, Outcome: "half"}, domain.Step{Name: "two", Takes: time.Second})
	now := start().Add(1500 * time.Millisecond)
	cancelled, err := a.Cancel(now, domain.CancelRules{Visibility: time.Second, Terminal: true}, "closed")
	if err != nil {
		t.Fatal(err)
	}
	before := a.At(now)
	after := domain.View{State: domain.Cancelled, Outcome: "canceled", Status: "closed", StepsRun: 1}
	for d, want := range map[time.Duration]domain.View{0: before, time.Second - 1: before, time.Second: after, time.Hour: after} {
		if diff := cmp.Diff(want, cancelled.At(now.Add(d))); diff != "" {
			t.Errorf("%s after the cancel (-want +got):\n%s", d, diff)
		}
	}
	if a.Ending != nil {
		t.Error("the assessment from before the cancel was changed")
	}
}

func TestCancelRulesRefuse(t *testing.T) {
	t.Parallel()
	step := domain.Step{Name: "one", Takes: time.Second}
	cancelled, err := assessment(step).Cancel(start(), domain.CancelRules{}, "")
	if err != nil {
		t.Fatal(err)
	}
	rules := domain.CancelRules{Again: domain.BadRequest, InError: domain.Conflict, AfterEnd: domain.Unprocessable}
	failing := assessment(domain.Step{Name: "three", Takes: time.Second, Fails: failure()})
	tests := []struct {
		name string
		from domain.Assessment
		want domain.Kind
	}{
		{"again", cancelled, domain.BadRequest},
		{"in error", failing, domain.Conflict},
		{"forced into error", assessment(step).FailedWith(failure(), start()), domain.Conflict},
		{"after the end", assessment(step), domain.Unprocessable},
		{"forced to its end", assessment(domain.Step{Manual: true}).Completed(start()), domain.Unprocessable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			now := start().Add(time.Minute)
			got, err := tt.from.Cancel(now, rules, "")
			if !errors.Is(err, &domain.Error{Kind: tt.want}) || errors.Is(err, &domain.Error{Kind: domain.Internal}) {
				t.Errorf("error: got %v, want one of kind %s", err, tt.want)
			}
			if diff := cmp.Diff(tt.from.At(now), got.At(now)); diff != "" {
				t.Errorf("a refused cancel changed it:\n%s", diff)
			}
			allowed, err := tt.from.Cancel(now, domain.CancelRules{}, "")
			if err != nil || allowed.At(now).State != domain.Cancelled {
				t.Errorf("without rules: got %+v, %v, want it cancelled", allowed.At(now), err)
			}
		})
	}
}

// TestCancelKeepsTheError is CAN-05: what was there stays, the error fields too.
func TestCancelKeepsTheError(t *testing.T) {
	t.Parallel()
	f := failure()
	a, err := assessment().FailedWith(f, start()).Cancel(start(), domain.CancelRules{}, "")
	if got := a.At(start()); err != nil || got.Failure != f || got.State != domain.Cancelled {
		t.Errorf("got %+v, %v, want it cancelled with its failure", got, err)
	}
}

func TestHideInterim(t *testing.T) {
	t.Parallel()
	if got := (domain.View{Outcome: "o", Interim: true}).HideInterim().Outcome; got != "" {
		t.Errorf("before the end: got %q, want none", got)
	}
	if got := (domain.View{Outcome: "o"}).HideInterim().Outcome; got != "o" {
		t.Errorf("at the end: got %q, want o", got)
	}
}
