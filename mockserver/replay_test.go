package mockserver_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver"
	tenant "example.com/assay/mockserver/internal/institution"
)

// still is a clock that does not move.
type still struct{}

func (still) Now() time.Time { return time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC) }

// TestReplayOfChanges replays the recorded changes of an institution on another
// server, from the same start, without the requests: nothing else has changed it.
func TestReplayOfChanges(t *testing.T) {
	t.Parallel()
	var changes []tenant.Change
	cfg := mockserver.Config{Seed: 7, Clock: still{}}
	s := newServer(t, cfg.Recording(func(_ string, c tenant.Change) { changes = append(changes, c) }))
	options := mockserver.InstitutionOptions{Name: "worker"}
	in, err := s.NewInstitution(options)
	if err != nil {
		t.Fatal(err)
	}
	replica, err := newServer(t, cfg).NewInstitution(options)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[tenant.Kind]bool{}
	for i, step := range replaySteps(s) {
		if err := step(in); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		for _, c := range changes {
			seen[c.Kind] = true
			if err := replica.Replay(c); err != nil {
				t.Fatalf("step %d: replay %s: %v", i, c.Kind, err)
			}
		}
		changes = nil
		if diff := cmp.Diff(replayStateOf(t, in), replayStateOf(t, replica)); diff != "" {
			t.Fatalf("step %d (-original +replica):\n%s", i, diff)
		}
	}
	for _, kind := range []tenant.Kind{
		tenant.Create, tenant.Cancel, tenant.ForceError, tenant.Finish, tenant.Freeze, tenant.Run, tenant.Advance,
		tenant.ChangeSettings, tenant.ResetSettings, tenant.Arm, tenant.Disarm, tenant.DisarmAll, tenant.AssignTask, tenant.CompleteTask, tenant.Reset, tenant.Restore,
	} {
		if !seen[kind] {
			t.Errorf("no change of the kind %s was recorded", kind)
		}
	}
}

// replayState is all that changes of an institution change.
type replayState struct {
	Export   string
	Info     mockserver.InstitutionInfo
	Settings mockserver.InstitutionSettings
	Faults   []string
}

func replayStateOf(t *testing.T, in *mockserver.Institution) replayState {
	t.Helper()
	export, err := in.Export()
	if err != nil {
		t.Fatal(err)
	}
	state := replayState{Export: string(export), Info: in.Info(), Settings: in.Settings()}
	for _, f := range in.Faults() {
		state.Faults = append(state.Faults, f.ID+" "+f.Description())
	}
	return state
}

// replaySteps change an institution in every way but by a reload.
func replaySteps(s *mockserver.Server) []func(*mockserver.Institution) error {
	call := func(method, path, body string) func(*mockserver.Institution) error {
		return func(in *mockserver.Institution) error {
			serve(s, request(method, path, in.Key(), body))
			return nil
		}
	}
	create := call(http.MethodPost, "/v5/assessments", `{"entity_id":"8161163a-f227-466f-bc01-090a01e80165","template_id":"c6d67e98-83ea-49f0-8812-e4abae2b68bc"}`)
	return []func(*mockserver.Institution) error{
		func(in *mockserver.Institution) error { return in.SetAwkward(true) },
		create,
		create,
		call(http.MethodGet, guideAssessment, ""), // awkward settings follow from the number of the request
		call(http.MethodPost, guideAssessment+"/cancel-workflow", ""),
		func(in *mockserver.Institution) error { _, err := in.Advance(time.Minute); return err },
		func(in *mockserver.Institution) error { in.AdvanceToNext(); return nil },
		func(in *mockserver.Institution) error { in.Freeze(); return nil },
		func(in *mockserver.Institution) error {
			_, err := in.CreateAssessment(mockserver.AssessmentDraft{State: "error"})
			return err
		},
		func(in *mockserver.Institution) error {
			a, err := in.CreateAssessment(mockserver.AssessmentDraft{})
			if err == nil {
				_, err = in.ForceError(a.ID, mockserver.Failure{Message: "broken"})
			}
			return err
		},
		func(in *mockserver.Institution) error {
			a, err := in.CreateAssessment(mockserver.AssessmentDraft{})
			if err == nil {
				_, err = in.Finish(a.ID)
			}
			return err
		},
		func(in *mockserver.Institution) error {
			task := openTask(s, in.Key())
			serve(s, assign(task, in.Key(), "analyst"))
			_, err := in.CompleteTask(task.ID, "")
			return err
		},
		func(in *mockserver.Institution) error { _, err := in.Snapshot("one"); return err },
		func(in *mockserver.Institution) error { return in.Set("second-cancel", "conflict") },
		func(in *mockserver.Institution) error { return in.ResetSettings() },
		func(in *mockserver.Institution) error { _, err := in.Arm(mockserver.Fault{Status: 503}); return err },
		func(in *mockserver.Institution) error { in.Disarm("fault-1"); return nil },
		func(in *mockserver.Institution) error { _, err := in.Arm(mockserver.Fault{Status: 500}); return err },
		func(in *mockserver.Institution) error { in.DisarmAll(); return nil },
		func(in *mockserver.Institution) error { in.Run(); return nil },
		func(in *mockserver.Institution) error { return in.Restore("one") },
		create,
		func(in *mockserver.Institution) error { return in.Reset() },
	}
}
