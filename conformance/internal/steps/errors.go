package steps

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cucumber/godog"

	"example.com/assay/conformance/internal/target"
	"example.com/assay/conformance/report"
)

// AssertionError lists the assertions that do not hold.
type AssertionError struct{ Failures []report.Failure }

func (a *AssertionError) Error() string {
	lines := make([]string, len(a.Failures))
	for i, f := range a.Failures {
		lines[i] = fmt.Sprintf("%s: expected %s, got %s", f.Requirement, f.Expected, f.Got)
		if f.Curl != "" {
			lines[i] += "\n  " + f.Curl
		}
	}
	return strings.Join(lines, "\n")
}

// SkipError is the reason why a scenario cannot check this target.
type SkipError struct {
	Outcome report.Outcome // Skipped, NotSupported or CouldNotRun
	Reason  string
	Hint    string // what to add to the command; empty if nothing helps
}

func (s *SkipError) Error() string { return string(s.Outcome) + ": " + s.Reason }

// Unwrap makes godog count the step as skipped, except after CouldNotRun.
func (s *SkipError) Unwrap() error {
	if s.Outcome == report.CouldNotRun {
		return nil
	}
	return godog.ErrSkip
}

func skip(hint, format string, args ...any) error {
	return &SkipError{Outcome: report.Skipped, Reason: fmt.Sprintf(format, args...), Hint: hint}
}

func notSupported(format string, args ...any) error {
	return &SkipError{Outcome: report.NotSupported, Reason: fmt.Sprintf(format, args...)}
}

func couldNotRun(hint, format string, args ...any) error {
	return &SkipError{Outcome: report.CouldNotRun, Reason: fmt.Sprintf(format, args...), Hint: hint}
}

// asSkip returns the SkipError in err, or nil if there is none.
func asSkip(err error) *SkipError {
	var s *SkipError
	errors.As(err, &s)
	return s
}

// unreadable distinguishes a list that the target does not offer from a broken one.
// Other errors stay what they are.
func unreadable(err error) error {
	var u *target.UnreadableError
	switch {
	case !errors.As(err, &u):
		return err
	case target.PathAssumed(u.Operation) && target.Missing(u.Exchange):
		return notSupported("%s /%s answers %d; no public page prints the path of %s",
			u.Exchange.Call.Method, u.Exchange.Call.Path, u.Exchange.Status, u.Operation)
	}
	return couldNotRun("", "%v", u)
}
