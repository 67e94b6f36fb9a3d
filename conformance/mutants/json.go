package mutants

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"example.com/assay/openapi"
)

// record is a JSON object.
type record = map[string]any

// edit changes an object.
type edit func(r record)

// stringOf returns a field, or nothing if it is not a string.
func stringOf(r record, name string) string {
	s, _ := r[name].(string)
	return s
}

func idOf(r record) string { return strings.ToLower(stringOf(r, "id")) }

// decode returns the JSON value with its numbers as they are, or nil if the text
// is not JSON.
func decode(body []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return nil
	}
	return v
}

// encode returns the JSON of a value that decode returned, or that is made of
// such values.
func encode(v any) string {
	body, err := json.Marshal(v)
	if err != nil {
		return "" // decoded values can be encoded
	}
	return string(body)
}

// itemsOf returns the items of a list, and the field that holds them: the first
// array of an object, or none if the list is an array.
func itemsOf(v any) (field string, items []any) {
	switch v := v.(type) {
	case []any:
		return "", v
	case record:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if items, ok := v[name].([]any); ok {
				return name, items
			}
		}
	}
	return "", nil
}

// recordsOf returns the object itself if it has an ID, or else the objects of the
// list.
func recordsOf(v any) []record {
	if r, ok := v.(record); ok && r["id"] != nil {
		return []record{r}
	}
	_, items := itemsOf(v)
	var found []record
	for _, item := range items {
		if r, ok := item.(record); ok {
			found = append(found, r)
		}
	}
	return found
}

// object returns the request's body if it is an object, or nil.
func (x *exchange) object() record {
	r, _ := decode(x.body).(record)
	return r
}

// object returns the body if it is an object with an ID, or nil.
func (a *response) object() record {
	r, _ := decode(a.body).(record)
	if r["id"] == nil {
		return nil
	}
	return r
}

func (a *response) records() []record { return recordsOf(decode(a.body)) }

// set replaces the body.
func (a *response) set(v any) {
	a.body = []byte(encode(v))
	a.header.Del("Content-Length")
}

// edit changes each object of a successful response.
func (a *response) edit(change edit) {
	v := decode(a.body)
	if !a.ok() || v == nil {
		return
	}
	for _, r := range recordsOf(v) {
		change(r)
	}
	a.set(v)
}

// editItems replaces the items of a successful list. The counts around them stay.
func (a *response) editItems(change func(items []record) []record) {
	v := decode(a.body)
	if !a.ok() || v == nil {
		return
	}
	items := append([]record{}, change(recordsOf(v))...)
	if envelope, ok := v.(record); ok {
		if field, _ := itemsOf(v); field != "" {
			envelope[field] = items
		}
		a.set(envelope)
		return
	}
	a.set(items)
}

func drop(field string) edit { return func(r record) { delete(r, field) } }

func set(field string, v any) edit { return func(r record) { r[field] = v } }

// lastDigitOff changes the last digit of an ID.
func lastDigitOff(field string) edit {
	return func(r record) { r[field] = otherID(stringOf(r, field)) }
}

// otherID returns an ID that differs in its last digit.
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
		if t, err := time.Parse(time.RFC3339Nano, stringOf(r, field)); err == nil {
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
	return func(r record) bool { return stringOf(r, "workflow_state") == state }
}

func isCancelled(r record) bool { return inState("Cancelled")(r) }

// without removes items.
func without(is func(record) bool) func([]record) []record {
	return func(items []record) []record { return slices.DeleteFunc(items, is) }
}
