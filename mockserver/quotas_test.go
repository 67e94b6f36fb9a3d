package mockserver_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/assay/mockserver"
)

// TestQuotas goes up to each quota and beyond it, by Go and by the API.
func TestQuotas(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{MaxInstitutions: 3, MaxAssessments: 26, MaxSnapshots: 1})
	in := newInstitution(t, s, mockserver.InstitutionOptions{})
	if _, err := in.Snapshot("one"); err != nil {
		t.Fatal(err)
	}
	body := `{"entity_id":"` + guideEntity + `","template_id":"` + guideTemplate + `"}`
	created := func(want int) string {
		w := serve(s, request(http.MethodPost, "/v5/assessments", in.Key(), body))
		if w.Code != want {
			t.Fatalf("create by the API: got %d %s, want %d", w.Code, w.Body, want)
		}
		return w.Body.String()
	}
	first := created(http.StatusCreated)
	refused := map[string]string{"assessments by the API": created(http.StatusUnprocessableEntity)}
	_, err := in.CreateAssessment(mockserver.AssessmentDraft{})
	refused["assessments"] = refusalText(err)
	_, err = s.NewInstitution(mockserver.InstitutionOptions{})
	refused["institutions"] = refusalText(err)
	_, err = in.Snapshot("two")
	refused["snapshots"] = refusalText(err)
	for name, want := range map[string][]string{
		"assessments by the API": {"quota of assessments", "limit of 26", "--max-assessments"},
		"assessments":            {"quota of assessments", "limit of 26", "--max-assessments", "Config.MaxAssessments"},
		"institutions":           {"quota of institutions", "limit of 3", "--max-institutions", "Config.MaxInstitutions"},
		"snapshots":              {"quota of snapshots", "limit of 1", "--max-snapshots", "Config.MaxSnapshots"},
	} {
		for _, part := range want {
			if !strings.Contains(refused[name], part) {
				t.Errorf("%s beyond the quota: got %q, want it to say %q", name, refused[name], part)
			}
		}
	}
	if got := s.Quotas(); got.Institutions.Used != 3 || got.Assessments.Used != 26 || got.Snapshots.Used != 1 {
		t.Errorf("quotas: got %+v, want all of them full", got)
	}
	if err := in.Reset(); err != nil { // what was refused was not counted either
		t.Fatal(err)
	}
	if again := created(http.StatusCreated); idOf(again) != idOf(first) {
		t.Errorf("after the reset: got the ID %s, want %s as the first time", idOf(again), idOf(first))
	}
}

func refusalText(err error) string {
	if err == nil {
		return "no error"
	}
	return err.Error()
}

func idOf(body string) string {
	_, rest, _ := strings.Cut(body, `"id":"`)
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

// TestQuotasThatNothingFits has quotas that are none, and fixtures that go beyond
// one that is.
func TestQuotasThatNothingFits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		cfg  mockserver.Config
		want string
	}{
		{"below 0", mockserver.Config{MaxInstitutions: -1}, "MaxInstitutions: -1 is negative"},
		{"all that is wrong", mockserver.Config{MaxAssessments: -1, MaxSnapshots: -2}, "MaxSnapshots: -2 is negative; use a number above 0, or 0 for the default"},
		{"a journal below 0", mockserver.Config{JournalEntries: -1}, "JournalEntries"},
		{"fewer institutions than the fixtures have", mockserver.Config{MaxInstitutions: 1}, "quota of institutions: 2 are more than the limit of 1"},
		{"fewer assessments than the fixtures have", mockserver.Config{MaxAssessments: 24}, "quota of assessments: 25 are more than the limit of 24"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := mockserver.New(tt.cfg); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got the error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// TestReloadKeepsTheQuota puts more into the fixtures than there is room for, one
// of it taken at run time.
func TestReloadKeepsTheQuota(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: fixturesOf(alpha()), MaxInstitutions: 2})
	made := newInstitution(t, s, mockserver.InstitutionOptions{})
	if _, err := s.Reload("mine.yaml", fixturesOf(alpha(), beta())); err == nil || !strings.Contains(err.Error(), "mine.yaml: quota of institutions: 3 are more than the limit of 2") {
		t.Errorf("beyond the quota: got the error %v", err)
	}
	if got := stateOf(s, beta()); got != "Unauthorized" {
		t.Errorf("what was refused: got %s, want nobody", got)
	}
	made.Delete()
	if _, err := s.Reload("mine.yaml", fixturesOf(alpha(), beta())); err != nil {
		t.Errorf("at the quota: %v", err)
	}
}
