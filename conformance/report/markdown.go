package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// What a summary may hold: GitHub shows none at all that is over 1 MiB.
const (
	maxMarkdownFailures = 100
	maxMarkdownBlock    = 2000 // bytes of one value
	maxMarkdownCell     = 300
)

// writeMarkdown writes a summary for GitHub's flavour, as its step summaries take
// it: the verdict, the requirements, the failures and the observations.
func writeMarkdown(w io.Writer, r *Report) error {
	m := &markdown{}
	m.head(r)
	m.requirements(r)
	m.failures(r)
	m.unchecked(r)
	m.canaries(r)
	m.observations(r)
	m.notes(r)
	_, err := io.WriteString(w, m.b.String())
	return err
}

// markdown builds the summary. Words of the target's pass through inline or
// block, where nothing of them can become markup.
type markdown struct{ b strings.Builder }

func (m *markdown) printf(format string, args ...any) { fmt.Fprintf(&m.b, format, args...) }

func (m *markdown) row(cells ...string) { m.printf("| %s |\n", strings.Join(cells, " | ")) }

func (m *markdown) table(names ...string) {
	m.row(names...)
	m.row(strings.Split(strings.Repeat("---,", len(names)-1)+"---", ",")...)
}

// inline escapes a value for a place within a line, a table's cell included.
func inline(s string) string {
	return strings.NewReplacer(
		"&", "&amp;", "<", "&lt;", ">", "&gt;", "\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]",
		"|", "\\|", "~", "\\~", "#", "\\#", "$", "\\$", "!", "\\!", "{", "\\{",
		"://", ":\\/\\/", "www.", "www\\.", // no link that we have not made
		"@", "@<!-- -->", // nobody is told
	).Replace(clip(s, maxMarkdownCell, visibleLine))
}

// code is inline for what stands in code spans and outside of them, as the texts
// of the requirements do.
func code(s string) string {
	parts := strings.Split(visibleLine(s), "`")
	if len(parts)%2 == 0 {
		return inline(s)
	}
	for i, part := range parts {
		switch {
		case i%2 == 0:
			parts[i] = inline(part)
		case part != "":
			parts[i] = "`" + strings.ReplaceAll(part, "|", "\\|") + "`"
		}
	}
	return strings.Join(parts, "")
}

// block writes a value as it is, within a fence that is longer than any in it.
func (m *markdown) block(name, language, value string) {
	if value == "" {
		return
	}
	value = clip(strings.TrimRight(value, "\n"), maxMarkdownBlock, visible)
	fence := "```"
	for strings.Contains(value, fence) {
		fence += "`"
	}
	m.printf("%s:\n\n%s%s\n%s\n%s\n\n", name, fence, language, value, fence)
}

// clip shows a value, or its start. It shortens before too, for showing takes time.
func clip(s string, size int, show func(string) string) string {
	shown := show(s[:boundary(s, size)])
	end := boundary(shown, size)
	if len(s) <= size && end == len(shown) {
		return shown
	}
	return shown[:end] + " … (cut)"
}

// boundary is the end of the last character that ends within size bytes.
func boundary(s string, size int) int {
	if len(s) <= size {
		return len(s)
	}
	for size > 0 && !utf8.RuneStart(s[size]) {
		size--
	}
	return size
}

// link is a link to a page of ours to name, and plain text for anything else.
func link(text, address string) string {
	if !strings.HasPrefix(address, "https://") || strings.ContainsAny(address, " ()<>\\|`\"\n") {
		return inline(address)
	}
	return fmt.Sprintf("[%s](%s)", inline(text), visibleLine(address))
}

func links(sources []string) string {
	var all []string
	for _, source := range sources {
		text := source[strings.LastIndex(source, "/")+1:]
		all = append(all, link(strings.TrimSuffix(text, ".html"), source))
	}
	return strings.Join(all, ", ")
}

func (m *markdown) head(r *Report) {
	m.printf("## %s Assay: %s\n\n", verdictSign(r.Verdict), outcomeWords(Outcome(r.Verdict)))
	m.printf("Target %s%s, run %s, %s in %s, seed %d, %s %s.\n\n", inline(r.Target.BaseURL), readOnly(r.Target), inline(r.Run.ID),
		plural(r.Run.Requests, "request"), roundTime(r.Run.Duration), r.Run.Seed, inline(r.Tool.Name), inline(r.Tool.Version))
	for _, reason := range r.Reasons {
		m.printf("- %s\n", inline(withHint(reason.Text, reason.Hint)))
	}
	if len(r.Reasons) > 0 {
		m.printf("\n")
	}
	m.table("passed", "failed", "could not run", "not supported", "skipped", "assertions")
	c := r.Counts
	m.row(fmt.Sprint(c.Passed)+suffix(c.Flaky, "flaky"), fmt.Sprint(c.Failed)+suffix(c.Known, "known"), fmt.Sprint(c.CouldNotRun),
		fmt.Sprint(c.NotSupported), fmt.Sprint(c.Skipped), fmt.Sprint(c.Assertions))
	m.printf("\nPlan %s. What decides: %s.\n\n", inline(planLine(r)), inline(deciding(r)))
}

func verdictSign(v Verdict) string {
	switch v {
	case Conformant:
		return "✅"
	case Inconclusive:
		return "⚠️"
	default:
		return "❌"
	}
}

func outcomeSign(o Outcome) string {
	switch o {
	case Passed:
		return "✅"
	case Failed:
		return "❌"
	case CouldNotRun:
		return "⚠️"
	default:
		return "➖"
	}
}

func (m *markdown) requirements(r *Report) {
	if len(r.Requirements) == 0 {
		return
	}
	m.printf("### Requirements\n\n")
	m.table("requirement", "level", "outcome", "what", "source")
	for _, req := range r.Requirements {
		level := req.Level
		if !req.Counts {
			level += ", reported only"
		}
		m.row(inline(req.ID), inline(level), outcomeSign(req.Outcome)+" "+outcomeWords(req.Outcome), code(req.Text), links(req.Sources))
	}
	m.printf("\n")
}

func (m *markdown) failures(r *Report) {
	number := 0
	for _, sc := range r.Scenarios {
		for _, f := range sc.Failures {
			if number++; number == 1 {
				m.printf("### Failures\n\n")
			}
			if number <= maxMarkdownFailures {
				m.failure(number, sc, f)
			}
		}
	}
	if more := number - maxMarkdownFailures; more > 0 {
		m.printf("%s more, which the other reports show.\n\n", plural(more, "failure"))
	}
}

func (m *markdown) failure(number int, sc Scenario, f Failure) {
	m.printf("#### %d. %s\n\n", number, inline(sc.Name))
	m.printf("%s (%s), %s:%d, %s", inline(f.Requirement), inline(f.Level), inline(sc.File), sc.Line, inline(f.Step))
	if len(f.Sources) > 0 {
		m.printf(" (%s)", links(f.Sources))
	}
	m.printf("\n\n")
	if sc.Known != nil {
		m.printf("Known to fail until %s, %s answers for it: %s\n\n", inline(sc.Known.Expires), inline(sc.Known.Owner), inline(sc.Known.Reason))
	}
	m.block("Expected", "", f.Expected)
	m.block("Got", "", f.Got)
	m.block("Try it", "sh", f.Curl)
}

func (m *markdown) unchecked(r *Report) {
	groups := uncheckedGroups(r)
	if len(groups) == 0 {
		return
	}
	m.printf("### Not checked\n\n")
	m.table("outcome", "scenarios", "requirements", "reason", "hint")
	for _, g := range groups {
		m.row(outcomeWords(g.outcome), fmt.Sprint(g.scenarios), inline(strings.Join(g.requirements, ", ")), inline(g.reason), inline(g.hint))
	}
	m.printf("\n")
}

func (m *markdown) canaries(r *Report) {
	for _, c := range r.Canaries {
		if !c.OK {
			m.printf("### %s\n\n", inline(c.Name))
			m.block("Expected", "", c.Expected)
			m.block("Got", "", c.Got)
			m.block("Hint", "", c.Hint)
			m.block("Try it", "sh", c.Curl)
		}
	}
}

func (m *markdown) observations(r *Report) {
	if len(r.Observations) == 0 {
		return
	}
	m.printf("### Undocumented behaviour\n\nObserved, never failed.\n\n")
	m.table("freedom", "observed", "what", "evidence")
	for _, o := range r.Observations {
		value := o.Value
		if value == "" {
			value = "not seen"
		}
		m.row(inline(o.Freedom), inline(value), inline(o.What), inline(o.Evidence))
	}
	m.printf("\n")
}

func (m *markdown) notes(r *Report) {
	if len(r.Notes) == 0 {
		return
	}
	m.printf("### Notes\n\n")
	for _, note := range r.Notes {
		m.printf("- %s\n", inline(note))
	}
	m.printf("\n")
}
