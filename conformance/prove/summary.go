package prove

import (
	"fmt"
	"strings"
)

// sound summarizes the reference in a sentence; it is empty without a run.
func (r *Result) sound() string {
	n := len(r.Reference)
	switch {
	case n == 0:
		return ""
	case r.Against != "":
		return fmt.Sprintf("Sound: the suite finds nothing wrong with %s as it is.", r.Against)
	}
	return fmt.Sprintf("Sound: the mock conforms under %d of %d combinations of freedoms.", n-len(r.FalseAlarms()), n)
}

// robust summarizes the surroundings in a sentence; it is empty without a run.
func (r *Result) robust() string {
	if len(r.Surroundings) == 0 {
		return ""
	}
	outcomes := map[BehindOutcome]int{}
	for _, run := range r.Surroundings {
		for _, m := range run.Mutants {
			outcomes[m.Outcome]++
		}
	}
	right := len(filter(r.Surroundings, func(run SurroundingRun) bool { return run.OK }))
	s := fmt.Sprintf("Robust: the suite is right behind %d of %d gateways and pairs; of %s behind them, %d are caught and %d cannot be told.",
		right, len(r.Surroundings), plural(outcomes[Caught]+outcomes[CannotTell]+outcomes[Missed], "mutant"), outcomes[Caught], outcomes[CannotTell])
	return s
}

// complete summarizes the mutants in a sentence; it is empty without a run.
func (r *Result) complete() string {
	if len(r.Mutants) == 0 {
		return ""
	}
	caught := len(filter(r.Mutants, func(m MutantRun) bool { return m.Caught }))
	skipped := len(filter(r.Mutants, func(m MutantRun) bool { return m.Skipped }))
	s := fmt.Sprintf("Complete: %d of %d broken implementations are caught, each by an assertion of its requirement.", caught, len(r.Mutants)-skipped)
	if skipped > 0 {
		s += fmt.Sprintf(" %d more could not be tried.", skipped)
	}
	return s
}

// summary lists the sentences.
func (r *Result) summary() []string {
	return filter([]string{r.sound(), r.robust(), r.complete()}, func(s string) bool { return s != "" })
}

// verdict says in a line whether the proof holds.
func (r *Result) verdict() string {
	if r.OK {
		return "The proof holds."
	}
	return fmt.Sprintf("The proof fails: %s, %s, %s.", plural(len(r.FalseAlarms()), "false alarm"),
		plural(len(r.WrongSurroundings()), "wrong surrounding"), plural(len(r.Misses()), "mutant")+" missed")
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// mark is the letter of a mutant in the matrix.
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

// Status is the state of a surrounding in one word.
func (r *SurroundingRun) Status() string {
	if !r.OK {
		return "WRONG"
	}
	return "ok"
}

// mark is the letter of a mutant behind a gateway.
func (m BehindRun) mark() string {
	switch m.Outcome {
	case Caught:
		return "x"
	case CannotTell:
		return "?"
	case Missed:
	}
	return "!"
}

func marks[T interface{ mark() string }](all []T) string {
	var b strings.Builder
	for _, v := range all {
		b.WriteString(v.mark())
	}
	return b.String()
}

// Problems lists what is wrong behind a gateway.
func (r *SurroundingRun) Problems() []string {
	problems := append([]string{}, r.Alarms...)
	for _, m := range r.Mutants {
		if m.Outcome == Missed {
			problems = append(problems, fmt.Sprintf("mutant %s: %s", m.ID, m.Reason))
		}
	}
	return problems
}
