package prove

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// writeText writes the matrix and whatever went wrong, for a person at a terminal.
func writeText(w io.Writer, r *Result) error {
	var b strings.Builder
	writeMatrix(&b, r)
	writeWrong(&b, r)
	b.WriteByte('\n')
	if s := r.sound(); s != "" {
		fmt.Fprintln(&b, s)
	}
	if len(r.Mutants) > 0 {
		fmt.Fprintln(&b, r.complete())
	}
	fmt.Fprintf(&b, "%s (seed %d, %s)\n", r.verdict(), r.Seed, r.Duration.Round(100*time.Millisecond))
	_, err := io.WriteString(w, b.String())
	return err
}

// writeMatrix writes a line a requirement and a letter a mutant.
func writeMatrix(w io.Writer, r *Result) {
	if len(r.Mutants) == 0 {
		return
	}
	fmt.Fprint(w, "Mutants by the requirement that they break: x caught, s caught though subtle, ! missed, - not tried\n\n")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, p := range r.Requirements {
		if len(r.of(p.ID)) > 0 {
			fmt.Fprintf(table, "  %s\t%s\t%s\t%d of %d\t%s\n", p.ID, p.Level, r.marks(p.ID), p.Caught, p.Total-p.Open, p.Text)
		}
	}
	_ = table.Flush() // w is memory
}

// writeWrong lists the false alarms and the mutants that were missed.
func writeWrong(w io.Writer, r *Result) {
	for i, run := range r.FalseAlarms() {
		if i == 0 {
			fmt.Fprintln(w, "\nFalse alarms:")
		}
		fmt.Fprintf(w, "\n  with %s (%s): %s\n", run.Name(), run.Why, run.Verdict)
		for _, alarm := range run.Alarms {
			fmt.Fprintf(w, "    %s\n", alarm)
		}
	}
	for i, m := range r.Misses() {
		if i == 0 {
			fmt.Fprintln(w, "\nMissed:")
		}
		fmt.Fprintf(w, "\n  %s breaks %s: %s\n    %s\n", m.ID, m.Requirement, m.How, m.Missed)
		if len(m.Also) > 0 {
			fmt.Fprintf(w, "    what failed instead: %s\n", strings.Join(m.Also, ", "))
		}
	}
}
