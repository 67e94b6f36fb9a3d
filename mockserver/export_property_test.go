package mockserver_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.com/assay/mockserver"
)

// deeds are what can happen to an institution before it is exported.
func deeds() map[string]func(t *rapid.T, in *mockserver.Institution, c *clock) error {
	return map[string]func(t *rapid.T, in *mockserver.Institution, c *clock) error{
		"create": func(t *rapid.T, in *mockserver.Institution, _ *clock) error {
			_, err := in.CreateAssessment(mockserver.AssessmentDraft{
				Template: rapid.SampledFrom([]string{quickID, manualID, brokenID}).Draw(t, "template"),
				State:    rapid.SampledFrom([]string{"", "completed", "cancelled", "error"}).Draw(t, "state"),
			})
			return err
		},
		"cancel": func(t *rapid.T, in *mockserver.Institution, _ *clock) error {
			if all, _ := in.Assessments(mockserver.AssessmentFilter{State: "Active"}); len(all) > 0 {
				_, _ = in.Cancel(rapid.SampledFrom(all).Draw(t, "assessment").ID) // some freedoms refuse it
			}
			return nil
		},
		"complete": func(t *rapid.T, in *mockserver.Institution, _ *clock) error {
			all, _ := in.Assessments(mockserver.AssessmentFilter{State: "Active"})
			for _, a := range all {
				a, err := in.Assessment(a.ID)
				if err != nil {
					return err
				}
				for _, step := range a.Steps {
					if step.Progress == "waiting" {
						_, err := in.CompleteTask(step.Task, rapid.SampledFrom([]string{"", halfOutcome}).Draw(t, "outcome"))
						return err
					}
				}
			}
			return nil
		},
		"freeze": func(_ *rapid.T, in *mockserver.Institution, _ *clock) error { in.Freeze(); return nil },
		"run":    func(_ *rapid.T, in *mockserver.Institution, _ *clock) error { in.Run(); return nil },
		"advance": func(t *rapid.T, in *mockserver.Institution, _ *clock) error {
			_, err := in.Advance(time.Duration(rapid.Int64Range(1, int64(48*time.Hour)).Draw(t, "by")))
			return err
		},
		"wait": func(t *rapid.T, _ *mockserver.Institution, c *clock) error {
			c.advance(time.Duration(rapid.Int64Range(1, int64(5*time.Second)).Draw(t, "for")))
			return nil
		},
		"choose": func(t *rapid.T, in *mockserver.Institution, _ *clock) error {
			choice := rapid.SampledFrom([][2]string{
				{"second-cancel", "conflict"}, {"cancel-visibility", "750ms"}, {"outcome-before-end", "null"},
				{"outcome-path", "/outcomes/{outcome_id}"}, {"list-order", "shuffled"}, {"list-order", "newest-first"},
			}).Draw(t, "choice")
			return in.Set(choice[0], choice[1])
		},
		"awkward": func(t *rapid.T, in *mockserver.Institution, _ *clock) error {
			return in.SetAwkward(rapid.Bool().Draw(t, "on"))
		},
	}
}

// lived makes an institution that has been through anything.
func lived(t *rapid.T, s *mockserver.Server, c *clock) *mockserver.Institution {
	in, err := s.NewInstitution(mockserver.InstitutionOptions{Name: "lived", Awkward: rapid.Bool().Draw(t, "awkward from the start")})
	if err != nil {
		t.Fatal(err)
	}
	all := deeds()
	for range rapid.IntRange(0, 12).Draw(t, "deeds") {
		name := rapid.SampledFrom([]string{"create", "cancel", "freeze", "run", "advance", "wait", "choose", "awkward", "complete"}).Draw(t, "deed")
		if err := all[name](t, in, c); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	return in
}

// exported exports the institution, or a snapshot of it.
func exported(t *rapid.T, s *mockserver.Server, in *mockserver.Institution) []byte {
	content, err := in.Export()
	if rapid.Bool().Draw(t, "of a snapshot") {
		if _, err := in.Snapshot("saved"); err != nil {
			t.Fatal(err)
		}
		content, err = s.ExportSnapshot("saved")
	}
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestWhatIsExportedIsWhatLoads exports an institution that has been through
// anything, loads it into a server of other choices, and compares: the bytes of
// another export, the choices, the clock, and what a client gets.
func TestWhatIsExportedIsWhatLoads(t *testing.T) {
	t.Parallel()
	first := newServer(t, mockserver.Config{})
	rapid.Check(t, func(t *rapid.T) {
		c := newClock()
		s, err := mockserver.New(mockserver.Config{Clock: c, Fixtures: smallFixtures()}.ShareContract(first))
		if err != nil {
			t.Fatal(err)
		}
		in := lived(t, s, c)
		content := exported(t, s, in)
		again, err := mockserver.New(mockserver.Config{Clock: c, Fixtures: content, FixturesName: "exported.yaml", Awkward: true, Settings: map[string]string{"create-status": "ok"}}.ShareContract(first))
		if err != nil {
			t.Fatalf("%v\n%s", err, content)
		}
		loaded, err := again.Institution(in.ID())
		if err != nil {
			t.Fatal(err)
		}
		same(t, content, in, loaded)
		givenAtRunTime(t, again, content, in)
		path := "/v5/assessments?limit=50"
		if in.Settings().Awkward {
			return // what varies goes on by the number of the request
		}
		if diff := cmp.Diff(listed(s, in, path), listed(again, loaded, path)); diff != "" {
			t.Fatalf("what a client gets (-exported +loaded):\n%s", diff)
		}
		if diff := cmp.Diff(tasksOf(s, in), tasksOf(again, loaded)); diff != "" {
			t.Fatalf("tasks (-exported +loaded):\n%s", diff)
		}
	})
}

func tasksOf(s *mockserver.Server, in *mockserver.Institution) string {
	return serve(s, request(http.MethodPost, "/v5/tasks/search", in.Key(), `{"max_page_size":1000}`)).Body.String()
}

// same compares an institution with the one that was loaded from its export.
func same(t *rapid.T, content []byte, in, loaded *mockserver.Institution) {
	second, err := loaded.Export()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(content), "\n"), strings.Split(string(second), "\n")); diff != "" {
		t.Fatalf("exported again (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(in.Settings(), loaded.Settings()); diff != "" {
		t.Fatalf("choices (-exported +loaded):\n%s", diff)
	}
	if diff := cmp.Diff(in.Clock(), loaded.Clock()); diff != "" {
		t.Fatalf("clock (-exported +loaded):\n%s", diff)
	}
}

// givenAtRunTime loads the export into a server that runs: with a new identity
// first, and then with its own, once nobody has that any more.
func givenAtRunTime(t *rapid.T, s *mockserver.Server, content []byte, in *mockserver.Institution) {
	fresh, err := s.NewInstitution(mockserver.InstitutionOptions{Name: "fresh", Fixtures: string(content)})
	if err != nil {
		t.Fatal(err)
	}
	mine := strings.NewReplacer(in.ID(), fresh.ID(), "name: "+in.Name()+"\n", "name: fresh\n", in.Key(), fresh.Key())
	same(t, []byte(mine.Replace(string(content))), in, fresh)
	if _, err := s.NewInstitution(mockserver.InstitutionOptions{Fixtures: string(content), Keep: true}); err == nil {
		t.Fatal("an identity that an institution has: got no error")
	}
	other, err := s.Institution(in.ID())
	if err != nil {
		t.Fatal(err)
	}
	other.Delete()
	kept, err := s.NewInstitution(mockserver.InstitutionOptions{Fixtures: string(content), Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	same(t, content, in, kept)
	if err := kept.Reset(); err != nil {
		t.Fatal(err)
	}
	same(t, content, in, kept)
	kept.Delete()
	fresh.Delete()
	back, err := s.NewInstitution(mockserver.InstitutionOptions{Fixtures: string(content), Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	same(t, content, in, back)
}

func listed(s *mockserver.Server, in *mockserver.Institution, path string) string {
	w := serve(s, request(http.MethodGet, path, in.Key(), ""))
	return http.StatusText(w.Code) + w.Body.String()
}
