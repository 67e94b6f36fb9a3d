package steps

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/assay/conformance/internal/target"
	"example.com/assay/openapi"
)

// field is the check of one documented field of an assessment.
type field struct {
	name     string
	expected string
	valid    func(any) bool
	fixed    bool // never changes in the life of an assessment
}

// documentedFields returns the checks of the contract's fields of an assessment.
//
//nolint:gochecknoglobals // computed once from an embedded file, never changed
var documentedFields = sync.OnceValue(func() []field { return checksOf(openapi.AssessmentFields()) })

// taskFields is documentedFields of a task.
//
//nolint:gochecknoglobals // computed once from an embedded file, never changed
var taskFields = sync.OnceValue(func() []field { return checksOf(openapi.TaskFields()) })

// checksOf returns the checks of fields. An assumed type is not checked: the guide
// prints the field without one.
func checksOf(fields []openapi.Field) []field {
	var checks []field
	for _, f := range fields {
		c := field{name: f.Name, fixed: f.Fixed, expected: "a string", valid: isString}
		switch {
		case f.TypeAssumed:
			c.expected, c.valid = "anything, null included", func(any) bool { return true }
		case f.Format == "uuid" && f.Nullable:
			c.expected, c.valid = "a UUID or null", func(v any) bool { return v == nil || target.IsUUID(v) }
		case f.Format == "uuid":
			c.expected, c.valid = "a UUID", target.IsUUID
		case f.Format == "date-time":
			c.expected, c.valid = "a date-time (RFC 3339)", isDateTime
		case f.Type == "integer":
			c.expected, c.valid = "an integer", isInteger
		case f.Type == "object":
			c.expected, c.valid = "an object or null", isObjectOrNull
		}
		checks = append(checks, c)
	}
	return checks
}

func isInteger(v any) bool {
	n, ok := v.(json.Number)
	_, err := n.Int64()
	return ok && err == nil
}

func isObjectOrNull(v any) bool {
	_, ok := v.(map[string]any)
	return ok || v == nil
}

func isString(v any) bool {
	_, ok := v.(string)
	return ok
}

func isDateTime(v any) bool {
	s, ok := v.(string)
	_, err := time.Parse(time.RFC3339, s)
	return ok && err == nil
}

// fieldNames returns the names of the documented fields, without the exceptions.
func fieldNames(except ...string) []string {
	return fieldNamesOf(documentedFields(), except...)
}

func fieldNamesOf(fields []field, except ...string) []string {
	var names []string
	for _, f := range fields {
		if !slices.Contains(except, f.name) {
			names = append(names, f.name)
		}
	}
	return names
}

// fixedFields returns the names of the fields with a fixed value.
func fixedFields() []string {
	return slices.DeleteFunc(fieldNames(), func(name string) bool {
		return !slices.ContainsFunc(documentedFields(), func(f field) bool { return f.name == name && f.fixed })
	})
}

// lacking describes how a record falls short of the documented fields, a line for
// each field.
func lacking(r target.Record) []string { return lackingOf(r, documentedFields()) }

func lackingOf(r target.Record, fields []field) []string {
	var lines []string
	for _, f := range fields {
		switch v, there := r[f.name]; {
		case !there:
			lines = append(lines, fmt.Sprintf("no field %s (expected %s)", f.name, f.expected))
		case !f.valid(v):
			lines = append(lines, fmt.Sprintf("%s = %s (expected %s)", f.name, target.JSONText(v), f.expected))
		}
	}
	return lines
}

// extraFields lists the undocumented fields.
func extraFields(r target.Record) []string {
	known := fieldNames()
	var names []string
	for name := range r {
		if !slices.Contains(known, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// errorFields lists the four fields to explain the state Error.
func errorFields() []string {
	return []string{"error_message", "error_details", "error_step", "error_type"}
}

// isBlank reports whether a value explains nothing: null, or empty.
func isBlank(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}
