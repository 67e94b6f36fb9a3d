package agfilter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// operatorOf reads the operator of a condition. The blank operators take no operand, so
// their predicate is complete.
func operatorOf[T any](object map[string]any, at string, operators map[string]T) (operator T, blank predicate, err error) {
	names := append(slices.Sorted(maps.Keys(operators)), "blank", "notBlank")
	name, err := oneOf(object, "type", at, names...)
	switch {
	case err != nil:
	case name == "blank":
		blank = isBlank
	case name == "notBlank":
		blank = func(v any) bool { return !isBlank(v) }
	}
	return operators[name], blank, err
}

func isBlank(v any) bool {
	text, isText := v.(string)
	return v == nil || isText && strings.TrimSpace(text) == ""
}

// textOperators compare texts in lower case, as AG Grid does unless it is told
// otherwise. A blank value is the empty text: it differs from any other.
func textOperators() map[string]func(value, operand string) bool {
	return map[string]func(string, string) bool{
		"equals":      func(v, o string) bool { return v == o },
		"notEqual":    func(v, o string) bool { return v != o },
		"contains":    strings.Contains,
		"notContains": func(v, o string) bool { return !strings.Contains(v, o) },
		"startsWith":  strings.HasPrefix,
		"endsWith":    strings.HasSuffix,
	}
}

func parseText(object map[string]any, at string) (predicate, error) {
	operator, blank, err := operatorOf(object, at, textOperators())
	if err != nil || blank != nil {
		return blank, err
	}
	operand, ok := object["filter"].(string)
	if !ok {
		return nil, &Error{at + "/filter", "a string", describe(object["filter"])}
	}
	operand = strings.ToLower(operand)
	return func(v any) bool { return operator(strings.ToLower(textOf(v)), operand) }, nil
}

// textOf returns a value as the wire spells it.
func textOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v)
}

// interval is an operand of a comparison: a number, or the time of a date filter, where
// a date without a time is the whole day. The upper end is of inRange alone.
type interval[T any] struct {
	from, to T // to is after the last value that equals the operand
	upper    T
}

// comparisons are the operators of ordered values. A blank value matches none of them.
func comparisons[T any](compare func(a, b T) int, equal func(v T, i interval[T]) bool) map[string]func(v T, i interval[T]) bool {
	above := func(v T, i interval[T]) bool { return compare(v, i.from) > 0 && !equal(v, i) }
	below := func(v T, i interval[T]) bool { return compare(v, i.from) < 0 }
	return map[string]func(T, interval[T]) bool{
		"equals":             equal,
		"notEqual":           func(v T, i interval[T]) bool { return !equal(v, i) },
		"greaterThan":        above,
		"greaterThanOrEqual": func(v T, i interval[T]) bool { return !below(v, i) },
		"lessThan":           below,
		"lessThanOrEqual":    func(v T, i interval[T]) bool { return !above(v, i) },
		"inRange":            func(v T, i interval[T]) bool { return above(v, i) && compare(v, i.upper) < 0 },
	}
}

// matches returns the predicate of an operator on values of the type.
func matches[T any](operator func(v T, i interval[T]) bool, i interval[T]) predicate {
	return func(v any) bool {
		value, ok := v.(T)
		return ok && operator(value, i)
	}
}

func parseNumber(object map[string]any, at string) (predicate, error) {
	compare := func(a, b float64) int {
		switch {
		case a < b:
			return -1
		case a > b:
			return 1
		}
		return 0
	}
	operator, blank, err := operatorOf(object, at, comparisons(compare, func(v float64, i interval[float64]) bool { return v == i.from }))
	if err != nil || blank != nil {
		return blank, err
	}
	var i interval[float64]
	read := func(name string, into *float64) error {
		n, ok := object[name].(float64)
		if !ok {
			return &Error{at + "/" + name, "a number", describe(object[name])}
		}
		*into = n
		return nil
	}
	if err := read("filter", &i.from); err != nil {
		return nil, err
	}
	if object["type"] == "inRange" {
		err = read("filterTo", &i.upper)
	}
	return matches(operator, i), err
}

func parseDate(object map[string]any, at string) (predicate, error) {
	equal := func(v time.Time, i interval[time.Time]) bool { return !v.Before(i.from) && v.Before(i.to) }
	operator, blank, err := operatorOf(object, at, comparisons(time.Time.Compare, equal))
	if err != nil || blank != nil {
		return blank, err
	}
	var i interval[time.Time]
	if i.from, i.to, err = timeOf(object, "dateFrom", at); err != nil {
		return nil, err
	}
	if object["type"] == "inRange" {
		i.upper, _, err = timeOf(object, "dateTo", at)
	}
	return matches(operator, i), err
}

// timeOf reads a date, or a date with a time. AG Grid writes midnight for a day without
// a time, and no zone: that is UTC here.
func timeOf(object map[string]any, name, at string) (from, to time.Time, err error) {
	text, _ := object[name].(string)
	for _, layout := range []struct {
		form string
		unit time.Duration
	}{{time.DateOnly, 24 * time.Hour}, {time.DateOnly + " 00:00:00", 24 * time.Hour}, {time.DateTime, time.Second}, {time.RFC3339Nano, time.Millisecond}} {
		if t, err := time.Parse(layout.form, text); err == nil {
			return t.UTC(), t.UTC().Add(layout.unit), nil
		}
	}
	return from, to, &Error{at + "/" + name, `a date such as "2026-05-04" or "2026-05-04 09:00:00"`, describe(object[name])}
}

// parseSet reads a set of texts; null in it stands for blank values.
func parseSet(object map[string]any, at string) (predicate, error) {
	values, ok := object["values"].([]any)
	if !ok || len(values) > maxValues {
		return nil, &Error{at + "/values", fmt.Sprintf("an array of at most %d strings", maxValues), describe(object["values"])}
	}
	set, blanks := map[string]bool{}, false
	for i, v := range values {
		switch v := v.(type) {
		case nil:
			blanks = true
		case string:
			set[v] = true
		default:
			return nil, &Error{fmt.Sprintf("%s/values/%d", at, i), "a string or null", describe(v)}
		}
	}
	return func(v any) bool {
		if v == nil {
			return blanks
		}
		return set[textOf(v)]
	}, nil
}
