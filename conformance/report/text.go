package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

// writeText writes everything for a person at a terminal: a line for each
// scenario, then the summary.
func writeText(w io.Writer, style Style, r *Report) error {
	t := &text{style: style}
	for i, sc := range r.Scenarios {
		if i == 0 {
			t.printf("%s\n", t.paint(bold, loggedLine(sc.Feature)))
		} else if sc.Feature != r.Scenarios[i-1].Feature {
			t.heading(loggedLine(sc.Feature))
		}
		t.scenario(sc)
	}
	t.summary(r)
	return t.flush(w)
}

// writeSummary writes the text without the scenarios' lines, for where Progress
// has written these.
func writeSummary(w io.Writer, style Style, r *Report) error {
	t := &text{style: style}
	t.summary(r)
	return t.flush(w)
}

// Progress writes a scenario's line as it ends. Scenarios of several features run
// at once, so that the lines stand under no headings.
type Progress struct {
	mu sync.Mutex // the lines of two scenarios must not mix
	w  io.Writer
	t  text
}

// NewProgress makes a Progress that writes to w.
func NewProgress(w io.Writer, style Style) *Progress {
	return &Progress{w: w, t: text{style: style}}
}

// Scenario writes the line of one scenario. What cannot be written is dropped: the
// report says it all again.
func (p *Progress) Scenario(sc Scenario) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.t.scenario(sc)
	_ = p.t.flush(p.w)
}

// text builds what goes to a terminal or the log of a job. Every word of the
// target's passes through logged, so that it steers neither.
type text struct {
	style Style
	b     strings.Builder
}

func (t *text) flush(w io.Writer) error {
	_, err := io.WriteString(w, t.b.String())
	t.b.Reset()
	return err
}

func (t *text) printf(format string, args ...any) { fmt.Fprintf(&t.b, format, args...) }

// The ANSI colours that are used.
const (
	bold   = "1"
	red    = "31"
	green  = "32"
	yellow = "33"
	faint  = "2"
)

func (t *text) paint(color, words string) string {
	if !t.style.Color {
		return words
	}
	return "\x1b[" + color + "m" + words + "\x1b[0m"
}

func (t *text) heading(words string) { t.printf("\n%s\n", t.paint(bold, words)) }

// field writes a name and a value. Further lines of the value stand under its
// first.
func (t *text) field(name, value string) {
	if value == "" {
		return
	}
	const indent, width = "     ", 13
	lines := strings.Split(strings.TrimRight(logged(value), "\n"), "\n")
	t.printf("%s%s%s\n", indent, t.paint(faint, fmt.Sprintf("%-*s", width, name)), lines[0])
	for _, line := range lines[1:] {
		t.printf("%s%*s| %s\n", indent, width-2, "", line)
	}
}

// logged makes text of the target's fit for the log of a CI job: GitHub's runner
// obeys ##[command] anywhere in a line. It obeys ::command:: too, at the start of
// a line, where nothing of the target's stands here.
func logged(s string) string { return strings.ReplaceAll(visible(s), "##[", "# #[") }

func loggedLine(s string) string { return strings.ReplaceAll(visibleLine(s), "##[", "# #[") }

// scenario writes one line.
func (t *text) scenario(sc Scenario) {
	mark := t.paint(outcomeColor(sc.Outcome), fmt.Sprintf("%-13s", outcomeMark(sc.Outcome)))
	t.printf("  %s  %-6s  %s%s\n", mark, loggedLine(strings.Join(sc.Requirements, ",")), loggedLine(sc.Name), scenarioRemark(sc))
}

// scenarioRemark is what a line says besides the outcome.
func scenarioRemark(sc Scenario) string {
	var remarks []string
	if sc.Flaky {
		remarks = append(remarks, "flaky: a request had to be made twice")
	}
	if sc.Known != nil {
		remarks = append(remarks, "known to fail until "+loggedLine(sc.Known.Expires))
	}
	if sc.Waited >= 100*time.Millisecond {
		remarks = append(remarks, "waited "+roundTime(sc.Waited))
	}
	if len(remarks) == 0 {
		return ""
	}
	return "  (" + strings.Join(remarks, "; ") + ")"
}

// outcomeMark is the outcome in words, a failure in capitals: it must be found
// without colour too.
func outcomeMark(o Outcome) string {
	if o == Failed {
		return "FAILED"
	}
	return outcomeWords(o)
}

func outcomeColor(o Outcome) string {
	switch o {
	case Passed:
		return green
	case Failed:
		return red
	default:
		return yellow
	}
}

// summary writes what remains to be said after the scenarios: failures first,
// since they are read first, and the verdict last, since the end is what is seen.
func (t *text) summary(r *Report) {
	t.failures(r)
	t.unchecked(r)
	t.canaries(r)
	t.observations(r)
	if len(r.Notes) > 0 {
		t.heading("Notes")
		for _, note := range r.Notes {
			t.printf("  - %s\n", loggedLine(note))
		}
	}
	t.verdict(r)
}

func (t *text) failures(r *Report) {
	number := 0
	for _, sc := range r.Scenarios {
		for _, f := range sc.Failures {
			if number == 0 {
				t.heading("Failures")
			}
			number++
			t.failure(r, number, sc, f)
		}
	}
}

func (t *text) failure(r *Report, number int, sc Scenario, f Failure) {
	t.printf("\n  %s %s\n", t.paint(red, fmt.Sprintf("%d.", number)), loggedLine(sc.Name))
	t.field("where", fmt.Sprintf("%s:%d, %s", sc.File, sc.Line, f.Step))
	t.field("requirement", requirementLine(r, f.Requirement, f.Level))
	for _, source := range f.Sources {
		t.field("source", source)
	}
	t.field("expected", f.Expected)
	t.field("got", f.Got)
	t.field("try it", f.Curl)
	if sc.Known != nil {
		t.field("known", fmt.Sprintf("%s (%s answers for it until %s)", sc.Known.Reason, sc.Known.Owner, sc.Known.Expires))
	}
}

// requirementLine is a requirement's ID and level, and its text if the report
// has it: a failure can be of a requirement that was not selected.
func requirementLine(r *Report, id, level string) string {
	line := fmt.Sprintf("%s (%s)", id, level)
	i := slices.IndexFunc(r.Requirements, func(req Requirement) bool { return req.ID == id })
	if i < 0 || r.Requirements[i].Text == "" {
		return line
	}
	return line + ": " + r.Requirements[i].Text
}

// unchecked lists what was not answered, once for each reason: the same missing
// flag often holds up many scenarios.
func (t *text) unchecked(r *Report) {
	for i, g := range uncheckedGroups(r) {
		if i == 0 {
			t.heading("Not checked")
		}
		t.printf("\n  %s: %s\n", t.paint(yellow, outcomeMark(g.outcome)), loggedLine(g.reason))
		if g.hint != "" {
			t.field("hint", loggedLine(g.hint))
		}
		t.field("requirements", strings.Join(g.requirements, ", "))
		t.field("scenarios", plural(g.scenarios, "scenario"))
	}
}

// unchecked is a reason for which scenarios have no answer.
type unchecked struct {
	outcome      Outcome
	reason, hint string
	requirements []string
	scenarios    int
}

func uncheckedGroups(r *Report) []*unchecked {
	var groups []*unchecked
	for _, outcome := range []Outcome{CouldNotRun, NotSupported, Skipped} {
		for _, sc := range r.Scenarios {
			if sc.Outcome != outcome {
				continue
			}
			same := func(g *unchecked) bool { return g.outcome == outcome && g.reason == sc.Reason && g.hint == sc.Hint }
			i := slices.IndexFunc(groups, same)
			if i < 0 {
				i, groups = len(groups), append(groups, &unchecked{outcome: outcome, reason: sc.Reason, hint: sc.Hint})
			}
			groups[i].add(sc)
		}
	}
	return groups
}

func (g *unchecked) add(sc Scenario) {
	g.scenarios++
	for _, id := range sc.Requirements {
		if !slices.Contains(g.requirements, id) {
			g.requirements = append(g.requirements, id)
		}
	}
}

// canaries shows the checks of the run itself that did not hold.
func (t *text) canaries(r *Report) {
	told := false
	for _, c := range r.Canaries {
		if c.OK {
			continue
		}
		if !told {
			t.heading("The run itself")
			told = true
		}
		t.printf("\n  %s\n", loggedLine(c.Name))
		t.field("expected", c.Expected)
		t.field("got", c.Got)
		t.field("hint", c.Hint)
		t.field("try it", c.Curl)
	}
}

func (t *text) observations(r *Report) {
	if len(r.Observations) == 0 {
		return
	}
	t.heading("Undocumented behaviour: observed, never failed")
	for _, o := range r.Observations {
		t.printf("  %-24s %s\n", loggedLine(o.Freedom), loggedLine(cmp.Or(o.Value, "not seen")))
		t.printf("  %-24s %s\n", "", t.paint(faint, loggedLine(o.What)))
		if o.Evidence != "" {
			t.printf("  %-24s %s\n", "", t.paint(faint, loggedLine(o.Evidence)))
		}
	}
}
