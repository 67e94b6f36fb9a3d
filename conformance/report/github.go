package report

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// maxAnnotations is the number that GitHub shows of a step, by severity.
const maxAnnotations = 10

// annotation is a workflow command that shows a message at a line of a file.
type annotation struct {
	severity       string // error, warning or notice
	scenario       Scenario
	title, message string
}

// WriteAnnotations writes workflow commands for GitHub Actions, which shows each
// cause of failures at the line of its first scenario: an error if it decides the
// verdict, otherwise a warning. The ten that matter most come first, and a notice
// counts the rest.
func WriteAnnotations(w io.Writer, r *Report) error {
	var all []annotation
	for _, c := range r.causes() {
		all = append(all, annotation{
			severity(c.Decides), c.Scenarios[0], fmt.Sprintf("%s does not hold: %s", c.Requirement, first(c.Scenarios)),
			fmt.Sprintf("%s\nexpected: %s\ngot: %s\nsource: %s\n%s", c.Step, shorten(c.Expected), shorten(c.Got), strings.Join(c.Sources, ", "), shorten(c.Curl)),
		})
	}
	for _, g := range r.withoutFailures() {
		decides := g.Outcome == Failed && g.Scenarios[0].Known == nil && r.decides(g.Requirements...)
		all = append(all, annotation{severity(decides), g.Scenarios[0], words(g.Outcome) + ": " + first(g.Scenarios), shorten(g.Reason) + "\n" + g.Hint})
	}
	slices.SortStableFunc(all, func(a, b annotation) int { return cmp.Compare(a.severity, b.severity) })
	if more := len(all) - maxAnnotations; more > 0 {
		rest := annotation{"notice", all[maxAnnotations].scenario, plural(more, "more finding"), "The summary of the job and the reports have all of them."}
		all = append(all[:maxAnnotations], rest)
	}
	var b strings.Builder
	for _, a := range all {
		fmt.Fprintf(&b, "::%s file=%s,line=%d,title=%s::%s\n", a.severity, commandProperty(path.Join(featureFolder, a.scenario.File)), a.scenario.Line,
			commandProperty(a.title), commandData(strings.TrimSpace(a.message)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// first names the first of several scenarios, and counts the others.
func first(scenarios []Scenario) string {
	if more := len(scenarios) - 1; more > 0 {
		return fmt.Sprintf("%s, and %d more", scenarios[0].Name, more)
	}
	return scenarios[0].Name
}

func severity(decides bool) string {
	if decides {
		return "error"
	}
	return "warning"
}

// commandData escapes the text of a workflow command, so that nothing in it starts
// another command.
func commandData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(visible(s))
}

// commandProperty escapes a property of a workflow command.
func commandProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(commandData(s))
}
