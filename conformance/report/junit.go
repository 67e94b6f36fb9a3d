package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
)

// The elements of a JUnit report by the schema of Jenkins's xUnit plugin, the
// strictest reader. It has no file or line for a test case; these stand in the text.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Hostname   string          `xml:"hostname,attr,omitempty"`
	File       string          `xml:"file,attr,omitempty"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`

	took time.Duration
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name      string      `xml:"name,attr"`
	ClassName string      `xml:"classname,attr"`
	Time      string      `xml:"time,attr"`
	Failure   *junitWords `xml:"failure,omitempty"`
	Error     *junitWords `xml:"error,omitempty"`
	Skipped   *junitWords `xml:"skipped,omitempty"`
	Flaky     *junitWords `xml:"flakyFailure,omitempty"`
	Output    *junitText  `xml:"system-out,omitempty"`
}

// junitWords is the result of a test case. Readers group by its type: the ID of the
// requirement, or the outcome.
type junitWords struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	junitText
}

// junitText is escaped text with readable line breaks: encoding/xml writes them as
// numbers.
type junitText struct {
	Escaped string `xml:",innerxml"`
}

func newJUnitText(s string) junitText {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(visible(s))) // a Builder takes everything
	return junitText{Escaped: strings.NewReplacer("&#xA;", "\n", "&#x9;", "\t", "&#34;", `"`, "&#39;", "'").Replace(b.String())}
}

// writeJUnit writes a suite for each feature, and one for the run as a whole, so
// that its result is never better than the verdict.
func writeJUnit(w io.Writer, r *Report) error {
	suites := junitSuites{Name: "assay", Time: junitTime(r.Run.Duration)}
	for _, s := range append(junitFeatures(r), junitRun(r)) {
		s.count()
		suites.Tests, suites.Failures, suites.Errors = suites.Tests+s.Tests, suites.Failures+s.Failures, suites.Errors+s.Errors
		suites.Suites = append(suites.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(suites); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// junitFeatures returns a suite for each feature, in the order of the run.
func junitFeatures(r *Report) []junitSuite {
	var suites []junitSuite
	at := map[string]int{}
	for _, sc := range r.Scenarios {
		i, known := at[sc.Feature]
		if !known {
			i, at[sc.Feature] = len(suites), len(suites)
			suite := newJUnitSuite(r, sc.Feature)
			suite.File = visibleLine(path.Join(featureFolder, sc.File))
			suites = append(suites, suite)
		}
		suites[i].Cases = append(suites[i].Cases, junitScenario(sc))
		suites[i].took += sc.Duration
	}
	return suites
}

func newJUnitSuite(r *Report, name string) junitSuite {
	s := junitSuite{Name: visibleLine(name), Timestamp: r.Run.Started.UTC().Format("2006-01-02T15:04:05")}
	if target, err := url.Parse(r.Target.BaseURL); err == nil {
		s.Hostname = visibleLine(target.Hostname())
	}
	for _, p := range [][2]string{
		{"target", r.Target.BaseURL}, {"verdict", string(r.Verdict)}, {"run", r.Run.ID}, {"seed", strconv.FormatUint(r.Run.Seed, 10)},
		{"plan", r.Plan.Hash}, {"contract", r.Plan.ContractHash}, {"version", r.Tool.Version},
	} {
		s.Properties = append(s.Properties, junitProperty{Name: p[0], Value: visibleLine(p[1])})
	}
	return s
}

func (s *junitSuite) count() {
	s.Tests, s.Time = len(s.Cases), junitTime(s.took)
	for _, c := range s.Cases {
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
}

// junitScenario maps the outcome. A known failure is skipped: the report must not be
// red under a green verdict.
func junitScenario(sc Scenario) junitCase {
	c := junitCase{Name: visibleLine(sc.Name), ClassName: className(sc), Time: junitTime(sc.Duration), Output: junitOutput(sc)}
	switch {
	case sc.Known != nil:
		c.Skipped = newJUnitWords("known-failing", sc.Known.remark(), failureText(sc))
	case sc.Outcome == Failed:
		c.Failure = newJUnitWords(failureType(sc), failureMessage(sc), failureText(sc))
	case sc.Outcome == NotSupported || sc.Outcome == Skipped:
		c.Skipped = newJUnitWords(string(sc.Outcome), words(sc.Outcome)+": "+withHint(sc.Reason, sc.Hint), "")
	case sc.Outcome != Passed: // an unknown outcome could not run either
		c.Error = newJUnitWords(string(CouldNotRun), withHint(sc.Reason, sc.Hint), failureText(sc))
	case sc.Flaky:
		c.Flaky = newJUnitWords("flaky", sc.Reason, "")
	}
	return c
}

func newJUnitWords(kind, message, text string) *junitWords {
	return &junitWords{Type: visibleLine(kind), Message: visibleLine(message), junitText: newJUnitText(text)}
}

// className groups by feature. Jenkins reads the text before the last dot as a
// package.
func className(sc Scenario) string {
	name := strings.TrimSuffix(sc.File, ".feature")
	if name == "" {
		name = sc.Feature
	}
	return "assay." + strings.ReplaceAll(visibleLine(name), ".", "-")
}

func failureType(sc Scenario) string {
	if len(sc.Failures) > 0 {
		return sc.Failures[0].Requirement
	}
	return string(Failed)
}

// failureMessage is the line in lists.
func failureMessage(sc Scenario) string {
	if len(sc.Failures) == 0 {
		return withHint(sc.Reason, sc.Hint)
	}
	first := sc.Failures[0]
	message := fmt.Sprintf("%s: expected %s, got %s", first.Requirement, first.Expected, first.Got)
	if more := len(sc.Failures) - 1; more > 0 {
		message += fmt.Sprintf(" (and %d more)", more)
	}
	return message
}

// failureText joins all failures, since readers drop all but the first of a test
// case.
func failureText(sc Scenario) string {
	var b strings.Builder
	for _, f := range sc.Failures {
		fmt.Fprintf(&b, "\n%s (%s)\nstep: %s\nexpected: %s\ngot: %s\n", f.Requirement, f.Level, f.Step, f.Expected, f.Got)
		for _, source := range f.Sources {
			fmt.Fprintf(&b, "source: %s\n", source)
		}
		if f.Curl != "" {
			fmt.Fprintf(&b, "try it: %s\n", f.Curl)
		}
	}
	return b.String()
}

func withHint(reason, hint string) string {
	if hint == "" {
		return reason
	}
	return reason + " (hint: " + hint + ")"
}

// junitOutput holds the place of the scenario and the outcomes of its steps.
func junitOutput(sc Scenario) *junitText {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s:%d\nrequirements: %s (%s)\nassertions: %d\n", path.Join(featureFolder, sc.File), sc.Line, strings.Join(sc.Requirements, ", "), sc.Level, sc.Assertions)
	for _, step := range sc.Steps {
		fmt.Fprintf(&b, "%s %s: %s\n", step.Keyword, step.Text, words(step.Outcome))
	}
	text := newJUnitText(b.String())
	return &text
}

// junitRun is the suite of the canaries and the verdict. The verdict can be bad with
// every scenario good: by an expired known failure or a skipped core requirement.
func junitRun(r *Report) junitSuite {
	s := newJUnitSuite(r, "The run as a whole")
	for _, canary := range r.Canaries {
		c := junitCase{Name: visibleLine(canary.Name), ClassName: "assay.run", Time: junitTime(0)}
		if !canary.OK {
			c.Error = newJUnitWords("canary", withHint("expected "+canary.Expected+", got "+canary.Got, canary.Hint), canary.Curl)
		}
		s.Cases = append(s.Cases, c)
	}
	s.Cases = append(s.Cases, junitVerdict(r))
	return s
}

func junitVerdict(r *Report) junitCase {
	counts := newJUnitText(countLine(r))
	c := junitCase{Name: "The verdict is conformant", ClassName: "assay.run", Time: junitTime(0), Output: &counts}
	var reasons []string
	for _, reason := range r.Reasons {
		reasons = append(reasons, withHint(reason.Text, reason.Hint))
	}
	result := newJUnitWords(string(r.Verdict), r.judgement(), strings.Join(reasons, "\n"))
	switch r.Verdict {
	case Conformant:
	case ConformantExcept:
		c.Output = &result.junitText
	case Nonconformant:
		c.Failure = result
	default:
		c.Error = result
	}
	return c
}

// junitTime is in seconds.
func junitTime(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
