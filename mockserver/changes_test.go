package mockserver_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver"
)

// changesOf returns what the journal has of changes beside the API, oldest first.
func changesOf(in *mockserver.Institution) []mockserver.Exchange {
	found := in.Journal(mockserver.ExchangeFilter{Kind: mockserver.KindControl}, 0).Entries
	oldest := make([]mockserver.Exchange, 0, len(found))
	for i := range found {
		oldest = append(oldest, found[len(found)-1-i])
	}
	return oldest
}

// TestChangesAreWrittenDown makes every change that there is, and compares what
// the journal says of it.
func TestChangesAreWrittenDown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*mockserver.Institution) error
		want   string // operation, whether an assessment changed, and words
	}{
		{"create", func(in *mockserver.Institution) error {
			_, err := in.CreateAssessment(mockserver.AssessmentDraft{State: "error"})
			return err
		}, "addAssessment true made the assessment NEW, which is Error"},
		{"cancel", func(in *mockserver.Institution) error { _, err := in.Cancel(guideID); return err }, "cancelAssessment true cancelled the assessment GUIDE, which was Active and is Cancelled"},
		{"finish", func(in *mockserver.Institution) error { _, err := in.Finish(guideID); return err }, "finishAssessment true put the assessment GUIDE at the end of its workflow, which was Active and is Active"},
		{"force an error", func(in *mockserver.Institution) error {
			_, err := in.ForceError(guideID, mockserver.Failure{})
			return err
		}, "forceError true put the assessment GUIDE in error, which was Active and is Error"},
		{"freeze", func(in *mockserver.Institution) error { in.Freeze(); return nil }, "freezeClock - made the time stand still"},
		{"run", func(in *mockserver.Institution) error { in.Run(); return nil }, "runClock - made the time pass"},
		{"advance", func(in *mockserver.Institution) error { _, err := in.Advance(time.Millisecond); return err }, "advanceClock - moved the time ahead by 1ms, from 2026-05-04T09:00:00Z to 2026-05-04T09:00:00.001Z"},
		{"set", func(in *mockserver.Institution) error { return in.Set("second-cancel", "conflict") }, "changeSettings - set second-cancel to conflict, which was no-content"},
		{"set to the same", func(in *mockserver.Institution) error { return in.Set("second-cancel", "no-content") }, "changeSettings - left the settings as they were"},
		{"awkward", func(in *mockserver.Institution) error { return in.SetAwkward(true) }, "changeSettings - switched the awkward mode on"},
		{"reset the settings", func(in *mockserver.Institution) error { return in.ResetSettings() }, "resetSettings - left the settings as they were"},
		{"arm", func(in *mockserver.Institution) error {
			_, err := in.Arm(mockserver.Fault{Operation: "cancelWorkflow", First: 2, Status: 503})
			return err
		}, "armFault - armed fault-1, answer with status 503 for cancelWorkflow, the first 2"},
		{"reset", func(in *mockserver.Institution) error { return in.Reset() }, "resetInstitution - made the institution what it was at the beginning"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			in := institution(t, s, "changed", newClock().Now())
			if err := tt.change(in); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range changesOf(in) {
				effect := "-"
				if e.State != nil {
					effect = strconv.FormatBool(e.State.Effective)
				}
				words := strings.ReplaceAll(e.Control.Words, guideID, "GUIDE")
				if tt.name == "create" {
					words = strings.ReplaceAll(words, e.Assessment, "NEW")
				}
				got = append(got, fmt.Sprintf("%s %s %s", e.Operation, effect, words))
				if e.Control.By != "go" || e.Number != 1 || e.ID != "" || !e.Time.Equal(in.Clock().Now) && tt.name != "run" {
					t.Errorf("got %+v, want number 1, by go, at the time of the institution", e)
				}
			}
			if diff := cmp.Diff([]string{tt.want}, got); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRefusedChangesAreNone leaves the journal as it was.
func TestRefusedChangesAreNone(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	in := institution(t, s, "refused", newClock().Now())
	if _, err := in.Cancel(guideID); err != nil {
		t.Fatal(err)
	}
	_, finished := in.Finish(guideID)
	_, advanced := in.Advance(-time.Second)
	_, armed := in.Arm(mockserver.Fault{Fault: "nothing"})
	for _, err := range []error{finished, advanced, armed, in.Set("second-cancel", "x"), in.Restore("none")} {
		if err == nil {
			t.Error("got no error, want one")
		}
	}
	if in.Disarm("fault-9") || in.DisarmAll() != 0 {
		t.Error("disarmed: got some, want none")
	}
	if n := len(changesOf(in)); n != 1 {
		t.Errorf("changes: got %d, want the cancel alone", n)
	}
}

// TestChangesCountOnlyWhenAskedFor verifies what clients did, whatever the set-up
// of the test did.
func TestChangesCountOnlyWhenAskedFor(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	in := institution(t, s, "counted", newClock().Now())
	other := "cddfce30-1dad-434b-a7c6-fc07d9cae821"
	serve(s, request(http.MethodPost, guideAssessment+"/cancel-workflow", in.Key(), ""))
	if _, err := in.Cancel(other); err != nil {
		t.Fatal(err)
	}
	serve(s, request(http.MethodGet, "/v5/assessments/"+other, in.Key(), ""))
	one, none, yes := 1, 0, true
	verdict, err := in.Verify(
		mockserver.Expectation{Exactly: &one, Filter: mockserver.ExchangeFilter{Effective: &yes}},
		mockserver.Expectation{Exactly: &none, Filter: mockserver.ExchangeFilter{Effective: &yes, Assessment: other}},
		mockserver.Expectation{Exactly: &one, Filter: mockserver.ExchangeFilter{Kind: mockserver.KindControl, Effective: &yes, Assessment: other, State: "Cancelled"}},
		mockserver.Expectation{Exactly: &one, Then: true, Filter: mockserver.ExchangeFilter{Operation: "getAssessment", State: "Cancelled"}},
	)
	if err != nil || !verdict.OK {
		t.Errorf("got %+v, %v, want all met", verdict, err)
	}
	if all := in.Journal(mockserver.ExchangeFilter{Kind: mockserver.KindAny}, 0); all.Count != 3 || all.Stats.Entries != 3 {
		t.Errorf("got %d of %+v, want 3", all.Count, all.Stats)
	}
	if har := fmt.Sprint(in.Archive(mockserver.ExchangeFilter{Kind: mockserver.KindAny})); strings.Contains(har, "cancelAssessment") || strings.Count(har, "HTTP/1.1") != 4 {
		t.Errorf("the archive: got %s, want the two exchanges", har)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if found, err := in.WaitFor(ctx, mockserver.ExchangeFilter{Text: "cancelled the assessment"}, 1); !errors.Is(err, mockserver.ErrTimeout) {
		t.Errorf("waited for an exchange: got %v, %v, want none", found, err)
	}
	if found, err := in.WaitFor(t.Context(), mockserver.ExchangeFilter{Kind: mockserver.KindControl, Operation: "cancelAssessment"}, 1); err != nil || len(found) != 1 {
		t.Errorf("waited for a change: got %v, %v, want it", found, err)
	}
}

// TestExplanationsNameTheOrigin asks why an answer was what it was, after
// something other than its own request has made the state, the choice or the
// fault.
func TestExplanationsNameTheOrigin(t *testing.T) {
	t.Parallel()
	cancel := guideAssessment + "/cancel-workflow"
	tests := []struct {
		name         string
		before       func(testing.TB, *mockserver.Server, *mockserver.Institution) error
		method, path string
		want         string // empty: nothing of an origin
	}{
		{"nothing", func(testing.TB, *mockserver.Server, *mockserver.Institution) error { return nil }, "GET", guideAssessment, ""},
		{"a cancel by the program", func(_ testing.TB, _ *mockserver.Server, in *mockserver.Institution) error {
			_, err := in.Cancel(guideID)
			return err
		}, "GET", guideAssessment, "That goes back to entry 1, at 2026-05-04T09:00:00Z: the program that runs the mock cancelled the assessment " + guideID},
		{"a refused cancel", func(_ testing.TB, _ *mockserver.Server, in *mockserver.Institution) error {
			if err := in.Set("second-cancel", "conflict"); err != nil {
				return err
			}
			_, err := in.Cancel(guideID)
			return err
		}, "POST", cancel, "here it is set to conflict, by the program that runs the mock (entry 1)"},
		{"a cancel by a client", func(t testing.TB, s *mockserver.Server, in *mockserver.Institution) error {
			t.Helper()
			as(t, s, in.Key(), "POST", cancel, 204)
			as(t, s, in.Key(), "GET", guideAssessment, 200)
			return nil
		}, "GET", guideAssessment, "That goes back to entry 1, at 2026-05-04T09:00:00Z: the request cancelWorkflow changed it from Active to Cancelled."},
		{"a snapshot", func(_ testing.TB, _ *mockserver.Server, in *mockserver.Institution) error {
			if _, err := in.Cancel(guideID); err != nil {
				return err
			}
			if _, err := in.Snapshot("cancelled"); err != nil {
				return err
			}
			if err := in.Reset(); err != nil {
				return err
			}
			return in.Restore("cancelled")
		}, "GET", guideAssessment, "That goes back to entry 2, at 2026-05-04T09:00:00Z: the program that runs the mock made the institution what the snapshot \"cancelled\" has."},
		{"the time", func(_ testing.TB, _ *mockserver.Server, in *mockserver.Institution) error {
			if err := in.Set("cancel-visibility", "30s"); err != nil {
				return err
			}
			if _, err := in.Cancel(guideID); err != nil {
				return err
			}
			_, err := in.Advance(time.Minute)
			return err
		}, "GET", guideAssessment, "That goes back to entry 3, at 2026-05-04T09:01:00Z: the program that runs the mock moved the time ahead by 1m0s"},
		{"a fault", func(_ testing.TB, _ *mockserver.Server, in *mockserver.Institution) error {
			_, err := in.Arm(mockserver.Fault{Status: 503})
			return err
		}, "GET", guideAssessment, "it is armed as fault-1, by the program that runs the mock (entry 1)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			in := institution(t, s, "origin", newClock().Now())
			if err := tt.before(t, s, in); err != nil {
				t.Fatal(err)
			}
			x, err := s.Explain(serve(s, request(tt.method, tt.path, in.Key(), "")).Header().Get("X-Request-Id"))
			if err != nil {
				t.Fatal(err)
			}
			words := strings.Join(x.Words, "\n")
			if told := strings.Contains(words, "entry "); told != (tt.want != "") || !strings.Contains(words, tt.want) {
				t.Errorf("got %s\nwant %q in it", words, tt.want)
			}
		})
	}
}

// TestChangesAreBounded lets go of changes as it does of exchanges, and a count
// that would need them cannot be told.
func TestChangesAreBounded(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{JournalEntries: 2})
	in := institution(t, s, "bounded", newClock().Now())
	for range 3 {
		in.Freeze()
	}
	one := 1
	verdict, err := in.Verify(mockserver.Expectation{Exactly: &one, Filter: mockserver.ExchangeFilter{}})
	if err != nil || verdict.OK || !strings.Contains(verdict.Results[0].Reason, "cannot verify") {
		t.Errorf("got %+v, %v, want that nobody can tell", verdict, err)
	}
	if n := len(changesOf(in)); n != 2 {
		t.Errorf("changes: got %d, want 2", n)
	}
	if x, err := in.Explain("3"); err != nil || x.Curl != "" || len(x.Words) != 1 || !strings.HasSuffix(x.Words[0], "made the time stand still.") {
		t.Errorf("explained: got %+v, %v, want what was done, and no command", x, err)
	}
}

// TestReloadsAreWrittenDown tells where an institution has its data from that changed.
func TestReloadsAreWrittenDown(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: fixturesOf(alpha(), beta())})
	changed := alpha()
	changed.entity = "Another"
	if _, err := s.Reload("again.yaml", fixturesOf(changed, beta())); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]int{alphaID: 1, betaID: 0} {
		in, err := s.Institution(id)
		if err != nil {
			t.Fatal(err)
		}
		if changes := changesOf(in); len(changes) != want || want == 1 && changes[0].Operation != "reloadFixtures" {
			t.Errorf("%s: got %+v, want %d reloads", in.Name(), changes, want)
		}
	}
}

// TestChangesAreFollowed tells of them, to whoever asks.
func TestChangesAreFollowed(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	in := institution(t, s, "followed", newClock().Now())
	all, exchanges := in.Follow(mockserver.ExchangeFilter{Kind: mockserver.KindAny}), in.Follow(mockserver.ExchangeFilter{})
	defer all.Close()
	defer exchanges.Close()
	in.Freeze()
	as(t, s, in.Key(), "GET", guideAssessment, 200)
	for stream, want := range map[*mockserver.JournalStream][]string{all: {"freezeClock", "getAssessment"}, exchanges: {"getAssessment"}} {
		for _, operation := range want {
			event, err := stream.Next(t.Context())
			if err != nil || event.Entry.Operation != operation {
				t.Fatalf("got %+v, %v, want %s", event, err, operation)
			}
		}
	}
}
