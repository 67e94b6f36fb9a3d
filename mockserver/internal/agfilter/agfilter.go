// Package agfilter reads the filter models of AG Grid, which the search for tasks
// takes, and matches resources against them.
//
// Begin with [Parse]. The guides print the text and the number operators and the joined
// form; the forms of set and date filters, and what a blank value means, are AG Grid's
// own (https://www.ag-grid.com/javascript-data-grid/filter-api/).
package agfilter

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Limits of a model, above what a grid sends.
const (
	maxFields     = 64
	maxConditions = 64
	maxValues     = 10_000
)

// Filter is a parsed model. The zero value matches everything.
type Filter struct{ fields []field }

type field struct {
	name  string
	match predicate
}

// predicate decides about the value of one field. A blank value is nil.
type predicate func(value any) bool

// Error is a violation of the form of a filter model.
type Error struct {
	Pointer  string // JSON pointer (RFC 6901) into the model
	Expected string
	Got      string
}

// Error describes the violation.
func (e *Error) Error() string {
	return fmt.Sprintf("filter model %s: expected %s, got %s", e.Pointer, e.Expected, e.Got)
}

// Parse reads a model as encoding/json decodes it; nil matches everything. A field may
// have any name, because the guides name fields that a task lacks. An error is an
// [*Error].
func Parse(model any) (Filter, error) {
	if model == nil {
		return Filter{}, nil
	}
	object, err := objectOf(model, "")
	if err != nil {
		return Filter{}, err
	}
	if len(object) > maxFields {
		return Filter{}, &Error{"", fmt.Sprintf("at most %d fields", maxFields), strconv.Itoa(len(object))}
	}
	var f Filter
	for _, name := range slices.Sorted(maps.Keys(object)) {
		match, err := parseField(object[name], "/"+escape(name))
		if err != nil {
			return Filter{}, err
		}
		f.fields = append(f.fields, field{name, match})
	}
	return f, nil
}

// Match reports whether a resource matches on all fields of the model. The function
// returns the value of a field: a string, a float64, a time.Time, or nil if it is
// blank.
func (f Filter) Match(value func(name string) any) bool {
	for _, field := range f.fields {
		if !field.match(value(field.name)) {
			return false
		}
	}
	return true
}

// parseField reads the condition of one field, or several that an operator joins.
func parseField(model any, at string) (predicate, error) {
	object, err := objectOf(model, at)
	if err != nil {
		return nil, err
	}
	if _, joined := object["operator"]; !joined {
		return parseCondition(object, object["filterType"], at)
	}
	operator, err := oneOf(object, "operator", at, "AND", "OR")
	if err != nil {
		return nil, err
	}
	conditions, ok := object["conditions"].([]any)
	if !ok || len(conditions) == 0 || len(conditions) > maxConditions {
		return nil, &Error{at + "/conditions", fmt.Sprintf("an array of 1 to %d conditions", maxConditions), describe(object["conditions"])}
	}
	all := make([]predicate, len(conditions))
	for i, c := range conditions {
		at := fmt.Sprintf("%s/conditions/%d", at, i)
		condition, err := objectOf(c, at)
		if err != nil {
			return nil, err
		}
		if all[i], err = parseCondition(condition, object["filterType"], at); err != nil {
			return nil, err
		}
	}
	return join(operator, all), nil
}

func join(operator string, all []predicate) predicate {
	if operator == "OR" {
		return func(v any) bool { return slices.ContainsFunc(all, func(p predicate) bool { return p(v) }) }
	}
	return func(v any) bool { return !slices.ContainsFunc(all, func(p predicate) bool { return !p(v) }) }
}

// parseCondition reads one condition. One of a joined form may leave its filterType to
// the form.
func parseCondition(object map[string]any, filterType any, at string) (predicate, error) {
	if _, own := object["filterType"]; !own {
		object = maps.Clone(object)
		object["filterType"] = filterType
	}
	name, err := oneOf(object, "filterType", at, slices.Sorted(maps.Keys(filterTypes()))...)
	if err != nil {
		return nil, err
	}
	return filterTypes()[name](object, at)
}

// filterTypes is the one table of filter types.
func filterTypes() map[string]func(object map[string]any, at string) (predicate, error) {
	return map[string]func(map[string]any, string) (predicate, error){"text": parseText, "number": parseNumber, "date": parseDate, "set": parseSet}
}

func objectOf(v any, at string) (map[string]any, error) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, &Error{at, "an object", describe(v)}
	}
	return object, nil
}

func oneOf(object map[string]any, name, at string, allowed ...string) (string, error) {
	value, ok := object[name].(string)
	if !ok || !slices.Contains(allowed, value) {
		return "", &Error{at + "/" + name, "one of " + strings.Join(allowed, ", "), describe(object[name])}
	}
	return value, nil
}

// describe returns a value in words, cut to a length that fits a message.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null or nothing"
	case string:
		return fmt.Sprintf("%.40q", v)
	case float64, bool:
		return fmt.Sprint(v)
	case []any:
		return fmt.Sprintf("an array of %d", len(v))
	}
	return "an object"
}

func escape(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }
