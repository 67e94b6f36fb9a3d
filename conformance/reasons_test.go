package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// What cannot be created for want of an entity says why there is none.
func TestWhatIsSkippedNamesTheListThatCouldNotBeRead(t *testing.T) {
	t.Parallel()
	mock, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(broken{after: func(r *http.Request, a *mockAnswer) {
		if r.URL.Path == "/v5/entities" {
			a.replace(http.StatusInternalServerError, nil)
		}
	}}.wrap(mock))
	t.Cleanup(server.Close)
	o := quick()
	o.Selection.Only = []string{"CAN-01"}
	r := run(t, conformance.Target{BaseURL: server.URL + "/v5", APIKey: "API_KEY"}, o)
	sc := r.Scenarios[0]
	if sc.Outcome != report.Skipped || !strings.Contains(sc.Reason, "none was given, and listEntities: expected a list with status 200, got 500") {
		t.Errorf("got %s, %q, want skipped with what was wrong with the list of entities", sc.Outcome, sc.Reason)
	}
}
