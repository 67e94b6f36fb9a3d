package fault

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"example.com/assay/internal/suggest"
)

// preference sets what one of the preferences asks for.
type preference func(r *Rule, value string) error

// preferences are those of a request that concern faults. Others are for others.
func preferences() map[string]preference {
	return map[string]preference{
		"code": func(r *Rule, value string) (err error) {
			if r.Status, err = strconv.Atoi(value); err != nil {
				return fmt.Errorf("expected a status such as 503, got %.40q", value)
			}
			return nil
		},
		"delay": func(r *Rule, value string) error {
			d, err := time.ParseDuration(value)
			if err != nil {
				return fmt.Errorf("expected a duration such as 250ms, got %.40q", value)
			}
			r.Delay = Fixed(d)
			return nil
		},
		"fault": func(r *Rule, value string) error {
			r.Fault = Name(value)
			return nil
		},
		"retry-after": func(r *Rule, value string) (err error) {
			if r.RetryAfter, err = strconv.Atoi(value); err != nil {
				return fmt.Errorf("expected seconds such as 30, got %.40q", value)
			}
			return nil
		},
	}
}

// Prefer reads the header Prefer (RFC 7240) of a request: code=503, delay=200ms,
// retry-after=30 and fault=NAME, parted by commas, in any number of headers. It
// returns nil if none of them is there. An error says what is wrong with them: a
// fault that silently does not happen would make a test pass for nothing.
func Prefer(values []string) (*Plan, error) {
	var rule Rule
	given := map[string]string{}
	known := preferences()
	for _, item := range items(strings.Join(values, ",")) {
		name, value, _ := strings.Cut(item, "=")
		name, value = strings.ToLower(strings.TrimSpace(name)), unquoted(strings.TrimSpace(value))
		set := known[name]
		if set == nil {
			if err := misspelt(name); err != nil {
				return nil, err
			}
			continue
		}
		if before, again := given[name]; again && before != value {
			return nil, fmt.Errorf("prefer %s: expected one value, got %.40q and %.40q", name, before, value)
		}
		given[name] = value
		if err := set(&rule, value); err != nil {
			return nil, fmt.Errorf("prefer %s: %w", name, err)
		}
	}
	if len(given) == 0 {
		return nil, nil
	}
	rule, err := rule.whole(nil)
	if err != nil {
		return nil, fmt.Errorf("prefer: %w", err)
	}
	return planOf(rule, rand.New(rand.NewPCG(0, 0))), nil //nolint:gosec // a fixed delay draws nothing
}

// items parts a list at its commas, but for those in quotes.
func items(list string) []string {
	var all []string
	start, quoted := 0, false
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case c == '\\' && quoted:
			i++ // whatever it is
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			all = append(all, list[start:i])
			start = i + 1
		}
	}
	return append(all, list[start:])
}

// unquoted returns the value without the quotes that it may stand in.
func unquoted(value string) string {
	if len(value) >= 2 && strings.HasPrefix(value, `"`) && strings.HasSuffix(value, `"`) {
		return value[1 : len(value)-1]
	}
	return value
}

// misspelt recognizes a preference that was meant for a fault. Those that RFC
// 7240 itself has are left alone, as is all else.
func misspelt(name string) error {
	if nearest, ok := suggest.Nearest(name, []string{"code", "delay", "fault", "retry-after"}); ok {
		return fmt.Errorf("prefer: expected code, delay, fault or retry-after, got %.40q; did you mean %q?", name, nearest)
	}
	return nil
}

// Refusal is the plan for a request whose preferences are wrong.
func Refusal(status int, contentType, body string) *Plan {
	return &Plan{Fault: Answer, status: status, contentType: contentType, body: body}
}
