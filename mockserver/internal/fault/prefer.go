package fault

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"example.com/assay/mockserver/internal/spelling"
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
// retry-after=30 and fault=NAME, parted by commas. It returns nil if none of them
// is there. An error says what is wrong with them: a fault that silently does not
// happen would make a test pass for nothing.
func Prefer(values []string) (*Plan, error) {
	var rule Rule
	asked := false
	known := preferences()
	for item := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, value, _ := strings.Cut(item, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		set := known[name]
		if set == nil {
			if err := misspelt(name); err != nil {
				return nil, err
			}
			continue
		}
		asked = true
		if err := set(&rule, strings.Trim(strings.TrimSpace(value), `"`)); err != nil {
			return nil, fmt.Errorf("prefer %s: %w", name, err)
		}
	}
	if !asked {
		return nil, nil
	}
	rule, err := rule.whole(nil)
	if err != nil {
		return nil, fmt.Errorf("prefer: %w", err)
	}
	return planOf(rule, rand.New(rand.NewPCG(0, 0))), nil //nolint:gosec // a fixed delay draws nothing
}

// misspelt recognizes a preference that was meant for a fault. Those that RFC
// 7240 itself has are left alone, as is all else.
func misspelt(name string) error {
	if nearest, ok := spelling.Nearest(name, []string{"code", "delay", "fault", "retry-after"}); ok {
		return fmt.Errorf("prefer: expected code, delay, fault or retry-after, got %.40q; did you mean %q?", name, nearest)
	}
	return nil
}

// Refusal is the plan for a request whose preferences are wrong.
func Refusal(status int, contentType, body string) *Plan {
	return &Plan{Fault: Answer, status: status, contentType: contentType, body: body}
}
