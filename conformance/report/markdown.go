package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// The limits of a summary: GitHub shows none over 1 MiB.
const (
	maxMarkdownCauses    = 20
	maxMarkdownGaps      = 50
	maxMarkdownScenarios = 10
	maxMarkdownBlock     = 2000 // bytes of one value
	maxMarkdownCell      = 300
)

// writeMarkdown writes a summary in GitHub's flavour, for its step summaries.
func writeMarkdown(w io.Writer, r *Report) error {
	m := &markdown{}
	m.head(r)
	m.requirements(r)
	m.failures(r)
	m.gaps(r)
	m.canaries(r)
	m.observations(r)
	m.notes(r)
	_, err := io.WriteString(w, m.b.String())
	return err
}

// markdown builds the summary. Text of the target passes through inline or block, so
// that it never becomes markup.
type markdown struct{ b strings.Builder }

func (m *markdown) printf(format string, args ...any) { fmt.Fprintf(&m.b, format, args...) }

func (m *markdown) row(cells ...string) { m.printf("| %s |\n", strings.Join(cells, " | ")) }

func (m *markdown) table(names ...string) {
	m.row(names...)
	m.row(strings.Split(strings.Repeat("---,", len(names)-1)+"---", ",")...)
}

// inline escapes a value for a line or a cell of a table.
func inline(s string) string {
	return strings.NewReplacer(
		"&", "&amp;", "<", "&lt;", ">", "&gt;", "\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]",
		"|", "\\|", "~", "\\~", "#", "\\#", "$", "\\$", "!", "\\!", "{", "\\{",
		"://", ":\\/\\/", "www.", "www\\.", // no links of the target
		"@", "@<!-- -->", // no mentions
	).Replace(clip(s, maxMarkdownCell, visibleLine))
}

// code is inline for text with code spans, such as the text of a requirement.
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

// block writes a value as it is, inside a longer fence than any in it.
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

// link links an https address, and shows anything else as text.
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
	m.printf("## %s Assay: %s\n\n", r.Verdict.look().sign, r.judgement())
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
		m.row(inline(req.ID), inline(level), req.Outcome.look().sign+" "+words(req.Outcome), code(req.Text), links(req.Sources))
	}
	m.printf("\n")
}

func (m *markdown) failures(r *Report) {
	all := r.causes()
	for i, c := range all[:min(len(all), maxMarkdownCauses)] {
		if i == 0 {
			m.printf("### Failures\n\n")
		}
		m.cause(i+1, c)
	}
	if more := len(all) - maxMarkdownCauses; more > 0 {
		m.printf("%s more; the HTML and JSON reports have all of them.\n\n", plural(more, "cause"))
	}
}

func (m *markdown) cause(number int, c *cause) {
	m.printf("#### %d. %s (%s)", number, inline(c.Requirement), inline(c.Level))
	if c.Text != "" {
		m.printf(": %s", code(c.Text))
	}
	m.printf("\n\n%s", inline(c.Step))
	if len(c.Sources) > 0 {
		m.printf(" (%s)", links(c.Sources))
	}
	m.printf("\n\n")
	for _, name := range names(c.Scenarios, maxMarkdownScenarios) {
		m.printf("- %s\n", inline(name))
	}
	m.printf("\n")
	if c.Known != nil {
		m.printf("%s\n\n", inline(c.Known.remark()))
	}
	m.block("Expected", "", c.Expected)
	m.block("Got", "", c.Got)
	m.block("Try it", "sh", c.Curl)
}

func (m *markdown) gaps(r *Report) {
	all := r.gaps()
	if len(all) == 0 {
		return
	}
	m.printf("### Not checked\n\n")
	m.table("outcome", "scenarios", "requirements", "reason", "hint")
	for _, g := range all[:min(len(all), maxMarkdownGaps)] {
		m.row(words(g.Outcome), fmt.Sprint(len(g.Scenarios)), inline(strings.Join(g.Requirements, ", ")), inline(g.Reason), inline(g.Hint))
	}
	m.printf("\n")
	if more := len(all) - maxMarkdownGaps; more > 0 {
		m.printf("%s more; the HTML and JSON reports have all of them.\n\n", plural(more, "reason"))
	}
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
		m.row(inline(o.Freedom), inline(cmp.Or(o.Value, "not seen")), inline(o.What), inline(o.Evidence))
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
