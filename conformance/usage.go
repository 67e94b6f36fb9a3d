package conformance

import (
	"errors"
	"fmt"
	"strings"
)

// UsageError lists everything that is wrong with a target and its options.
type UsageError struct {
	Mistakes []string // each with what to do about it
}

// Error returns the mistakes, one per line.
func (e *UsageError) Error() string { return strings.Join(e.Mistakes, "\n") }

func usage(format string, args ...any) error {
	return &UsageError{Mistakes: []string{fmt.Sprintf(format, args...)}}
}

// usageErrors collects mistakes, so that one run reports all of them.
type usageErrors struct{ all []string }

func (m *usageErrors) add(format string, args ...any) {
	m.all = append(m.all, fmt.Sprintf(format, args...))
}

// take adds the mistakes of a UsageError, and returns any other error.
func (m *usageErrors) take(err error) error {
	if wrong, ok := errors.AsType[*UsageError](err); ok {
		m.all = append(m.all, wrong.Mistakes...)
		return nil
	}
	return err
}

// err returns a UsageError, or nil without a mistake.
func (m *usageErrors) err() error {
	if len(m.all) == 0 {
		return nil
	}
	return &UsageError{Mistakes: m.all}
}
