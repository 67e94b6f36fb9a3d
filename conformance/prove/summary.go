package prove

import (
	"fmt"
	"strings"
)

// sound says in a sentence how the reference did; "" if it was not tried.
func (r *Result) sound() string {
	n := len(r.Reference)
	switch {
	case n == 0:
		return ""
	case r.Against != "":
		return fmt.Sprintf("Sound: the suite finds nothing wrong with %s as it is.", r.Against)
	}
	return fmt.Sprintf("Sound: the mock conforms under %d of %d ways to use what the documentation leaves open.", n-len(r.FalseAlarms()), n)
}

// complete says in a sentence how the mutants did.
func (r *Result) complete() string {
	caught, tried := 0, 0
	for _, m := range r.Mutants {
		if m.Caught {
			caught++
		}
		if !m.Skipped {
			tried++
		}
	}
	s := fmt.Sprintf("Complete: %d of %d broken implementations are caught, each by an assertion of the requirement that it breaks.", caught, tried)
	if open := len(r.Mutants) - tried; open > 0 {
		s += fmt.Sprintf(" %d more could not be tried.", open)
	}
	return s
}

// verdict says in a line whether the proof holds.
func (r *Result) verdict() string {
	if r.OK {
		return "The proof holds."
	}
	return fmt.Sprintf("The proof fails: %s, %s.", plural(len(r.FalseAlarms()), "false alarm"), plural(len(r.Misses()), "mutant")+" missed")
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// of lists the mutants of a requirement.
func (r *Result) of(requirement string) []MutantRun {
	var all []MutantRun
	for _, m := range r.Mutants {
		if m.Requirement == requirement {
			all = append(all, m)
		}
	}
	return all
}

// mark is one mutant in the matrix.
func (m MutantRun) mark() string {
	switch {
	case m.Skipped:
		return "-"
	case !m.Caught:
		return "!"
	case m.Subtle:
		return "s"
	}
	return "x"
}

// marks are the mutants of a requirement in the matrix.
func (r *Result) marks(requirement string) string {
	var b strings.Builder
	for _, m := range r.of(requirement) {
		b.WriteString(m.mark())
	}
	return b.String()
}
