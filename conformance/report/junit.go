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

// The elements of a JUnit report, with what the schema of Jenkins's xUnit plugin
// allows, since GitHub's and GitLab's readers take all of that and Jenkins takes
// no more. It has no file or line for a test case; these stand in the text.
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

// junitWords is what happened to a test case. Its type is the requirement's ID or
// the outcome, by which readers group.
type junitWords struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	junitText
}

// junitText is text that encoding/xml does not escape: it would write every line
// break as a number, which is unreadable in the file.
type junitText struct {
	Escaped string `xml:",innerxml"`
}

func newJUnitText(s string) junitText {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(visible(s))) // a Builder takes everything
	return junitText{Escaped: strings.NewReplacer("&#xA;", "\n", "&#x9;", "\t", "&#34;", `"`, "&#39;", "'").Replace(b.String())}
}

// writeJUnit writes a suite for each feature, and one for the run as a whole, so
// that what is read from it is never better than the verdict.
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

// junitFeatures makes a suite for each feature, in the order of their first
// scenarios.
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

// junitScenario maps the outcome. A failure that is known is skipped with its
// reason: it must not turn red what the verdict leaves green.
func junitScenario(sc Scenario) junitCase {
	c := junitCase{Name: visibleLine(sc.Name), ClassName: className(sc), Time: junitTime(sc.Duration), Output: junitOutput(sc)}
	switch {
	case sc.Known != nil:
		c.Skipped = newJUnitWords("known-failing", fmt.Sprintf("known to fail until %s, %s answers for it: %s", sc.Known.Expires, sc.Known.Owner, sc.Known.Reason), failureText(sc))
	case sc.Outcome == Failed:
		c.Failure = newJUnitWords(failureType(sc), failureMessage(sc), failureText(sc))
	case sc.Outcome == NotSupported || sc.Outcome == Skipped:
		c.Skipped = newJUnitWords(string(sc.Outcome), outcomeWords(sc.Outcome)+": "+withHint(sc.Reason, sc.Hint), "")
	case sc.Outcome != Passed: // what is not an outcome could not run either
		c.Error = newJUnitWords(string(CouldNotRun), withHint(sc.Reason, sc.Hint), failureText(sc))
	case sc.Flaky:
		c.Flaky = newJUnitWords("flaky", sc.Reason, "")
	}
	return c
}

func newJUnitWords(kind, message, text string) *junitWords {
	return &junitWords{Type: visibleLine(kind), Message: visibleLine(message), junitText: newJUnitText(text)}
}

// className groups by feature: Jenkins takes what stands before the last dot for
// a package.
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

// failureMessage is the line that lists show.
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

// failureText says all of it. It is one text, because readers take the first
// failure of a test case and drop the others.
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

// junitOutput says where the scenario stands and how its steps went.
func junitOutput(sc Scenario) *junitText {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s:%d\nrequirements: %s (%s)\nassertions: %d\n", path.Join(featureFolder, sc.File), sc.Line, strings.Join(sc.Requirements, ", "), sc.Level, sc.Assertions)
	for _, step := range sc.Steps {
		fmt.Fprintf(&b, "%s %s: %s\n", step.Keyword, step.Text, outcomeWords(step.Outcome))
	}
	text := newJUnitText(b.String())
	return &text
}

// junitRun is the suite of what is no scenario's: the canaries, and the verdict,
// which can be bad with every scenario good, for a known failure that has expired
// or a core requirement that was skipped.
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
	words := newJUnitWords(string(r.Verdict), outcomeWords(Outcome(r.Verdict)), strings.Join(reasons, "\n"))
	switch r.Verdict {
	case Conformant:
	case Nonconformant:
		c.Failure = words
	default:
		c.Error = words
	}
	return c
}

// junitTime is in seconds.
func junitTime(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
