package report

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// writeText writes a line for each scenario, then the summary.
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

// writeSummary writes the text without the lines of [Progress].
func writeSummary(w io.Writer, style Style, r *Report) error {
	t := &text{style: style}
	t.summary(r)
	return t.flush(w)
}

// Progress writes the line of a scenario when it ends. Scenarios of several
// features run at once, so the lines have no headings.
type Progress struct {
	mu sync.Mutex // keeps lines whole
	w  io.Writer
	t  text
}

// NewProgress returns a Progress for w.
func NewProgress(w io.Writer, style Style) *Progress {
	return &Progress{w: w, t: text{style: style}}
}

// Scenario writes the line of one scenario. It ignores errors: the report repeats
// the line.
func (p *Progress) Scenario(sc Scenario) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.t.scenario(sc)
	_ = p.t.flush(p.w)
}

// Style is the appearance of text.
type Style struct {
	Color bool // ANSI colors; for terminals only
}

// text builds output for a terminal or the log of a job. Text of the target passes
// through logged.
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

func (t *text) paint(color, words string) string {
	if !t.style.Color {
		return words
	}
	return "\x1b[" + color + "m" + words + "\x1b[0m"
}

func (t *text) heading(words string) { t.printf("\n%s\n", t.paint(bold, words)) }

// list writes a heading and an item for each element of a list that is not empty.
func list[T any](t *text, heading string, all []T, item func(number int, v T)) {
	for i, v := range all {
		if i == 0 {
			t.heading(heading)
		}
		item(i+1, v)
	}
}

// field writes a name and a value. Further lines of the value are aligned.
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

// logged disarms the ##[command] of GitHub's runner. Its ::command:: works only at
// the start of a line, where no text of the target stands.
func logged(s string) string { return strings.ReplaceAll(visible(s), "##[", "# #[") }

func loggedLine(s string) string { return strings.ReplaceAll(visibleLine(s), "##[", "# #[") }

func (t *text) scenario(sc Scenario) {
	mark := t.paint(sc.Outcome.look().color, fmt.Sprintf("%-13s", sc.Outcome.look().word))
	t.printf("  %s  %-6s  %s%s\n", mark, loggedLine(strings.Join(sc.Requirements, ",")), loggedLine(sc.Name), scenarioRemark(sc))
}

func scenarioRemark(sc Scenario) string {
	var remarks []string
	if sc.Flaky {
		remarks = append(remarks, "flaky: a request was repeated")
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

// The extent of the text about a broken target: one screen, not every failure.
const (
	maxFull      = 5   // causes in full
	maxBrief     = 15  // further causes and gaps in one line each
	maxReasons   = 8   // reasons of the verdict
	maxScenarios = 3   // scenarios of one cause
	maxLine      = 200 // bytes of a value in one line
)

// summary writes the rest after the scenarios. The verdict comes last, since a
// terminal shows the end.
func (t *text) summary(r *Report) {
	t.failures(r)
	t.gaps(r)
	t.canaries(r)
	t.observations(r)
	list(t, "Notes", r.Notes, func(_ int, note string) { t.printf("  - %s\n", loggedLine(note)) })
	t.verdict(r)
}

func (t *text) failures(r *Report) {
	all := r.causes()
	list(t, "Failures", all, func(number int, c *cause) {
		switch {
		case number <= maxFull:
			t.cause(number, c)
		case number == maxFull+1:
			t.printf("\n")
			fallthrough
		case number <= maxFull+maxBrief:
			t.printf("  %s %s: expected %s, got %s (%s)\n", t.paint(red, fmt.Sprintf("%d.", number)), loggedLine(c.Requirement),
				clip(c.Expected, maxLine, loggedLine), clip(c.Got, maxLine, loggedLine), plural(len(c.Scenarios), "scenario"))
		}
	})
	t.more(len(all)-maxFull-maxBrief, "cause")
}

// more counts what a list leaves out.
func (t *text) more(count int, thing string) {
	if count > 0 {
		t.printf("\n  %s more; %s\n", plural(count, thing), whole)
	}
}

func (t *text) cause(number int, c *cause) {
	heading := fmt.Sprintf("%s (%s)", c.Requirement, c.Level)
	if c.Text != "" {
		heading += ": " + c.Text
	}
	t.printf("\n  %s %s\n", t.paint(red, fmt.Sprintf("%d.", number)), loggedLine(heading))
	t.field("source", strings.Join(c.Sources, "\n"))
	t.field("scenario", strings.Join(names(c.Scenarios, maxScenarios), "\n"))
	t.field("step", c.Step)
	t.field("expected", shorten(c.Expected))
	t.field("got", shorten(c.Got))
	t.field("try it", shorten(c.Curl))
	t.field("known", c.Known.remark())
}

func (t *text) gaps(r *Report) {
	all := r.gaps()
	list(t, "Not checked", all, func(number int, g *gap) {
		if number > maxBrief {
			return
		}
		t.printf("  %s  %s (%s: %s)\n", t.paint(yellow, fmt.Sprintf("%-13s", g.Outcome.look().word)), clip(g.Reason, maxLine, loggedLine),
			plural(len(g.Scenarios), "scenario"), loggedLine(strings.Join(g.Requirements, ", ")))
		if g.Hint != "" {
			t.printf("  %-13s  hint: %s\n", "", loggedLine(g.Hint))
		}
	})
	t.more(len(all)-maxBrief, "reason")
}

// canaries shows the failed checks of the run itself.
func (t *text) canaries(r *Report) {
	var failed []Canary
	for _, c := range r.Canaries {
		if !c.OK {
			failed = append(failed, c)
		}
	}
	list(t, "The run itself", failed, func(_ int, c Canary) {
		t.printf("\n  %s\n", loggedLine(c.Name))
		t.field("expected", c.Expected)
		t.field("got", shorten(c.Got))
		t.field("hint", c.Hint)
		t.field("try it", shorten(c.Curl))
	})
}

func (t *text) observations(r *Report) {
	var seen []Observation
	var unseen []string
	for _, o := range r.Observations {
		if o.Value == "" {
			unseen = append(unseen, loggedLine(o.Freedom))
		} else {
			seen = append(seen, o)
		}
	}
	list(t, "Undocumented behaviour: observed, never failed", seen, func(_ int, o Observation) {
		t.printf("  %-24s %s  %s\n", loggedLine(o.Freedom), clip(o.Value, maxLine, loggedLine), t.paint(faint, clip(o.Evidence, maxLine, loggedLine)))
	})
	if len(unseen) > 0 {
		t.printf("  %-24s %s\n", "not seen", strings.Join(unseen, ", "))
	}
}

func (t *text) verdict(r *Report) {
	t.printf("\n%s\n", t.paint(r.Verdict.look().color+";"+bold, "Verdict: "+r.judgement()))
	folded := foldReasons(r.Reasons)
	for i, f := range folded {
		if i == maxReasons {
			t.printf("  - and %s more\n", plural(len(folded)-maxReasons, "reason"))
			break
		}
		t.printf("  - %s\n", clip(f.Text, maxLine, loggedLine))
		if len(f.others) > 0 {
			t.printf("    likewise: %s\n", loggedLine(strings.Join(f.others, ", ")))
		}
		if f.Hint != "" {
			t.printf("    hint: %s\n", loggedLine(f.Hint))
		}
	}
	t.printf("  target:  %s%s\n", loggedLine(r.Target.BaseURL), readOnly(r.Target))
	t.printf("  counts:  %s\n", countLine(r))
	t.printf("  run:     %s, %s in %s, seed %d, %s %s\n", loggedLine(r.Run.ID), plural(r.Run.Requests, "request"), roundTime(r.Run.Duration),
		r.Run.Seed, r.Tool.Name, r.Tool.Version)
	if r.Run.Tidied > 0 {
		t.printf("  tidied:  %s of this run cancelled at its end\n", plural(r.Run.Tidied, "assessment"))
	}
	t.printf("%s", LeftoversText(r))
	t.printf("  plan:    %s\n", planLine(r))
	t.printf("  decides: %s\n", deciding(r))
}

// LeftoversText returns two lines for each assessment that could not be cancelled.
func LeftoversText(r *Report) string {
	var b strings.Builder
	for _, l := range r.Leftovers {
		fmt.Fprintf(&b, "  left:    %s: %s\n           %s\n", loggedLine(l.Assessment), loggedLine(l.Why), loggedLine(l.Curl))
	}
	return b.String()
}
