package target

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.com/assay/internal/text"
)

// Record is a JSON object as the target sent it; numbers are json.Number.
type Record map[string]any

// maxID is the longest ID, in bytes; a longer text is none.
const maxID = 200

// Text returns the field if it is a string, or else "".
func (r Record) Text(name string) string {
	s, _ := r[name].(string)
	return s
}

// ID returns the ID, or "" if there is none.
func (r Record) ID() string {
	if id := r.Text("id"); len(id) <= maxID {
		return id
	}
	return ""
}

// State returns the workflow state.
func (r Record) State() string { return r.Text("workflow_state") }

// Difference describes how the named fields, or all if none is named, differ
// from those of an earlier record: a line for each.
func (r Record) Difference(from Record, names ...string) []string {
	if len(names) == 0 {
		names = slices.Compact(slices.Sorted(maps.Keys(r.with(from))))
	}
	var lines []string
	for _, name := range names {
		was, had := from[name]
		is, has := r[name]
		switch {
		case had && !has:
			lines = append(lines, fmt.Sprintf("%s is gone (was %s)", name, JSONText(was)))
		case !had && has:
			lines = append(lines, fmt.Sprintf("%s = %s (was not there)", name, JSONText(is)))
		case !Same(was, is):
			lines = append(lines, fmt.Sprintf("%s = %s (was %s)", name, JSONText(is), JSONText(was)))
		}
	}
	return lines
}

func (r Record) with(other Record) Record {
	all := maps.Clone(other)
	if all == nil {
		all = Record{}
	}
	maps.Copy(all, r)
	return all
}

// Same reports whether two JSON values mean the same: numbers by value, UUIDs
// without case, date-times as instants. Of two instants of different precision
// one may be rounded to the coarser.
func Same(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		b, ok := b.(json.Number)
		return ok && sameNumber(a.String(), b.String())
	case string:
		b, ok := b.(string)
		return ok && sameText(a, b)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, Same)
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, Same)
	}
	return a == b
}

// maxExponent is the most digits of an exponent in a comparison by value:
// 1e999999999 would fill the memory.
const maxExponent = 4

func sameNumber(a, b string) bool {
	x, y := new(big.Rat), new(big.Rat)
	_, exponentA, _ := strings.Cut(strings.ToLower(a), "e")
	_, exponentB, _ := strings.Cut(strings.ToLower(b), "e")
	if a == b || len(exponentA) > maxExponent || len(exponentB) > maxExponent || len(a)+len(b) > 1000 {
		return a == b
	}
	_, okA := x.SetString(a)
	_, okB := y.SetString(b)
	return okA && okB && x.Cmp(y) == 0
}

func sameText(a, b string) bool {
	if a == b || IsUUID(a) && strings.EqualFold(a, b) {
		return true
	}
	x, errX := time.Parse(time.RFC3339, a)
	y, errY := time.Parse(time.RFC3339, b)
	if errX != nil || errY != nil {
		return false
	}
	unitX, unitY := precision(a), precision(b)
	return x.Equal(y) || unitX != unitY && x.Sub(y).Abs() < max(unitX, unitY)
}

// precision returns the unit of the last digit of a date-time.
func precision(s string) time.Duration {
	_, fraction, _ := strings.Cut(s, ".")
	unit := time.Second
	for _, c := range fraction {
		if c < '0' || c > '9' {
			break
		}
		unit /= 10
	}
	return unit
}

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// IsUUID reports whether a value is a UUID in text.
func IsUUID(v any) bool {
	s, ok := v.(string)
	return ok && uuidPattern.MatchString(s)
}

const maxJSONText = 200

// JSONText returns a value as JSON, shortened for a message.
func JSONText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return text.Shorten(string(b), maxJSONText)
}
