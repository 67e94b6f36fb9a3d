package mutants

import (
	"slices"
	"strings"
	"time"

	"example.com/assay/openapi"

	"example.com/assay/conformance/internal/layer"
)

type (
	exchange = layer.Exchange
	response = layer.Response
	record   = layer.Record
	edit     = layer.Edit
	reaction = layer.Reaction
)

func drop(field string) edit { return func(r record) { delete(r, field) } }

func set(field string, v any) edit { return func(r record) { r[field] = v } }

// lastDigitOff changes the last digit of an ID.
func lastDigitOff(field string) edit {
	return func(r record) { r[field] = otherID(layer.StringOf(r, field)) }
}

// otherID returns the ID with another last digit.
func otherID(id string) string {
	if id == "" {
		return id
	}
	last := "0"
	if strings.HasSuffix(id, "0") {
		last = "1"
	}
	return id[:len(id)-1] + last
}

// secondLater adds a second to a date-time.
func secondLater(field string) edit {
	return func(r record) {
		if t, err := time.Parse(time.RFC3339Nano, layer.StringOf(r, field)); err == nil {
			r[field] = t.Add(time.Second).Format(time.RFC3339Nano)
		}
	}
}

func renameState(from, to string) edit { return when(inState(from), set("workflow_state", to)) }

func setErrorFields(v any) edit {
	return func(r record) {
		for _, f := range openapi.AssessmentFields() {
			if strings.HasPrefix(f.Name, "error_") {
				r[f.Name] = v
			}
		}
	}
}

// restore returns fields to their values in another record.
func restore(was record, fields ...string) edit {
	return func(r record) {
		for _, name := range fields {
			if v, found := was[name]; found {
				r[name] = v
			}
		}
	}
}

func when(is func(record) bool, change edit) edit {
	return func(r record) {
		if is(r) {
			change(r)
		}
	}
}

func not(is func(record) bool) func(record) bool { return func(r record) bool { return !is(r) } }

func inState(state string) func(record) bool {
	return func(r record) bool { return layer.StringOf(r, "workflow_state") == state }
}

func isCancelled(r record) bool { return inState("Cancelled")(r) }

// without removes items.
func without(is func(record) bool) func([]record) []record {
	return func(items []record) []record { return slices.DeleteFunc(items, is) }
}
