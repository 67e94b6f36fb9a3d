package contract

import (
	"fmt"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/assay/openapi"
)

// param is a compiled parameter.
type param struct {
	name     string
	in       string
	required bool
	expected string // in words
	fallback string // the default, as in a query
	many     bool   // an array: the parameter may be repeated
	most     int    // how often, at most
	pointer  string // JSON pointer into the document
	parse    func(raw string) (content paramContent, valid bool)
}

// paramContent is the content of a parameter, by its type.
type paramContent struct {
	text   string
	number int64
	texts  []string // of an array
}

// compileParam compiles a declaration, or refuses one that it could not enforce.
func compileParam(p *openapi3.Parameter, formats []openapi3.SchemaValidationOption) (param, error) {
	fail := func(problem string) (param, error) {
		return param{}, fmt.Errorf("parameter %s: %s", p.Name, problem)
	}
	switch {
	case p.In != openapi3.ParameterInPath && p.In != openapi3.ParameterInQuery && p.In != openapi3.ParameterInHeader:
		return fail("unsupported in " + p.In + "; use path, query or header")
	case p.Schema == nil || p.Style != "" || p.Explode != nil || p.AllowReserved || p.AllowEmptyValue:
		return fail("unsupported; use a schema and the default style")
	case p.Schema.Value.Type == nil || len(*p.Schema.Value.Type) != 1 || p.Schema.Value.Nullable:
		return fail("unsupported; use one type that is not nullable")
	}
	schema := p.Schema.Value
	compiled := param{name: p.Name, in: p.In, required: p.Required}
	if schema.Type.Is(openapi3.TypeArray) {
		if p.In != openapi3.ParameterInQuery || !schema.Items.Value.Type.Is(openapi3.TypeString) || schema.MaxItems == nil || schema.Default != nil {
			return fail("unsupported array; use strings in the query, with maxItems and without a default")
		}
		compiled.many, compiled.most = true, int(*schema.MaxItems) //nolint:gosec // far below the limit
		schema = schema.Items.Value
	}
	compiled.expected = describe(schema)
	if schema.Default != nil {
		compiled.fallback = fmt.Sprint(schema.Default)
	}
	valid := func(v any) bool { return schema.VisitJSON(v, formats...) == nil }
	switch {
	case schema.Type.Is(openapi3.TypeInteger):
		compiled.parse = func(raw string) (paramContent, bool) {
			n, err := strconv.ParseInt(raw, 10, 64)
			return paramContent{number: n}, err == nil && valid(n)
		}
	case isPlainUUID(schema):
		compiled.parse = func(raw string) (paramContent, bool) { return paramContent{text: raw}, openapi.IsUUID(raw) }
	case schema.Type.Is(openapi3.TypeString):
		compiled.parse = func(raw string) (paramContent, bool) { return paramContent{text: raw}, valid(raw) }
	default:
		return fail("unsupported type; use a string or an integer")
	}
	return compiled, nil
}

// isPlainUUID reports whether the schema asks for a UUID and nothing else. Every
// request has one; kin-openapi would be slow.
func isPlainUUID(s *openapi3.Schema) bool {
	return s.Type.Is(openapi3.TypeString) && s.Format == "uuid" && s.Pattern == "" && s.MinLength == 0 && s.MaxLength == nil && len(s.Enum) == 0 &&
		len(s.AllOf)+len(s.AnyOf)+len(s.OneOf) == 0 && s.Not == nil
}
