package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
)

// What every SARIF file begins with.
const (
	sarifVersion = "2.1.0"
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

// These types are the part of SARIF 2.1.0 that the report needs. The names of
// the fields are the standard's.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Automation  sarifAutomation   `json:"automationDetails"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
		Properties  map[string]any    `json:"properties"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID            string         `json:"id"`
		Short         sarifMessage   `json:"shortDescription"`
		Full          sarifMessage   `json:"fullDescription"`
		Help          sarifMessage   `json:"help"`
		HelpURI       string         `json:"helpUri,omitempty"`
		Configuration sarifLevel     `json:"defaultConfiguration"`
		Properties    map[string]any `json:"properties"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifAutomation struct {
		ID string `json:"id"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Start         string              `json:"startTimeUtc,omitempty"`
		End           string              `json:"endTimeUtc,omitempty"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifMessage    `json:"message"`
		Rule      *sarifReference `json:"associatedRule,omitempty"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifReference struct {
		ID    string `json:"id"`
		Index int    `json:"index"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Kind         string             `json:"kind"`
		Level        string             `json:"level"`
		Message      sarifMessage       `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
		Properties   map[string]any     `json:"properties,omitempty"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifLogical struct {
		Name string `json:"name"`
	}
)

// writeSARIF writes the failures for code scanning: a requirement is a rule, a
// failure a result at the line of its scenario.
func writeSARIF(w io.Writer, r *Report) error {
	rules := sarifRules(r)
	run := sarifRun{
		Tool:        sarifTool{Driver: sarifDriver{Name: r.Tool.Name, Version: r.Tool.Version, Rules: rules}},
		Automation:  sarifAutomation{ID: sarifCategory(r)},
		Invocations: []sarifInvocation{sarifInvocationOf(r, rules)},
		Results:     []sarifResult{},
		Properties:  map[string]any{"verdict": r.Verdict, "target": visibleLine(r.Target.BaseURL), "planHash": r.Plan.Hash, "contractHash": r.Plan.ContractHash},
	}
	for _, sc := range r.Scenarios {
		run.Results = append(run.Results, sarifResults(sc, rules)...)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(sarifLog{Schema: sarifSchema, Version: sarifVersion, Runs: []sarifRun{run}})
}

// sarifCategory is the same for every run against one host, up to the last
// slash: so that a service knows which results replace which.
func sarifCategory(r *Report) string {
	host := "target"
	if u, err := url.Parse(r.Target.BaseURL); err == nil && u.Host != "" {
		host = u.Host
	}
	return fmt.Sprintf("%s/%s/%s", r.Tool.Name, host, r.Run.ID)
}

// sarifRules are the requirements, and after them those that a failure names
// although the report does not list them: a result without its rule is lost.
func sarifRules(r *Report) []sarifRule {
	rules := []sarifRule{}
	for _, q := range r.Requirements {
		rules = append(rules, sarifRuleOf(q))
	}
	for _, sc := range r.Scenarios {
		for _, f := range sarifFailures(sc) {
			if sarifIndex(rules, f.Requirement) < 0 {
				rules = append(rules, sarifRuleOf(Requirement{ID: f.Requirement, Level: f.Level, Text: f.Step, Sources: f.Sources}))
			}
		}
	}
	return rules
}

func sarifIndex(rules []sarifRule, id string) int {
	return slices.IndexFunc(rules, func(rule sarifRule) bool { return rule.ID == id })
}

func sarifRuleOf(q Requirement) sarifRule {
	text := sarifMessage{Text: visible(q.Text)} // a description has no place holders, so braces stay
	rule := sarifRule{
		ID: q.ID, Short: text, Full: text, Help: text,
		Configuration: sarifLevel{Level: "warning"},
		Properties:    map[string]any{"tags": []string{"conformance", q.Level}, "level": q.Level, "decides": q.Counts},
	}
	if q.Counts {
		rule.Configuration.Level = "error"
	}
	if len(q.Sources) > 0 {
		rule.Help = sarifMessage{Text: text.Text + "\n\nStated by: " + strings.Join(q.Sources, " ")}
		rule.HelpURI = webURL(q.Sources[0])
	}
	return rule
}

// webURL passes on what a browser may follow, and nothing else.
func webURL(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}

// sarifFailures are a failed scenario's failures; one for each requirement when
// it says only why.
func sarifFailures(sc Scenario) []Failure {
	if sc.Outcome != Failed || len(sc.Failures) > 0 {
		return sc.Failures
	}
	var list []Failure
	for _, id := range sc.Requirements {
		list = append(list, Failure{Requirement: id, Level: sc.Level, Step: sc.Name, Expected: "the scenario to hold", Got: sc.Reason})
	}
	return list
}

func sarifResults(sc Scenario, rules []sarifRule) []sarifResult {
	var results []sarifResult
	for _, f := range sarifFailures(sc) {
		index := sarifIndex(rules, f.Requirement)
		result := sarifResult{
			RuleID: f.Requirement, RuleIndex: index, Kind: "fail", Level: rules[index].Configuration.Level,
			Message:      sarifText(fmt.Sprintf("%s: expected %s, got %s", sc.Name, f.Expected, f.Got)),
			Locations:    sarifLocations(sc),
			Fingerprints: map[string]string{"scenarioStep/v1": sarifFingerprint(f.Requirement, sc.Name, f.Step)},
			Properties:   map[string]any{"step": visibleLine(f.Step)},
		}
		if f.Curl != "" {
			result.Properties["curl"] = visible(f.Curl)
		}
		if k := sc.Known; k != nil {
			result.Suppressions = []sarifSuppression{{
				Kind: "external", Justification: visible(fmt.Sprintf("%s (%s, until %s)", k.Reason, k.Owner, k.Expires)),
			}}
		}
		results = append(results, result)
	}
	return results
}

// sarifFingerprint tells a failure again in the next run: by what was asked, not
// by what came, which may hold IDs and times.
func sarifFingerprint(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

func sarifLocations(sc Scenario) []sarifLocation {
	uri := url.URL{Path: path.Join(featureFolder, sc.File)}
	location := sarifLocation{
		Physical: sarifPhysical{Artifact: sarifArtifact{URI: uri.String()}},
		Logical:  []sarifLogical{{Name: visibleLine(sc.Name)}},
	}
	if sc.Line > 0 {
		location.Physical.Region = &sarifRegion{StartLine: sc.Line}
	}
	return []sarifLocation{location}
}

// sarifInvocationOf tells when it was, and what was not checked: that is no
// result, yet nobody may take it for a pass.
func sarifInvocationOf(r *Report, rules []sarifRule) sarifInvocation {
	inv := sarifInvocation{Successful: r.Verdict != NotRun}
	if !r.Run.Started.IsZero() {
		inv.Start = r.Run.Started.UTC().Format(time.RFC3339Nano)
		inv.End = r.Run.Started.Add(r.Run.Duration).UTC().Format(time.RFC3339Nano)
	}
	for _, c := range r.Canaries {
		if !c.OK {
			inv.Notifications = append(inv.Notifications, sarifNotification{
				Level: "error", Message: sarifText(fmt.Sprintf("canary %s: expected %s, got %s. %s", c.Name, c.Expected, c.Got, c.Hint)),
			})
		}
	}
	for _, sc := range r.Scenarios {
		if sc.Outcome != Passed && sc.Outcome != Failed {
			inv.Notifications = append(inv.Notifications, sarifNotificationOf(sc, rules))
		}
	}
	return inv
}

func sarifNotificationOf(sc Scenario, rules []sarifRule) sarifNotification {
	n := sarifNotification{
		Level:     "note",
		Message:   sarifText(fmt.Sprintf("%s: %s: %s. %s", sc.Name, sc.Outcome, cmp.Or(sc.Reason, "no reason was given"), sc.Hint)),
		Locations: sarifLocations(sc),
	}
	if sc.Outcome == CouldNotRun {
		n.Level = "error"
	}
	if len(sc.Requirements) > 0 {
		if i := sarifIndex(rules, sc.Requirements[0]); i >= 0 {
			n.Rule = &sarifReference{ID: sc.Requirements[0], Index: i}
		}
	}
	return n
}

// sarifText writes text so that nothing in it is taken for the standard's own
// place holders, or for a link.
func sarifText(text string) sarifMessage {
	escape := strings.NewReplacer("{", "{{", "}", "}}", "](", "] (")
	return sarifMessage{Text: strings.TrimSpace(escape.Replace(visible(text)))}
}
