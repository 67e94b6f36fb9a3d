package layer

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Record is a JSON object.
type Record = map[string]any

// Edit changes an object.
type Edit func(r Record)

// StringOf returns a field, or nothing if it is not a string.
func StringOf(r Record, name string) string {
	s, _ := r[name].(string)
	return s
}

// IDOf returns the ID in lower case.
func IDOf(r Record) string { return strings.ToLower(StringOf(r, "id")) }

// Decode returns the JSON value with its numbers as they are, or nil if the text
// is not JSON.
func Decode(body []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return nil
	}
	return v
}

// Encode returns the JSON of a value from Decode, or of a value made of such ones.
func Encode(v any) string {
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
	case Record:
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
func recordsOf(v any) []Record {
	if r, ok := v.(Record); ok && r["id"] != nil {
		return []Record{r}
	}
	_, items := itemsOf(v)
	var found []Record
	for _, item := range items {
		if r, ok := item.(Record); ok {
			found = append(found, r)
		}
	}
	return found
}
