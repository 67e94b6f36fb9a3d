package conformance_test

import (
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// manyAssessments are the built-in fixtures and so many assessments more. Their list and
// their audit export are longer than what the suite keeps of a body.
func manyAssessments(t *testing.T, count int) []byte {
	t.Helper()
	builtIn, err := os.ReadFile("../mockserver/internal/fixtures/default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.Write(builtIn)
	for i := range count {
		fmt.Fprintf(&b, "  - {id: 00000000-0000-4000-8000-%012d, entity: 8161163a-f227-466f-bc01-090a01e80165, template: c6d67e98-83ea-49f0-8812-e4abae2b68bc, age: %dm}\n", i, i+10)
	}
	return []byte(b.String())
}

// TestManyAssessments runs what needs a whole list or export, with new assessments at its
// end.
func TestManyAssessments(t *testing.T) {
	t.Parallel()
	fixtures := manyAssessments(t, 4_000)
	for _, shape := range []string{"token-page", "offset-page", "array"} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			mock, err := mockserver.New(mockserver.Config{Fixtures: fixtures, Settings: map[string]string{"list-shape": shape, "list-order": "oldest-first"}})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(mock)
			defer server.Close()
			o := quick()
			o.Selection = conformance.Selection{Only: []string{"LST-01", "LST-03", "CAN-10", "CRT-03", "AUT-01", "AUT-06", "AUD-01", "AUD-02"}, Strict: true}
			r := run(t, conformance.Target{BaseURL: server.URL + "/v5", APIKey: "API_KEY", OtherAPIKey: "OTHER_API_KEY"}, o)
			if r.Verdict != report.Conformant && (shape != "array" || r.Counts.NotSupported != 1 || r.Counts.Failed+r.Counts.CouldNotRun > 0) {
				logReasons(t, r)
				t.Errorf("got %s, %+v, want it conformant", r.Verdict, r.Counts)
			}
		})
	}
}
