package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	texts "example.com/assay/internal/text"
)

// featureFolder is the folder of the features in the repository.
const featureFolder = "features"

// The ANSI colors.
const (
	bold   = "1"
	red    = "31"
	green  = "32"
	yellow = "33"
	faint  = "2"
)

// look is the appearance of an outcome or a verdict in the formats.
type look struct{ word, color, symbol, sign string }

func (o Outcome) look() look {
	switch o {
	case Passed:
		return look{"passed", green, "✓", "✅"}
	case Failed:
		return look{"FAILED", red, "✗", "❌"} // visible without color too
	case CouldNotRun:
		return look{"could not run", yellow, "!", "⚠️"}
	case NotSupported:
		return look{"not supported", yellow, "–", "➖"}
	case Skipped:
		return look{"skipped", yellow, "○", "➖"}
	}
	return look{string(o), yellow, "?", "➖"}
}

func (v Verdict) look() look {
	switch v {
	case Conformant, ConformantExcept:
		return Passed.look()
	case Inconclusive:
		return CouldNotRun.look()
	case Nonconformant, NotRun:
	}
	return Failed.look()
}

// judgement returns the verdict, with the requirements that it leaves out.
func (r *Report) judgement() string {
	if r.Verdict != ConformantExcept {
		return words(r.Verdict)
	}
	var ids []string
	for _, reason := range r.Reasons {
		ids = append(ids, reason.Requirement)
	}
	return "conformant except " + strings.Join(ids, ", ")
}

func readOnly(t Target) string {
	if t.WritesAllowed {
		return ""
	}
	return " (read-only)"
}

// countLine counts the scenarios by outcome, without outcomes of none but for passed.
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

// deciding names the levels that decide the verdict.
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

// shortHash shortens a hash for comparison by eye.
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

// roundTime rounds to three or four digits.
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

// words writes an outcome or a verdict as in a sentence.
func words[T ~string](name T) string { return strings.ReplaceAll(string(name), "-", " ") }

// whole names the formats without cuts.
const whole = "--report html:FILE or json:FILE has all of it"

const maxValue = 1000 // bytes of a value in full

// shorten cuts a value and says where all of it is.
func shorten(value string) string {
	if len(value) <= maxValue {
		return value
	}
	return texts.Prefix(value, maxValue) + " …\n(cut; " + whole + ")"
}
