package fault

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/assay/internal/suggest"
)

// preferences are the names of the preferences that concern faults, sorted.
func preferences() []string { return []string{"code", "delay", "fault", "retry-after"} }

// setPreference sets the field of a rule for one preference.
func setPreference(r *Rule, name, value string) (err error) {
	switch name {
	case "code":
		r.Status, err = strconv.Atoi(value)
	case "retry-after":
		r.RetryAfter, err = strconv.Atoi(value)
	case "fault":
		r.Fault = Name(value)
	case "delay":
		var d time.Duration
		d, err = parseDuration(value)
		r.Delay = Fixed(d)
		return err
	}
	if err != nil {
		return fmt.Errorf("invalid number %.40q; use one such as 503", value)
	}
	return nil
}

// Prefer parses the values of the header Prefer (RFC 7240): comma-separated
// code=503, delay=200ms, retry-after=30 and fault=KIND. It returns nil if none of
// them is present. Wrong preferences are errors: a fault that silently does not
// happen would make a test pass for nothing.
func Prefer(values []string) (*Plan, error) {
	var rule Rule
	given := map[string]string{}
	for _, item := range splitList(strings.Join(values, ",")) {
		name, value, _ := strings.Cut(item, "=")
		name, value = strings.ToLower(strings.TrimSpace(name)), unquote(strings.TrimSpace(value))
		if !slices.Contains(preferences(), name) {
			if nearest, ok := suggest.Nearest(name, preferences()); ok {
				return nil, fmt.Errorf("prefer: unknown preference %.40q; did you mean %q?", name, nearest)
			}
			continue // one that does not concern faults
		}
		if before, duplicate := given[name]; duplicate && before != value {
			return nil, fmt.Errorf("prefer %s: contradictory values %.40q and %.40q", name, before, value)
		}
		given[name] = value
		if err := setPreference(&rule, name, value); err != nil {
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

// Refusal returns the plan for a wrong preference: status 400, and the request is
// not carried out.
func Refusal(err error) *Plan {
	kind, _ := kindOf("answer")
	return &Plan{Kind: kind, other: problem("prefer", http.StatusBadRequest, err.Error())}
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
