package report_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"example.com/assay/conformance/report"
)

func TestGoldenSARIF(t *testing.T) {
	t.Parallel()
	golden(t, "passing.sarif", written(t, "sarif", passing()))
	golden(t, "failing.sarif", written(t, "sarif", failing()))
}

func TestSARIFFollowsTheStandard(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]*report.Report{"passing": passing(), "failing": failing(), "empty": {Verdict: report.NotRun, Tool: report.Tool{Name: "assay"}, Run: report.Run{ID: "1"}}} {
		conforms(t, name, "sarif.schema.json", written(t, "sarif", r))
	}
}

// conforms validates a document by a schema of testdata.
func conforms(t *testing.T, name, schema string, document []byte) {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	s, err := compiler.Compile(filepath.Join("testdata", schema))
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatalf("%s: expected JSON, got %v", name, err)
	}
	if err := s.Validate(value); err != nil {
		t.Errorf("%s: expected what %s allows, got %v", name, schema, err)
	}
}

// sarifSeen is what a reader of SARIF makes of a result.
type sarifSeen struct {
	RuleID    string
	RuleIndex int
	Level     string
	Message   struct{ Text string }
	Locations []struct {
		PhysicalLocation struct {
			ArtifactLocation struct{ URI string }
			Region           struct{ StartLine int }
		}
	}
	PartialFingerprints map[string]string
	Suppressions        []struct{ Justification string }
}

type sarifRunSeen struct {
	Tool struct {
		Driver struct {
			Rules []struct{ ID, HelpURI string }
		}
	}
	Invocations []struct {
		ExecutionSuccessful        bool
		ToolExecutionNotifications []struct {
			Level   string
			Message struct{ Text string }
		}
	}
	Results []sarifSeen
}

func readSARIF(t *testing.T, r *report.Report) sarifRunSeen {
	t.Helper()
	var log struct{ Runs []sarifRunSeen }
	if err := json.Unmarshal(written(t, "sarif", r), &log); err != nil {
		t.Fatal(err)
	}
	return log.Runs[0]
}

func TestSARIFPutsEachFailureOnTheLineOfItsScenario(t *testing.T) {
	t.Parallel()
	run := readSARIF(t, failing())
	type place struct {
		Rule, File, Level string
		Line              int
		Suppressed        bool
	}
	var got []place
	for _, result := range run.Results {
		if rule := run.Tool.Driver.Rules[result.RuleIndex].ID; rule != result.RuleID {
			t.Errorf("expected the index of rule %s, got that of %s", result.RuleID, rule)
		}
		at := result.Locations[0].PhysicalLocation
		got = append(got, place{result.RuleID, at.ArtifactLocation.URI, result.Level, at.Region.StartLine, len(result.Suppressions) > 0})
	}
	want := []place{
		{"CAN-04", "features/cancel.feature", "error", 28, false},
		{"GET-03", "features/cancel.feature", "warning", 28, false},
		{"CAN-08", "features/cancel.feature", "error", 77, true},
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("expected the failures where they are stated (-got +want):\n%s", diff)
	}
}

func TestSARIFTellsWhatWasNotChecked(t *testing.T) {
	t.Parallel()
	var levels []string
	for _, n := range readSARIF(t, failing()).Invocations[0].ToolExecutionNotifications {
		levels = append(levels, n.Level)
	}
	// The canary, then could-not-run, not-supported and two that were skipped.
	if diff := cmp.Diff(levels, []string{"error", "error", "note", "note", "note"}); diff != "" {
		t.Errorf("expected a notification for each that is no result (-got +want):\n%s", diff)
	}
}

func TestSARIFGivesAResultToAFailureWithoutDetail(t *testing.T) {
	t.Parallel()
	r := failing()
	sc := knownToFail()
	sc.Failures, sc.Known, sc.Reason = nil, nil, "it broke a rule of the whole run"
	r.Scenarios = []report.Scenario{sc}
	results := readSARIF(t, r).Results
	if len(results) != 1 || results[0].RuleID != "CAN-08" || !strings.Contains(results[0].Message.Text, sc.Reason) {
		t.Errorf("expected one result for CAN-08 which says %q, got %+v", sc.Reason, results)
	}
}

func TestSARIFFingerprintsOutliveWhatTheTargetSays(t *testing.T) {
	t.Parallel()
	before, after := failing(), failing()
	after.Run.ID = "another"
	after.Scenarios[1].Failures[0].Got = "something else"
	got, want := readSARIF(t, after).Results, readSARIF(t, before).Results
	for i := range want {
		if diff := cmp.Diff(got[i].PartialFingerprints, want[i].PartialFingerprints); diff != "" {
			t.Errorf("result %d (-got +want):\n%s", i, diff)
		}
	}
	if cmp.Equal(want[0].PartialFingerprints, want[1].PartialFingerprints) {
		t.Error("expected a fingerprint of its own for each failure")
	}
}

func TestSARIFFollowsNoLinkOfTheTarget(t *testing.T) {
	t.Parallel()
	text := readSARIF(t, failing()).Results[0].Message.Text
	for _, no := range []string{"](", " {{.}} ", "\x1b", "\u202e", "\x00"} {
		if strings.Contains(text, no) {
			t.Errorf("expected no %q in a message, got %q", no, text)
		}
	}
}
