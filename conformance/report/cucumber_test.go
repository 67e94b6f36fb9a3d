package report_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/conformance/report"
)

func TestGoldenCucumber(t *testing.T) {
	t.Parallel()
	golden(t, "passing.cucumber.json", written(t, "cucumber", passing()))
	golden(t, "failing.cucumber.json", written(t, "cucumber", failing()))
}

func TestCucumberHasTheFormThatItsReadersExpect(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("testdata/cucumber.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	schema := compiled(t, source)
	for _, r := range []*report.Report{passing(), failing(), {}} {
		validate(t, schema, written(t, "cucumber", r))
	}
}

type cucumberResultSeen struct {
	Status  string
	Message string `json:"error_message"`
}

type cucumberScenarioSeen struct {
	Name  string
	Tags  []struct{ Name string }
	Steps []struct {
		Result     cucumberResultSeen
		Embeddings []struct{ Name, Data string }
	}
	After []struct{ Result cucumberResultSeen }
}

func readCucumber(t *testing.T, r *report.Report) []cucumberScenarioSeen {
	t.Helper()
	var features []struct{ Elements []cucumberScenarioSeen }
	if err := json.Unmarshal(written(t, "cucumber", r), &features); err != nil {
		t.Fatal(err)
	}
	var all []cucumberScenarioSeen
	for _, f := range features {
		all = append(all, f.Elements...)
	}
	return all
}

// statuses are what a plugin looks at, hooks included.
func (sc cucumberScenarioSeen) statuses() []string {
	var list []string
	for _, step := range sc.Steps {
		list = append(list, step.Result.Status)
	}
	for _, hook := range sc.After {
		list = append(list, hook.Result.Status)
	}
	return list
}

func TestCucumberKnowsEachOutcome(t *testing.T) {
	t.Parallel()
	withoutStep := cancelAnswered()
	withoutStep.Outcome, withoutStep.Reason = report.Failed, "it broke a rule of the whole run"
	tests := []struct {
		name string
		sc   report.Scenario
		want []string
	}{
		{"passed", cancelAnswered(), []string{"passed", "passed", "passed"}},
		{"failed", cancelNotShown(), []string{"passed", "failed"}},
		{"known to fail", knownToFail(), []string{"passed", "pending"}},
		{"could not run", brokeOff(), []string{"failed", "skipped"}},
		{"not supported", notOffered(), []string{"skipped", "skipped"}},
		{"skipped", derivedSkipped(), []string{"skipped", "skipped"}},
		{"failed after its last step", withoutStep, []string{"passed", "passed", "passed", "failed"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := passing()
			r.Scenarios = []report.Scenario{tt.sc}
			seen := readCucumber(t, r)[0]
			if diff := cmp.Diff(seen.statuses(), tt.want); diff != "" {
				t.Errorf("expected other statuses (-got +want):\n%s", diff)
			}
			if said, _ := json.Marshal(seen); tt.sc.Outcome != report.Passed && !strings.Contains(string(said), string(tt.sc.Outcome)+": ") {
				t.Errorf("expected it to say %s and why, got %s", tt.sc.Outcome, said)
			}
		})
	}
}

func TestCucumberTagsWhatMatters(t *testing.T) {
	t.Parallel()
	var got [][]string
	for _, sc := range append(readCucumber(t, passing())[1:2], readCucumber(t, failing())[2]) {
		var tags []string
		for _, tag := range sc.Tags {
			tags = append(tags, tag.Name)
		}
		got = append(got, tags)
	}
	want := [][]string{{"@CAN-04", "@core", "@flaky"}, {"@CAN-08", "@core", "@known-failing"}}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("expected other tags (-got +want):\n%s", diff)
	}
}

func TestCucumberEmbedsTheExchangesOfAFailure(t *testing.T) {
	t.Parallel()
	embedded := readCucumber(t, failing())[1].Steps[1].Embeddings
	if len(embedded) != 5 {
		t.Fatalf("expected three exchanges and two attachments, got %d", len(embedded))
	}
	text, err := base64.StdEncoding.DecodeString(embedded[1].Data)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"POST http://127.0.0.1:8080/v5/assessments/" + secondID + "/cancel-workflow\n", "\n204 No Content\n", "\nDate: Sat, 14 Mar"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("expected %q in the exchange, got:\n%s", want, text)
		}
	}
}
