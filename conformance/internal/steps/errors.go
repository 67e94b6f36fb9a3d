package steps

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/cucumber/godog"

	"example.com/assay/conformance/report"
)

// AssertionError lists failed assertions.
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
	Hint    string // flags to add to the command; empty if nothing helps
}

func (s *SkipError) Error() string { return string(s.Outcome) + ": " + s.Reason }

// Unwrap makes godog count the step as skipped, except after CouldNotRun.
func (s *SkipError) Unwrap() error {
	if s.Outcome == report.CouldNotRun {
		return nil
	}
	return godog.ErrSkip
}

// PanicError is a panic of a step: always a defect of the suite.
type PanicError struct {
	Value any
	Stack string
}

func (p *PanicError) Error() string {
	return fmt.Sprintf("a step panicked: %v: this is a defect of the suite", p.Value)
}

// guarded calls f, and returns a panic of it as an error.
func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{p, string(debug.Stack())}
		}
	}()
	return f()
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
	s, _ := errors.AsType[*SkipError](err)
	return s
}
