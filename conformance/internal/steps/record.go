package steps

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/openapi"
)

// Record is a JSON object as it came, numbers untouched.
type Record map[string]any

// field is the check of one documented field of an assessment.
type field struct {
	name     string
	expected string
	valid    func(any) bool
	identity bool // never changes in an assessment's life
}

// documentedFields returns the checks of the contract's fields. An assumed type is
// not checked: the guide prints the field without one.
//
//nolint:gochecknoglobals // computed once from an embedded file, never changed
var documentedFields = sync.OnceValue(func() []field {
	var checks []field
	for _, f := range openapi.AssessmentFields() {
		check := field{name: f.Name, identity: f.Fixed, expected: "a string", valid: isString}
		switch {
		case f.TypeAssumed:
			check.expected, check.valid = "anything, null included", always
		case f.Format == "uuid" && f.Nullable:
			check.expected, check.valid = "a UUID or null", isUUIDOrNull
		case f.Format == "uuid":
			check.expected, check.valid = "a UUID", isUUID
		case f.Format == "date-time":
			check.expected, check.valid = "a date-time (RFC 3339)", isDateTime
		}
		checks = append(checks, check)
	}
	return checks
})

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func isUUID(v any) bool {
	s, ok := v.(string)
	return ok && uuidPattern.MatchString(s)
}

func isUUIDOrNull(v any) bool { return v == nil || isUUID(v) }

func isDateTime(v any) bool {
	s, ok := v.(string)
	if !ok {
		return false
	}
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

func isString(v any) bool {
	_, ok := v.(string)
	return ok
}

func always(any) bool { return true }

// decodeRecord reads a body that should be one JSON object.
func decodeRecord(e *client.Exchange) (Record, error) {
	v, err := decodeValues(e.Body, maxRecordValues)
	if err != nil {
		return nil, fmt.Errorf("expected a JSON object, got %s (%w)", e.Got(), err)
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("expected a JSON object, got %s", e.Got())
	}
	return object, nil
}

// JSON from a target that nests deeper, or holds more values, is refused: each
// value takes many times the room that it has in the body.
const (
	maxDepth        = 100
	maxValues       = 30_000 // a list of 2,000 assessments has 28,000
	maxRecordValues = 2000   // an assessment has 13
)

func decodeJSON(body []byte) (any, error) { return decodeValues(body, maxValues) }

func decodeValues(body []byte, limit int) (any, error) {
	if n := bytes.Count(body, []byte(",")) + bytes.Count(body, []byte(":")); n > 2*limit {
		return nil, fmt.Errorf("JSON with more than %d values", limit)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, fmt.Errorf("more after the first JSON value, at byte %d", decoder.InputOffset())
	}
	if nestsDeeper(v, maxDepth) {
		return nil, fmt.Errorf("JSON nested deeper than %d levels", maxDepth)
	}
	return v, nil
}

func nestsDeeper(v any, limit int) bool {
	if limit == 0 {
		return true
	}
	deeper := func(child any) bool { return nestsDeeper(child, limit-1) }
	switch v := v.(type) {
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), deeper)
	case []any:
		return slices.ContainsFunc(v, deeper)
	}
	return false
}

// maxID is how long an ID can be and still be taken for one.
const maxID = 200

// text returns a field that is a string, "" if it is anything else.
func (r Record) text(name string) string {
	s, _ := r[name].(string)
	return s
}

func (r Record) id() string {
	if id := r.text("id"); len(id) <= maxID {
		return id
	}
	return ""
}

func (r Record) state() string { return r.text("workflow_state") }

// lacks says how the record falls short of the documented fields, one line a field.
func (r Record) lacks() []string {
	var lines []string
	for _, f := range documentedFields() {
		switch v, there := r[f.name]; {
		case !there:
			lines = append(lines, fmt.Sprintf("no field %s (expected %s)", f.name, f.expected))
		case !f.valid(v):
			lines = append(lines, fmt.Sprintf("%s = %s (expected %s)", f.name, jsonText(v), f.expected))
		}
	}
	return lines
}

// extras lists the fields that no guide prints.
func (r Record) extras() []string {
	known := map[string]bool{}
	for _, f := range documentedFields() {
		known[f.name] = true
	}
	var names []string
	for name := range r {
		if !known[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// differs lists the documented fields in which two records differ, but for the
// fields that may.
func (r Record) differs(from Record, except ...string) []string {
	var lines []string
	for _, f := range documentedFields() {
		if !slices.Contains(except, f.name) {
			lines = append(lines, r.compare(from, f.name)...)
		}
	}
	return lines
}

func (r Record) compare(from Record, name string) []string {
	was, had := from[name]
	is, has := r[name]
	switch {
	case had && !has:
		return []string{fmt.Sprintf("%s is gone (was %s)", name, jsonText(was))}
	case !had && has:
		return []string{fmt.Sprintf("%s = %s (was not there)", name, jsonText(is))}
	case !reflect.DeepEqual(was, is):
		return []string{fmt.Sprintf("%s = %s (was %s)", name, jsonText(is), jsonText(was))}
	}
	return nil
}

// errorFields lists the four fields that are to be read in state Error.
func errorFields() []string {
	return []string{"error_message", "error_details", "error_step", "error_type"}
}

// saysNothing reports whether a value explains nothing: null, or empty.
func saysNothing(v any) bool {
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

const maxJSONText = 200

func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if len(b) > maxJSONText {
		return strings.ToValidUTF8(string(b[:maxJSONText]), "") + "…"
	}
	return string(b)
}
