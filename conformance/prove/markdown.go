package prove

import (
	"fmt"
	"io"
	"strings"
)

// writeMarkdown writes the result for a page or the summary of a job. It holds no
// times, so that equal results are equal texts.
func writeMarkdown(w io.Writer, r *Result) error {
	var b strings.Builder
	for _, s := range r.summary() {
		fmt.Fprintf(&b, "- %s\n", s)
	}
	if len(r.Mutants) > 0 {
		b.WriteString("\n| requirement | level | caught | mutants, the subtle ones in italics |\n|---|---|---|---|\n")
	}
	for _, p := range r.Requirements {
		if all := r.of(p.ID); len(all) > 0 {
			fmt.Fprintf(&b, "| %s | %s | %d of %d | %s |\n", p.ID, p.Level, p.Caught, p.Total-p.Skipped, mutantCells(all))
		}
	}
	if len(r.Surroundings) > 0 {
		b.WriteString("\n| kind | surrounding | suite | verdict on the mock | mutants behind it |\n|---|---|---|---|---|\n")
	}
	for _, run := range r.Surroundings {
		var cells []string
		for _, m := range run.Mutants {
			cells = append(cells, fmt.Sprintf("%s (%s)", m.ID, strings.ReplaceAll(string(m.Outcome), "-", " ")))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", run.Kind, run.ID, run.Status(), run.Verdict, strings.Join(cells, ", "))
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
		markdownList(w, run.Alarms)
	}
	for _, run := range r.WrongSurroundings() {
		fmt.Fprintf(w, "\n**Wrong surrounding** %s: %s\n\n", run.ID, run.How)
		markdownList(w, run.Problems())
	}
	for _, m := range r.Misses() {
		fmt.Fprintf(w, "\n**Missed** %s, which breaks %s: %s %s\n", m.ID, m.Requirement, m.How, oneLineMarkdown(m.Missed))
	}
}

func markdownList(w io.Writer, lines []string) {
	for _, line := range lines[:min(len(lines), maxLines)] {
		fmt.Fprintf(w, "- %s\n", oneLineMarkdown(line))
	}
}

// oneLineMarkdown keeps text of the target from becoming Markdown.
func oneLineMarkdown(s string) string {
	return strings.NewReplacer("\n", " ", "\r", " ", "<", "&lt;", "|", `\|`, "`", "'", "[", `\[`).Replace(s)
}
