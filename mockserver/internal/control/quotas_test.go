package control_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver"
)

// TestQuotas reads the quotas of a mock, fills it, and exceeds them.
func TestQuotas(t *testing.T) {
	t.Parallel()
	p := newPlane(t, mockserver.Config{MaxInstitutions: 3, MaxAssessments: 25, MaxSnapshots: 1})
	quota := func(limit, used float64) any { return map[string]any{"limit": limit, "used": used} }
	told := func(institutions, snapshots float64) {
		t.Helper()
		want := map[string]any{"institutions": quota(3, institutions), "assessments": quota(25, 25), "snapshots": quota(1, snapshots)}
		if diff := cmp.Diff(any(want), p.want(200, "GET", "/server", "")["quotas"]); diff != "" {
			t.Errorf("quotas (-want +got):\n%s", diff)
		}
	}
	told(2, 0)
	p.want(201, "POST", "/institutions", `{"name":"w"}`)
	p.want(201, "POST", "/institutions/w/snapshots", `{}`)
	told(3, 1)
	for path, want := range map[string]string{
		"/institutions":               "--max-institutions",
		"/institutions/w/snapshots":   "--max-snapshots",
		"/institutions/w/assessments": "--max-assessments",
	} {
		w := p.call("POST", path, `{}`)
		if w.Code != 409 && w.Code != 422 || !strings.Contains(w.Body.String(), want) || !strings.Contains(w.Body.String(), "are more than the limit of") {
			t.Errorf("POST %s: got %d %s, want a refusal that names %s", path, w.Code, w.Body, want)
		}
	}
	told(3, 1)
}
