package prove

import (
	"fmt"
	"io"
	"strings"
)

// writeMarkdown writes the result for a README or the page of a job. It tells no
// times, so that equal results are equal texts.
func writeMarkdown(w io.Writer, r *Result) error {
	var b strings.Builder
	for _, s := range []string{r.sound(), r.complete()} {
		if s != "" {
			fmt.Fprintf(&b, "- %s\n", s)
		}
	}
	b.WriteString("\n| requirement | level | caught | mutants, the subtle ones in italics |\n|---|---|---|---|\n")
	for _, p := range r.Requirements {
		if all := r.of(p.ID); len(all) > 0 {
			fmt.Fprintf(&b, "| %s | %s | %d of %d | %s |\n", p.ID, p.Level, p.Caught, p.Total-p.Open, mutantCells(all))
		}
	}
	markdownWrong(&b, r)
	_, err := io.WriteString(w, b.String())
	return err
}

func mutantCells(all []MutantRun) string {
	var cells []string
	for _, m := range all {
		cell := m.ID
		if m.Subtle {
			cell = "*" + cell + "*"
		}
		switch {
		case m.Skipped:
			cell += " (not tried)"
		case !m.Caught:
			cell = "**missed:** " + cell
		}
		cells = append(cells, cell)
	}
	return strings.Join(cells, ", ")
}

func markdownWrong(w io.Writer, r *Result) {
	for _, run := range r.FalseAlarms() {
		fmt.Fprintf(w, "\n**False alarm** with `%s`:\n\n", run.Name())
		for _, alarm := range run.Alarms {
			fmt.Fprintf(w, "- %s\n", oneLine(alarm))
		}
	}
	for _, m := range r.Misses() {
		fmt.Fprintf(w, "\n**Missed** %s, which breaks %s: %s %s\n", m.ID, m.Requirement, m.How, oneLine(m.Missed))
	}
}

// oneLine keeps what a target has said from becoming Markdown of its own.
func oneLine(s string) string {
	return strings.NewReplacer("\n", " ", "\r", " ", "<", "&lt;", "|", `\|`, "`", "'", "[", `\[`).Replace(s)
}
