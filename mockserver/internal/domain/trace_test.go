package domain_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver/internal/domain"
)

// told writes a trace in a line: each step with its progress and the seconds
// between which it ran, then why the workflow ended, then what comes next.
func told(t domain.Trace) string {
	var parts []string
	at := func(when time.Time) string {
		if when.IsZero() {
			return "?"
		}
		return fmt.Sprint(when.Sub(start()).Seconds())
	}
	for _, s := range t.Steps {
		parts = append(parts, fmt.Sprintf("%s %s %s-%s", s.Step.Name, s.Progress, at(s.Started), at(s.Ended)))
	}
	if t.Reason != "" {
		parts = append(parts, fmt.Sprintf("%s at %s", t.Reason, at(t.Ended)))
	}
	if t.Next != nil {
		parts = append(parts, fmt.Sprintf("next %s at %s", t.Next.Kind, at(t.Next.At)))
	}
	return strings.Join(parts, ", ")
}

func TestTracesTellTheCourse(t *testing.T) {
	t.Parallel()
	two := assessment(domain.Step{Name: "one", Takes: 2 * time.Second}, domain.Step{Name: "two", Takes: 3 * time.Second})
	manual := assessment(domain.Step{Name: "one", Takes: time.Second}, domain.Step{Name: "wait", Manual: true}, domain.Step{Name: "last", Takes: time.Second})
	failing := assessment(domain.Step{Name: "three", Takes: time.Second, Fails: failure()}, domain.Step{Name: "after", Takes: time.Second})
	cancelled := func(a domain.Assessment, after time.Duration, visible time.Duration) domain.Assessment {
		a, err := a.Cancel(start().Add(after), domain.CancelRules{Visibility: visible}, "")
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	tests := []struct {
		name string
		a    domain.Assessment
		at   time.Duration
		want string
	}{
		{"at the start", two, 0, "one running 0-2, two ahead 2-5, next step-ended at 2"},
		{"in the second", two, 2 * time.Second, "one done 0-2, two running 2-5, next workflow-ended at 5"},
		{"at the end", two, time.Hour, "one done 0-2, two done 2-5, completed at 5"},
		{"waiting", manual, time.Hour, "one done 0-1, wait waiting 1-?, last ahead ?-?"},
		{"failed", failing, time.Hour, "three failed 0-1, after never ?-?, step-failed at 1"},
		{"about to fail", failing, 0, "three running 0-1, after ahead ?-?, next workflow-failed at 1"},
		{"cancelled in the first", cancelled(two, time.Second, 0), time.Hour, "one stopped 0-1, two never ?-?, cancelled at 1"},
		{"cancelled, and not seen yet", cancelled(two, time.Second, time.Minute), 2 * time.Second, "one stopped 0-1, two never ?-?, cancelled at 1, next change-visible at 61"},
		{"cancelled while it waited", cancelled(manual, time.Minute, 0), time.Hour, "one done 0-1, wait stopped 1-60, last never ?-?, cancelled at 60"},
		{"cancelled after it failed", cancelled(failing, time.Minute, 0), time.Hour, "three failed 0-1, after never ?-?, cancelled at 60"},
		{"cancelled at its end", cancelled(two, time.Minute, 0), time.Hour, "one done 0-2, two done 2-5, cancelled at 60"},
		{"finished early", two.Completed(start().Add(time.Second)), time.Hour, "one done 0-?, two done ?-?, finished at 1"},
		{"in a forced error", manual.FailedWith(&domain.Failure{Step: "wait"}, start().Add(time.Minute)), time.Hour, "one done 0-1, wait failed 1-60, last never ?-?, forced-error at 60"},
		{"no steps", assessment(), 0, "completed at 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, told(tt.a.Trace(start().Add(tt.at)))); diff != "" {
				t.Errorf("trace (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEventsAreTheChangesOfViews: between two events nobody sees anything change.
func TestEventsAreTheChangesOfViews(t *testing.T) {
	t.Parallel()
	a := assessment(domain.Step{Name: "one", Takes: 2 * time.Second, Outcome: "half"}, domain.Step{Name: "two", Takes: 3 * time.Second})
	now := start()
	for {
		next, ok := a.Next(now)
		if !ok {
			break
		}
		before, last, at := a.At(now), a.At(next.At.Add(-1)), a.At(next.At)
		if before != last || last == at {
			t.Errorf("event %+v: got the views %+v, %+v and then %+v", next, before, last, at)
		}
		now = next.At
	}
	if got := now.Sub(start()); got != 5*time.Second {
		t.Errorf("the last event: got it after %s, want 5s", got)
	}
	if got := len(a.Events(start(), start().Add(time.Hour))); got != 2 {
		t.Errorf("events: got %d, want 2", got)
	}
}
