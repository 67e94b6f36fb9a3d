package steps

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cucumber/godog"

	"example.com/assay/conformance/report"
)

// Unmet says that assertions did not hold.
//
//nolint:errname // the words of the package's documentation
type Unmet struct{ Failures []report.Failure }

func (u *Unmet) Error() string {
	lines := make([]string, len(u.Failures))
	for i, f := range u.Failures {
		lines[i] = fmt.Sprintf("%s: expected %s, got %s", f.Requirement, f.Expected, f.Got)
		if f.Curl != "" {
			lines[i] += "\n  " + f.Curl
		}
	}
	return strings.Join(lines, "\n")
}

// Stop says why a scenario cannot put its question to this target.
//
//nolint:errname // likewise
type Stop struct {
	Outcome report.Outcome // Skipped, NotSupported or CouldNotRun
	Reason  string
	Hint    string // what to add for it to run
}

func (s *Stop) Error() string { return string(s.Outcome) + ": " + s.Reason }

// Unwrap lets godog count the step as skipped, where it is.
func (s *Stop) Unwrap() error {
	if s.Outcome == report.CouldNotRun {
		return nil
	}
	return godog.ErrSkip
}

func skip(hint, format string, args ...any) error {
	return &Stop{Outcome: report.Skipped, Reason: fmt.Sprintf(format, args...), Hint: hint}
}

func notSupported(format string, args ...any) error {
	return &Stop{Outcome: report.NotSupported, Reason: fmt.Sprintf(format, args...)}
}

func couldNotRun(hint, format string, args ...any) error {
	return &Stop{Outcome: report.CouldNotRun, Reason: fmt.Sprintf(format, args...), Hint: hint}
}

func asStop(err error, stop **Stop) bool { return errors.As(err, stop) }
