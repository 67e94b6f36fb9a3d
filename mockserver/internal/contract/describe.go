package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// maxEcho is how much of a caller's input a message repeats, in bytes.
const maxEcho = 100

// quoted returns the input as a Go string literal, cut to a readable length, so
// that no message carries control characters or a megabyte of a request body.
func quoted(s string) string {
	if len(s) <= maxEcho {
		return strconv.Quote(s)
	}
	cut := maxEcho
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strconv.Quote(s[:cut]) + fmt.Sprintf(" and %d bytes more", len(s)-cut)
}

// describe says in words what a schema asks for.
func describe(schema *openapi3.Schema) string {
	switch {
	case len(schema.Enum) > 0:
		return "one of " + strings.Trim(fmt.Sprint(schema.Enum), "[]")
	case schema.Format == "uuid":
		return "a UUID (RFC 9562) such as 497f6eca-6276-4993-bfeb-53cbbbba6f08"
	case schema.Format == "date-time":
		return "a date-time (RFC 3339) such as 2019-08-24T14:15:22Z"
	case schema.Type.Is(openapi3.TypeInteger) && schema.Min != nil && schema.Max != nil:
		return fmt.Sprintf("an integer from %.0f to %.0f", *schema.Min, *schema.Max)
	case schema.Type != nil && len(*schema.Type) > 0:
		return "JSON of type " + strings.Join(*schema.Type, " or ")
	}
	return "what the schema of the contract allows"
}

// told says in words what a JSON value is.
func told(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "the string " + quoted(v)
	case float64, json.Number, bool:
		return "the " + kind(v) + " " + fmt.Sprint(v)
	case map[string]any:
		return "an object"
	case []any:
		return "an array"
	}
	return fmt.Sprintf("a value of type %T", v)
}

func kind(v any) string {
	if _, ok := v.(bool); ok {
		return "boolean"
	}
	return "number"
}

// pointer joins the segments to a JSON pointer (RFC 6901).
func pointer(segments []string) string {
	var b strings.Builder
	for _, s := range segments {
		b.WriteByte('/')
		b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(s))
	}
	return b.String()
}

func sortedKeys[V any, M ~map[string]V](m M) []string {
	return slices.Sorted(maps.Keys(m))
}
