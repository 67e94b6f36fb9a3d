package conformance

import (
	"errors"
	"fmt"
	"strings"
)

// UsageError says that a run was asked for wrongly.
type UsageError struct {
	// Mistakes are all that is wrong: of each what was expected, what came, and
	// what to do.
	Mistakes []string
}

// Error returns the mistakes, one on a line.
func (e *UsageError) Error() string { return strings.Join(e.Mistakes, "\n") }

func usage(format string, args ...any) error {
	return &UsageError{Mistakes: []string{fmt.Sprintf(format, args...)}}
}

// mistakes collects what is wrong, so that all of it is told at once.
type mistakes struct{ all []string }

func (m *mistakes) add(format string, args ...any) {
	m.all = append(m.all, fmt.Sprintf(format, args...))
}

// take adds the mistakes of a UsageError, and returns any other error.
func (m *mistakes) take(err error) error {
	if wrong, ok := errors.AsType[*UsageError](err); ok {
		m.all = append(m.all, wrong.Mistakes...)
		return nil
	}
	return err
}

// err returns a UsageError, or nil if there was no mistake.
func (m *mistakes) err() error {
	if len(m.all) == 0 {
		return nil
	}
	return &UsageError{Mistakes: m.all}
}
