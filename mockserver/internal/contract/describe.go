package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/assay/internal/text"
)

// quoted returns the input as a Go string literal. It shortens a long one, so that a
// message repeats neither control characters nor a megabyte of a body.
func quoted(s string) string {
	const limit = 100 // bytes
	if len(s) <= limit {
		return strconv.Quote(s)
	}
	start := text.Prefix(s, limit)
	return fmt.Sprintf("%q and %d bytes more", start, len(s)-len(start))
}

// describe describes the values that a schema accepts.
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
	return "a value that the contract's schema allows"
}

// describeValue describes a JSON value.
func describeValue(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "the string " + quoted(v)
	case float64, json.Number:
		return fmt.Sprintf("the number %v", v)
	case bool:
		return fmt.Sprintf("the boolean %v", v)
	case map[string]any:
		return "an object"
	case []any:
		return "an array"
	}
	return fmt.Sprintf("a value of type %T", v)
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

func sortedKeys[V any, M ~map[string]V](m M) []string { return slices.Sorted(maps.Keys(m)) }
