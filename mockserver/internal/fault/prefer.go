package fault

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"example.com/assay/internal/suggest"
)

// preferences returns a setter for each preference that concerns faults.
func preferences() map[string]func(r *Rule, value string) error {
	return map[string]func(r *Rule, value string) error{
		"code": func(r *Rule, value string) (err error) {
			if r.Status, err = strconv.Atoi(value); err != nil {
				return fmt.Errorf("invalid status %.40q; use one such as 503", value)
			}
			return nil
		},
		"delay": func(r *Rule, value string) error {
			d, err := parseDuration(value)
			r.Delay = Fixed(d)
			return err
		},
		"fault": func(r *Rule, value string) error {
			r.Fault = Name(value)
			return nil
		},
		"retry-after": func(r *Rule, value string) (err error) {
			if r.RetryAfter, err = strconv.Atoi(value); err != nil {
				return fmt.Errorf("invalid number of seconds %.40q; use one such as 30", value)
			}
			return nil
		},
	}
}

// Prefer parses the values of the header Prefer (RFC 7240): comma-separated
// code=503, delay=200ms, retry-after=30 and fault=KIND. It returns nil if none of
// them is present. Wrong preferences are errors: a fault that silently does not
// happen would make a test pass for nothing.
func Prefer(values []string) (*Plan, error) {
	var rule Rule
	given := map[string]string{}
	known := preferences()
	for _, item := range splitList(strings.Join(values, ",")) {
		name, value, _ := strings.Cut(item, "=")
		name, value = strings.ToLower(strings.TrimSpace(name)), unquote(strings.TrimSpace(value))
		set := known[name]
		if set == nil {
			if err := checkSpelling(name, slices.Sorted(maps.Keys(known))); err != nil {
				return nil, err
			}
			continue
		}
		if before, duplicate := given[name]; duplicate && before != value {
			return nil, fmt.Errorf("prefer %s: contradictory values %.40q and %.40q", name, before, value)
		}
		given[name] = value
		if err := set(&rule, value); err != nil {
			return nil, fmt.Errorf("prefer %s: %w", name, err)
		}
	}
	if len(given) == 0 {
		return nil, nil
	}
	rule, err := rule.complete(nil)
	if err != nil {
		return nil, fmt.Errorf("prefer: %w", err)
	}
	return rule.plan(rand.New(rand.NewPCG(0, 0))), nil //nolint:gosec // a fixed delay draws nothing
}

// splitList splits a list at its commas outside of quotes.
func splitList(list string) []string {
	var all []string
	start, quoted := 0, false
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case c == '\\' && quoted:
			i++ // skips the escaped character
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			all = append(all, list[start:i])
			start = i + 1
		}
	}
	return append(all, list[start:])
}

// unquote removes the quotes around a value, if any.
func unquote(value string) string {
	if len(value) >= 2 && strings.HasPrefix(value, `"`) && strings.HasSuffix(value, `"`) {
		return value[1 : len(value)-1]
	}
	return value
}

// checkSpelling returns an error for a misspelled preference. Other preferences,
// such as those of RFC 7240, are left alone.
func checkSpelling(name string, known []string) error {
	if nearest, ok := suggest.Nearest(name, known); ok {
		return fmt.Errorf("prefer: unknown preference %.40q; did you mean %q?", name, nearest)
	}
	return nil
}
