package conformance_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// TestAcceptUnchecked accepts that AUT-03 and AUT-04 stay unchecked.
func TestAcceptUnchecked(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		accept []string
		only   []string
		broken broken
		want   report.Verdict
		reason string
	}{
		{name: "without a region and a key", accept: []string{"AUT-03", "AUT-04"}, want: report.ConformantExcept,
			reason: "AUT-04 was not checked, which is accepted: one region in CI"},
		{name: "another gap", accept: []string{"AUT-03"}, want: report.Inconclusive, reason: "AUT-04 is core, and was not checked whole: skipped"},
		{name: "checked after all", accept: []string{"AUT-01", "AUT-03", "AUT-04"}, want: report.Inconclusive, reason: "AUT-01 has no gap to accept"},
		{name: "a requirement that does not decide", accept: []string{"AUT-03", "AUT-04", "AUT-06"}, want: report.Inconclusive, reason: "AUT-06 has no gap to accept"},
		{name: "nothing checked", accept: []string{"AUT-03"}, want: report.Inconclusive, reason: "no requirement that decides was checked", only: []string{"AUT-03"}},
		{name: "a failure of it", accept: []string{"AUT-01", "AUT-03", "AUT-04"}, want: report.Nonconformant, reason: "AUT-01 is core, and does not hold",
			broken: broken{before: acceptMissingKey}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock, err := mockserver.New(mockserver.Config{})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(tt.broken.wrap(mock))
			t.Cleanup(server.Close)
			o := quick()
			o.Selection = conformance.Selection{Only: tt.only, AcceptUnchecked: map[string]string{}}
			for _, id := range tt.accept {
				o.Selection.AcceptUnchecked[id] = "one region in CI"
			}
			r := run(t, conformance.Target{BaseURL: server.URL + "/v5", APIKey: "API_KEY"}, o)
			var told strings.Builder
			for _, reason := range r.Reasons {
				told.WriteString(reason.Text + "\n")
			}
			if r.Verdict != tt.want || !strings.Contains(told.String(), tt.reason) {
				t.Errorf("got %s with the reasons\n%s\nwant %s with %q", r.Verdict, told.String(), tt.want, tt.reason)
			}
		})
	}
}
