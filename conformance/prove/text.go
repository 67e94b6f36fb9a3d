package prove

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"example.com/assay/internal/text"
)

// writeText writes the matrices, everything wrong, and the summary.
func writeText(w io.Writer, r *Result) error {
	var b strings.Builder
	writeMutants(&b, r)
	writeSurroundings(&b, r)
	writeWrong(&b, r)
	b.WriteByte('\n')
	for _, s := range r.summary() {
		fmt.Fprintln(&b, s)
	}
	fmt.Fprintf(&b, "%s (seed %d, %s)\n", r.verdict(), r.Seed, r.Duration.Round(100*time.Millisecond))
	_, err := io.WriteString(w, b.String())
	return err
}

// writeMutants writes a line for each requirement, and a letter for each mutant.
func writeMutants(w io.Writer, r *Result) {
	if len(r.Mutants) == 0 {
		return
	}
	fmt.Fprint(w, "Mutants by requirement: x caught, s caught though subtle, ! missed, - not tried\n\n")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, p := range r.Requirements {
		if all := r.of(p.ID); len(all) > 0 {
			fmt.Fprintf(table, "  %s\t%s\t%s\t%d of %d\t%s\n", p.ID, p.Level, marks(all), p.Caught, p.Total-p.Skipped, p.Text)
		}
	}
	_ = table.Flush() // w is memory
}

// writeSurroundings writes a line for each gateway, and a letter for each mutant
// behind it.
func writeSurroundings(w io.Writer, r *Result) {
	if len(r.Surroundings) == 0 {
		return
	}
	fmt.Fprint(w, "\nSurroundings, the verdict on the mock, and mutants: x caught, ? cannot tell, ! missed\n\n")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, run := range r.Surroundings {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\n", run.Kind, run.ID, run.Status(), run.Verdict, marks(run.Mutants))
	}
	_ = table.Flush() // w is memory
}

// writeWrong lists false alarms, wrong surroundings and missed mutants.
func writeWrong(w io.Writer, r *Result) {
	section := headings(w)
	for _, run := range r.FalseAlarms() {
		section("False alarms")
		fmt.Fprintf(w, "\n  with %s (%s): %s\n", run.Name(), run.Why, run.Verdict)
		writeLines(w, run.Alarms)
	}
	for _, run := range r.WrongSurroundings() {
		section("Wrong surroundings")
		fmt.Fprintf(w, "\n  %s: %s\n", run.ID, run.How)
		writeLines(w, run.Problems())
	}
	for _, m := range r.Misses() {
		section("Missed")
		fmt.Fprintf(w, "\n  %s breaks %s: %s\n    %s\n", m.ID, m.Requirement, m.How, m.Missed)
		if len(m.Also) > 0 {
			fmt.Fprintf(w, "    failed instead: %s\n", strings.Join(m.Also, ", "))
		}
	}
}

// headings returns a function that writes a heading once.
func headings(w io.Writer) func(heading string) {
	last := ""
	return func(heading string) {
		if heading != last {
			fmt.Fprintf(w, "\n%s:\n", heading)
		}
		last = heading
	}
}

const maxLines = 8 // problems of one run

func writeLines(w io.Writer, lines []string) {
	for i, line := range lines {
		if i == maxLines {
			fmt.Fprintf(w, "    and %d more\n", len(lines)-maxLines)
			return
		}
		fmt.Fprintf(w, "    %s\n", oneLine(line))
	}
}

// maxLine is the length of a problem, in bytes.
const maxLine = 240

func oneLine(s string) string {
	return text.Shorten(strings.ReplaceAll(s, "\n", " "), maxLine)
}
