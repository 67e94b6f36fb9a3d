package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// verdict writes the end: what the run says, why, and what it rests on.
func (t *text) verdict(r *Report) {
	t.printf("\n%s\n", t.paint(verdictColor(r.Verdict)+";"+bold, "Verdict: "+string(r.Verdict)))
	for _, reason := range r.Reasons {
		t.printf("  - %s\n", loggedLine(reason.Text))
		if reason.Hint != "" {
			t.printf("    hint: %s\n", loggedLine(reason.Hint))
		}
	}
	t.printf("  target:  %s%s\n", loggedLine(r.Target.BaseURL), readOnly(r.Target))
	t.printf("  counts:  %s\n", countLine(r))
	t.printf("  run:     %s, %s in %s, seed %d, %s %s\n", loggedLine(r.Run.ID), plural(r.Run.Requests, "request"), roundTime(r.Run.Duration),
		r.Run.Seed, r.Tool.Name, r.Tool.Version)
	t.printf("  plan:    %s\n", planLine(r))
	t.printf("  decides: %s\n", deciding(r))
}

func verdictColor(v Verdict) string {
	switch v {
	case Conformant:
		return green
	case Inconclusive:
		return yellow
	default:
		return red
	}
}

func readOnly(t Target) string {
	if t.WritesAllowed {
		return ""
	}
	return " (read-only)"
}

// countLine counts the scenarios by outcome. Outcomes that nothing has are left
// out, but for the passes: none of these is worth saying.
func countLine(r *Report) string {
	parts := []string{fmt.Sprintf("%d passed%s", r.Counts.Passed, suffix(r.Counts.Flaky, "flaky"))}
	for _, c := range []struct {
		count int
		words string
	}{
		{r.Counts.Failed, "failed" + suffix(r.Counts.Known, "known")},
		{r.Counts.CouldNotRun, "could not run"},
		{r.Counts.NotSupported, "not supported"},
		{r.Counts.Skipped, "skipped"},
	} {
		if c.count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.count, c.words))
		}
	}
	return fmt.Sprintf("%s: %s; %s", plural(len(r.Scenarios), "scenario"), strings.Join(parts, ", "), plural(r.Counts.Assertions, "assertion"))
}

func suffix(count int, word string) string {
	if count == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d %s)", count, word)
}

func planLine(r *Report) string {
	parts := []string{shortHash(r.Plan.Hash), plural(len(r.Plan.Requirements), "requirement"), "contract " + shortHash(r.Plan.ContractHash)}
	if len(r.Plan.Only) > 0 {
		parts = append(parts, "only "+strings.Join(r.Plan.Only, " "))
	}
	if len(r.Plan.Skip) > 0 {
		parts = append(parts, "without "+strings.Join(r.Plan.Skip, " "))
	}
	return strings.Join(parts, ", ")
}

// deciding says which requirements the verdict rests on.
func deciding(r *Report) string {
	decide, told := levels(r, true), levels(r, false)
	if len(decide) == 0 {
		return "no requirement"
	}
	words := strings.Join(decide, " and ") + " requirements"
	if len(told) > 0 {
		words += "; " + strings.Join(told, " and ") + " ones are reported only (--strict lets them decide too)"
	}
	return words
}

func levels(r *Report, counts bool) []string {
	var levels []string
	for _, req := range r.Requirements {
		if req.Counts == counts && !slices.Contains(levels, req.Level) {
			levels = append(levels, req.Level)
		}
	}
	return levels
}

// shortHash is enough of a hash to compare by eye.
func shortHash(hash string) string {
	if len(hash) > 12 {
		return hash[:12]
	}
	return hash
}

func plural(count int, word string) string {
	if count == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", count, word)
}

// roundTime rounds to the digits that matter to a reader.
func roundTime(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		return d.Round(100 * time.Millisecond).String()
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d >= time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	}
	return d.Round(time.Microsecond).String()
}

// outcomeWords is an outcome as a sentence has it.
func outcomeWords(o Outcome) string { return strings.ReplaceAll(string(o), "-", " ") }
