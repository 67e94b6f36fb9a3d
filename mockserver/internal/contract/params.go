package contract

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// param is one declared parameter, compiled.
type param struct {
	name     string
	in       string
	required bool
	expected string // in words
	fallback string // the default, as it would stand in a query
	pointer  string // JSON pointer into the document
	parse    func(raw string) (paramContent, bool)
}

// Params are the parameters of a request that keeps the contract, defaults
// included.
type Params struct {
	values []paramValue // few, so that a search is faster than a map
}

type paramValue struct {
	name string
	paramContent
}

// paramContent is the content of a parameter, by its type.
type paramContent struct {
	text   string
	number int64
}

func (p Params) lookup(name string) paramContent {
	for i := range p.values {
		if p.values[i].name == name {
			return p.values[i].paramContent
		}
	}
	return paramContent{}
}

// String returns the text of a string parameter, "" if it was not given.
func (p Params) String(name string) string {
	return p.lookup(name).text
}

// Int returns the value of an integer parameter, 0 if it was not given and has
// no default.
func (p Params) Int(name string) int {
	return int(p.lookup(name).number)
}

// compileParam turns a declaration into a check, and refuses what it would not
// enforce.
func compileParam(p *openapi3.Parameter, formats []openapi3.SchemaValidationOption) (param, error) {
	fail := func(what string) (param, error) {
		return param{}, fmt.Errorf("parameter %s: %s", p.Name, what)
	}
	switch {
	case p.In != openapi3.ParameterInPath && p.In != openapi3.ParameterInQuery:
		return fail("expected it in the path or the query, got " + p.In)
	case p.Schema == nil || p.Style != "" || p.Explode != nil || p.AllowReserved || p.AllowEmptyValue:
		return fail("expected a schema and the default style")
	case p.Schema.Value.Type == nil || len(*p.Schema.Value.Type) != 1 || p.Schema.Value.Nullable:
		return fail("expected one type that is not nullable")
	}
	schema := p.Schema.Value
	compiled := param{name: p.Name, in: p.In, required: p.Required, fallback: fmt.Sprint(orEmpty(schema.Default))}
	compiled.expected = describe(schema)
	switch {
	case schema.Type.Is(openapi3.TypeInteger):
		compiled.parse = parseInteger(schema, formats)
	case schema.Type.Is(openapi3.TypeString):
		compiled.parse = parseString(schema, formats)
	default:
		return fail("expected a string or an integer, got " + fmt.Sprint(*schema.Type))
	}
	return compiled, nil
}

func orEmpty(v any) any {
	if v == nil {
		return ""
	}
	return v
}

// parseInteger accepts what kin-openapi accepts: the schema itself is asked,
// the reading of the digits is ours.
func parseInteger(schema *openapi3.Schema, formats []openapi3.SchemaValidationOption) func(string) (paramContent, bool) {
	return func(raw string) (paramContent, bool) {
		n, err := strconv.ParseInt(raw, 10, 64)
		if err != nil || schema.VisitJSON(n, formats...) != nil {
			return paramContent{}, false
		}
		return paramContent{number: n}, true
	}
}

func parseString(schema *openapi3.Schema, formats []openapi3.SchemaValidationOption) func(string) (paramContent, bool) {
	if isPlainUUID(schema) {
		return func(raw string) (paramContent, bool) { return paramContent{text: raw}, isUUID(raw) }
	}
	return func(raw string) (paramContent, bool) {
		return paramContent{text: raw}, schema.VisitJSON(raw, formats...) == nil
	}
}

// isPlainUUID reports whether the schema asks for a UUID and nothing else, which is
// checked for every request, and so not by asking kin-openapi every time.
func isPlainUUID(s *openapi3.Schema) bool {
	return s.Format == "uuid" && s.Pattern == "" && s.MinLength == 0 && s.MaxLength == nil && len(s.Enum) == 0 &&
		len(s.AllOf)+len(s.AnyOf)+len(s.OneOf) == 0 && s.Not == nil
}

// isUUID accepts what the format uuid of package openapi accepts.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case '0' <= c && c <= '9', 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
		default:
			return false
		}
	}
	return true
}

// CheckParams checks the path and the query against the declared parameters.
// pathValue returns the unescaped value of a path parameter. All mismatches are
// reported. Undeclared query parameters are left to [Operation.UndeclaredQuery].
func (op *Operation) CheckParams(pathValue func(name string) string, rawQuery string) (Params, []Mismatch) {
	if len(op.params) == 0 {
		return Params{}, nil
	}
	params := Params{values: make([]paramValue, 0, len(op.params))}
	query, mismatches := op.parseQuery(rawQuery)
	for _, p := range op.params {
		raw, given := p.lookup(pathValue, query)
		if !given && !p.required && p.fallback == "" {
			continue
		}
		if !given {
			raw = p.fallback
		}
		value, ok := p.parse(raw)
		if !ok {
			mismatches = append(mismatches, Mismatch{In: p.in, Parameter: p.name, Expected: p.expected, Got: quoted(raw), Contract: p.pointer})
			continue
		}
		params.values = append(params.values, paramValue{p.name, value})
	}
	return params, mismatches
}

func (p param) lookup(pathValue func(string) string, query url.Values) (string, bool) {
	if p.in == openapi3.ParameterInPath {
		return pathValue(p.name), true
	}
	values, given := query[p.name]
	if !given {
		return "", false
	}
	return values[0], true
}

// parseQuery reads the query only if something is declared in it, or something
// stands in it.
func (op *Operation) parseQuery(rawQuery string) (url.Values, []Mismatch) {
	if rawQuery == "" {
		return nil, nil
	}
	query, err := url.ParseQuery(rawQuery)
	var mismatches []Mismatch
	if err != nil {
		mismatches = append(mismatches, Mismatch{In: "query", Expected: "name=value pairs, percent-encoded and parted by &", Got: quoted(rawQuery)})
	}
	for _, name := range sortedKeys(query) {
		if n := len(query[name]); op.query[name] && n > 1 {
			mismatches = append(mismatches, Mismatch{In: "query", Parameter: name, Expected: "the parameter once", Got: fmt.Sprintf("it %d times", n)})
		}
	}
	return query, mismatches
}

// UndeclaredQuery reports the query parameters that the document does not
// declare, with the nearest declared name.
func (op *Operation) UndeclaredQuery(rawQuery string) []Mismatch {
	if rawQuery == "" {
		return nil
	}
	var mismatches []Mismatch
	query, _ := url.ParseQuery(rawQuery) // a query that cannot be read is a mismatch of CheckParams
	for _, name := range sortedKeys(query) {
		if !op.query[name] {
			mismatches = append(mismatches, Mismatch{
				In: "query", Parameter: name, Expected: op.declaredQuery(), Got: quoted(name), Contract: op.pointer + "/parameters",
				Undeclared: true,
			})
		}
	}
	return mismatches
}

func (op *Operation) declaredQuery() string {
	if len(op.query) == 0 {
		return "no query parameter"
	}
	return "one of " + strings.Join(sortedKeys(op.query), ", ")
}
