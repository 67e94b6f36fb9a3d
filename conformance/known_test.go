package conformance_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

const knownYAML = `- requirement: CAN-01
  symptom: "status 204"
  reason: answers 200 until the gateway is replaced
  owner: platform
  expires: %s
`

func TestParseKnownFailures(t *testing.T) {
	t.Parallel()
	good := strings.ReplaceAll(knownYAML, "%s", "2099-12-31")
	tests := []struct{ name, yaml, want string }{
		{name: "good", yaml: good},
		{name: "written on Windows", yaml: "\ufeff" + strings.ReplaceAll(good, "\n", "\r\n")},
		{name: "UTF-16", yaml: "\xff\xfe-\x00", want: "known.yaml: UTF-16; use UTF-8"},
		{name: "not a list", yaml: "x: 1", want: "not a YAML list"},
		{name: "an unknown key", yaml: good + "  excuse: none\n", want: "excuse"},
		{name: "an unknown requirement", yaml: strings.Replace(good, "CAN-01", "CAN-77", 1), want: "unknown ID"},
		{name: "neither requirement nor scenario", yaml: strings.Replace(good, "requirement: CAN-01", "owner2: x", 1), want: "owner2"},
		{name: "an unknown scenario", yaml: strings.Replace(good, "requirement: CAN-01", "scenario: Nothing", 1), want: "unknown name"},
		{name: "no owner", yaml: strings.Replace(good, "owner: platform", `owner: ""`, 1), want: "symptom, reason and owner are required"},
		{name: "no date", yaml: strings.Replace(good, "2099-12-31", "soon", 1), want: "invalid date"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := conformance.ParseKnownFailures("known.yaml", []byte(tt.yaml))
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error: got %v, want one with %q", err, tt.want)
			}
		})
	}
}

// TestKnownFailures runs against a mock that answers 200 to a cancel, or does not.
func TestKnownFailures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, expires, symptom string
		broken                 bool
		want                   report.Verdict
		reason                 string
	}{
		{name: "known", expires: "2099-12-31", broken: true, want: report.Conformant},
		{name: "expired", expires: "2020-01-01", broken: true, want: report.Nonconformant, reason: "expired"},
		{name: "stale", expires: "2099-12-31", want: report.Nonconformant, reason: "stale"},
		{name: "another failure", expires: "2099-12-31", symptom: "status 418", broken: true, want: report.Nonconformant, reason: "fails in another way"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := strings.ReplaceAll(knownYAML, "%s", tt.expires)
			if tt.symptom != "" {
				text = strings.Replace(text, "status 204", tt.symptom, 1)
			}
			known, err := conformance.ParseKnownFailures("known.yaml", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			o := quick()
			o.Known, o.Selection.Only = known, []string{"CAN-01"}
			marked := 0
			o.Progress = func(sc report.Scenario) {
				if sc.Known != nil {
					marked++
				}
			}
			r := run(t, conformance.Target{BaseURL: answering200(t, tt.broken), APIKey: "API_KEY"}, o)
			if r.Verdict != tt.want {
				t.Errorf("verdict: got %s, want %s", r.Verdict, tt.want)
			}
			if marked != r.Counts.Known || (marked > 0) != (tt.want == report.Conformant) {
				t.Errorf("scenarios marked as known while they ran: got %d, and %d in the report", marked, r.Counts.Known)
			}
			told := len(r.Reasons) == 0 && tt.reason == ""
			for _, reason := range r.Reasons {
				told = told || tt.reason != "" && strings.Contains(reason.Text, tt.reason)
			}
			if !told {
				t.Errorf("reasons: got %+v, want one with %q", r.Reasons, tt.reason)
			}
		})
	}
}

// answering200 serves a mock which, if broken, answers 200 to a cancel.
func answering200(t *testing.T, broken bool) string {
	t.Helper()
	mock, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		mock.ServeHTTP(recorder, r)
		maps.Copy(w.Header(), recorder.Header())
		if broken && recorder.Code == http.StatusNoContent {
			recorder.Code = http.StatusOK
		}
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes())
	}))
	t.Cleanup(server.Close)
	return server.URL + "/v5"
}
