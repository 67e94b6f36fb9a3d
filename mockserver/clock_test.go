package mockserver_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/assay/mockserver"
)

// atTheEnd returns an institution whose time is close to the last that there is.
func atTheEnd(t *testing.T, before time.Duration) *mockserver.Institution {
	t.Helper()
	s := newServer(t, mockserver.Config{Fixtures: smallFixtures()})
	return newInstitution(t, s, mockserver.InstitutionOptions{Clock: mockserver.ClockOptions{Mode: mockserver.ClockFrozen, At: endOfTime().Add(-before)}})
}

func endOfTime() time.Time { return time.Date(2200, 12, 31, 23, 59, 59, 999_999_999, time.UTC) }

// TestTimeEnds advances up to the last moment, and not beyond, however many try.
func TestTimeEnds(t *testing.T) {
	t.Parallel()
	in := atTheEnd(t, 10*time.Hour)
	var wg sync.WaitGroup
	var mu sync.Mutex
	refused := 0
	for range 30 {
		wg.Go(func() {
			if _, err := in.Advance(time.Hour); err != nil {
				mu.Lock()
				defer mu.Unlock()
				if refused++; !strings.Contains(err.Error(), "2201-01-01T00:59:59Z passes the year 2200") {
					t.Errorf("got the error %v", err)
				}
			}
		})
	}
	wg.Wait()
	if got := in.Clock().Now; refused != 20 || !got.Equal(endOfTime()) {
		t.Errorf("got %s, and %d refusals, want %s and 20", got, refused, endOfTime())
	}
}

// TestNothingIsLeftToHappen moves to the next event where there is none, or none
// in time.
func TestNothingIsLeftToHappen(t *testing.T) {
	t.Parallel()
	in := atTheEnd(t, time.Second)
	for _, draft := range []mockserver.AssessmentDraft{{Template: manualID}, {Template: quickID}, {State: "cancelled"}} {
		if _, err := in.CreateAssessment(draft); err != nil {
			t.Fatal(err)
		}
		if moved := in.AdvanceToNext(); !moved.To.Equal(moved.From) || moved.Events == nil || len(moved.Events) != 0 {
			t.Errorf("%+v: got %+v, want that the time stays, and an empty list", draft, moved)
		}
	}
}

// TestManyEvents has more happen at once than is told.
func TestManyEvents(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: smallFixtures()})
	in := newInstitution(t, s, mockserver.InstitutionOptions{Clock: mockserver.ClockOptions{Mode: mockserver.ClockFrozen}})
	const assessments = 8_500 // each with two events: more than are sorted at once
	var wrong error
	for range assessments {
		_, err := in.CreateAssessment(mockserver.AssessmentDraft{Template: quickID})
		wrong = errors.Join(wrong, err)
	}
	if wrong != nil {
		t.Fatal(wrong)
	}
	moved, err := in.Advance(time.Hour)
	if err != nil || len(moved.Events) != 1_000 || moved.Omitted != 2*assessments-1_000 {
		t.Fatalf("got %d events, %d omitted, %v, want 1000 of %d", len(moved.Events), moved.Omitted, err, 2*assessments)
	}
	for i, e := range moved.Events {
		if e.Kind != "step-ended" || i > 0 && moved.Events[i-1].Assessment >= e.Assessment {
			t.Fatalf("event %d: got %+v, want the first in order of time and ID", i, e)
		}
	}
}

// TestExportsCanBeLoaded refuses to export what nobody could load.
func TestExportsCanBeLoaded(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	in := newInstitution(t, s, mockserver.InstitutionOptions{})
	for range 9 {
		if _, err := in.CreateAssessment(mockserver.AssessmentDraft{State: "error", Error: &mockserver.Failure{Details: strings.Repeat("x", 1<<20)}}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := in.Export(); err == nil || !strings.Contains(err.Error(), "bytes; the limit is 8388608") {
		t.Errorf("got the error %v, want it to say how much is loaded", err)
	}
}
