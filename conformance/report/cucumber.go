package report

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"
)

// Cucumber's statuses of a step.
const (
	cucumberPassed  = "passed"
	cucumberFailed  = "failed"
	cucumberSkipped = "skipped"
	cucumberPending = "pending"
)

// Cucumber's JSON report, as its plugins read it.
type (
	cucumberFeature struct {
		URI         string            `json:"uri"`
		ID          string            `json:"id"`
		Keyword     string            `json:"keyword"`
		Name        string            `json:"name"`
		Description string            `json:"description"`
		Line        int               `json:"line"`
		Elements    []cucumberElement `json:"elements"`
	}
	cucumberElement struct {
		ID          string         `json:"id"`
		Keyword     string         `json:"keyword"`
		Type        string         `json:"type"`
		Name        string         `json:"name"`
		Description string         `json:"description"`
		Line        int            `json:"line"`
		Tags        []cucumberTag  `json:"tags"`
		Steps       []cucumberStep `json:"steps"`
		After       []cucumberHook `json:"after,omitempty"`
	}
	cucumberTag struct {
		Name string `json:"name"`
		Line int    `json:"line"`
	}
	cucumberStep struct {
		Keyword    string              `json:"keyword"` // with a space at its end
		Name       string              `json:"name"`
		Line       int                 `json:"line"`
		Match      cucumberMatch       `json:"match"`
		Result     cucumberResult      `json:"result"`
		Embeddings []cucumberEmbedding `json:"embeddings,omitempty"`
	}
	cucumberHook struct {
		Match  cucumberMatch  `json:"match"`
		Result cucumberResult `json:"result"`
	}
	cucumberMatch struct {
		Location string `json:"location"`
	}
	cucumberResult struct {
		Status   string `json:"status"`
		Duration int64  `json:"duration,omitempty"` // in nanoseconds
		Message  string `json:"error_message,omitempty"`
	}
	cucumberEmbedding struct {
		MediaType string `json:"mime_type"`
		Data      string `json:"data"` // in base64
		Name      string `json:"name"`
	}
)

func writeCucumber(w io.Writer, r *Report) error {
	features := []cucumberFeature{}
	at := map[string]int{} // the index of the feature, by its file
	for _, sc := range r.Scenarios {
		i, known := at[sc.File]
		if !known {
			i = len(features)
			at[sc.File] = i
			features = append(features, cucumberFeature{
				URI: path.Join(featureFolder, sc.File), ID: cucumberID(sc.Feature), Keyword: "Feature", Name: visibleLine(sc.Feature), Line: 1,
			})
		}
		features[i].Elements = append(features[i].Elements, cucumberScenario(sc))
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(features)
}

func cucumberScenario(sc Scenario) cucumberElement {
	e := cucumberElement{
		ID: cucumberID(sc.Feature) + ";" + cucumberID(sc.Name), Keyword: "Scenario", Type: "scenario",
		Name: visibleLine(sc.Name), Description: visibleLine(sc.Rule), Line: sc.Line,
		Tags: cucumberTags(sc), Steps: []cucumberStep{},
	}
	told := false // a step has the outcome of the scenario
	for i, step := range sc.Steps {
		s := cucumberStepOf(sc, step)
		if i == 0 {
			s.Result.Duration = sc.Duration.Nanoseconds() // the steps were not timed one by one
		}
		if !told && step.Outcome == sc.Outcome && sc.Outcome != Passed {
			told = true
			s.Result = cucumberResult{Status: cucumberStatus(sc), Duration: s.Result.Duration, Message: cucumberMessage(sc)}
			s.Embeddings = cucumberEmbeddings(sc)
		}
		e.Steps = append(e.Steps, s)
	}
	if !told && sc.Outcome != Passed {
		e.After = []cucumberHook{{
			Match:  cucumberMatch{Location: cucumberLocation(sc, sc.Line)},
			Result: cucumberResult{Status: cucumberStatus(sc), Message: cucumberMessage(sc)},
		}}
	}
	return e
}

// cucumberStepOf returns a step that passed or was skipped.
func cucumberStepOf(sc Scenario, step Step) cucumberStep {
	status := cucumberSkipped
	if step.Outcome == Passed {
		status = cucumberPassed
	}
	return cucumberStep{
		Keyword: strings.TrimSpace(step.Keyword) + " ", Name: visibleLine(step.Text), Line: step.Line,
		Match: cucumberMatch{Location: cucumberLocation(sc, step.Line)}, Result: cucumberResult{Status: status},
	}
}

func cucumberLocation(sc Scenario, line int) string {
	return fmt.Sprintf("%s:%d", path.Join(featureFolder, sc.File), line)
}

// cucumberStatus maps an outcome. Cucumber has no status for could-not-run, so it is
// red. A known failure is neither red nor green.
func cucumberStatus(sc Scenario) string {
	switch {
	case sc.Known != nil && sc.Outcome == Failed:
		return cucumberPending
	case sc.Outcome == Passed:
		return cucumberPassed
	case sc.Outcome == NotSupported || sc.Outcome == Skipped:
		return cucumberSkipped
	}
	return cucumberFailed
}

// cucumberMessage adds the outcome, its reason and its hint to Cucumber's status.
func cucumberMessage(sc Scenario) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", sc.Outcome, cmp.Or(sc.Reason, "no reason given"))
	if sc.Hint != "" {
		fmt.Fprintf(&b, "\nhint: %s", sc.Hint)
	}
	if sc.Known != nil {
		fmt.Fprintf(&b, "\n%s", sc.Known.remark())
	}
	for _, f := range sc.Failures {
		fmt.Fprintf(&b, "\n\n%s: %s\nexpected: %s\ngot: %s", f.Requirement, f.Step, f.Expected, f.Got)
		if len(f.Sources) > 0 {
			fmt.Fprintf(&b, "\nstated by: %s", strings.Join(f.Sources, " "))
		}
		if f.Curl != "" {
			fmt.Fprintf(&b, "\nagain: %s", f.Curl)
		}
	}
	return visible(b.String())
}

// cucumberEmbeddings returns the exchanges, then the attachments.
func cucumberEmbeddings(sc Scenario) []cucumberEmbedding {
	var list []cucumberEmbedding
	for _, x := range sc.Exchanges {
		list = append(list, cucumberEmbedding{
			MediaType: "text/plain", Name: fmt.Sprintf("exchange %d", x.Number),
			Data: base64.StdEncoding.EncodeToString([]byte(exchangeText(x))),
		})
	}
	for _, a := range sc.Attachments {
		list = append(list, cucumberEmbedding{
			MediaType: safeMediaType(a.MediaType), Name: visibleLine(a.Name), Data: base64.StdEncoding.EncodeToString(a.Data),
		})
	}
	return list
}

func cucumberTags(sc Scenario) []cucumberTag {
	names := append([]string{}, sc.Requirements...)
	if sc.Level != "" {
		names = append(names, sc.Level)
	}
	if sc.Flaky {
		names = append(names, "flaky")
	}
	if sc.Known != nil {
		names = append(names, "known-failing")
	}
	tags := []cucumberTag{}
	for _, name := range names {
		tags = append(tags, cucumberTag{Name: "@" + name, Line: max(1, sc.Line-1)})
	}
	return tags
}

// cucumberID writes a name as Cucumber does: lower-case letters and digits, with
// hyphens for the rest.
func cucumberID(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}
