package contract

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Params are the parameters of a valid request, defaults included.
type Params struct {
	values []paramValue // few: a search is faster than a map
}

type paramValue struct {
	name string
	paramContent
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
func (p Params) String(name string) string { return p.lookup(name).text }

// Int returns the value of an integer parameter, 0 if it was not given and has no
// default.
func (p Params) Int(name string) int { return int(p.lookup(name).number) }

// Strings returns the texts of an array, none if it was not given.
func (p Params) Strings(name string) []string { return p.lookup(name).texts }

// QueryNames returns the names of the declared query parameters, sorted.
func (op *Operation) QueryNames() []string { return sortedKeys(op.query) }

// Given is what a request gives for parameters. PathValue returns the value of a path
// parameter in the normal form of the path, and PathSent as the client sent it; nil: as
// in the normal form.
type Given struct {
	PathValue func(name string) string
	PathSent  func(name string) string
	RawQuery  string
	Header    http.Header
}

// CheckParams checks the declared parameters, and returns every mismatch.
func (op *Operation) CheckParams(g Given) (Params, []Mismatch) {
	if len(op.params) == 0 {
		return Params{}, nil
	}
	params := Params{values: make([]paramValue, 0, len(op.params))}
	query, mismatches := op.parseQuery(g.RawQuery)
	for _, p := range op.params {
		given := p.lookup(g, query)
		switch {
		case len(given) > 0:
		case p.required:
			mismatches = append(mismatches, Mismatch{In: p.in, Parameter: p.name, Expected: p.expected, Got: "a request without it", Contract: p.pointer})
			continue
		case p.fallback == "":
			continue
		default:
			given = []string{p.fallback}
		}
		content, m := p.read(given, g)
		if m != nil {
			mismatches = append(mismatches, *m)
			continue
		}
		params.values = append(params.values, paramValue{p.name, content})
	}
	return params, mismatches
}

// lookup returns the values that the request gives: several for an array only.
func (p param) lookup(g Given, query url.Values) []string {
	values := query[p.name]
	switch p.in {
	case openapi3.ParameterInPath:
		return []string{g.PathValue(p.name)}
	case openapi3.ParameterInHeader:
		if values = g.Header.Values(p.name); len(values) > 1 {
			return []string{strings.Join(values, ", ")}
		}
	}
	if p.many || len(values) == 0 {
		return values
	}
	return values[:1]
}

// read returns the content of the parameter, or why it has none.
func (p param) read(given []string, g Given) (paramContent, *Mismatch) {
	m := &Mismatch{In: p.in, Parameter: p.name, Expected: p.expected, Contract: p.pointer}
	if p.many && len(given) > p.most {
		m.Expected, m.Got = fmt.Sprintf("it at most %d times", p.most), fmt.Sprintf("it %d times", len(given))
		return paramContent{}, m
	}
	var all paramContent
	for _, raw := range given {
		content, valid := p.parse(raw)
		if !valid {
			if p.in == openapi3.ParameterInPath && g.PathSent != nil {
				raw = g.PathSent(p.name)
			}
			m.Got = quoted(raw)
			return paramContent{}, m
		}
		if !p.many {
			return content, nil
		}
		all.texts = append(all.texts, content.text)
	}
	return all, nil
}

func (op *Operation) parseQuery(rawQuery string) (url.Values, []Mismatch) {
	if rawQuery == "" {
		return nil, nil
	}
	query, err := url.ParseQuery(rawQuery)
	var mismatches []Mismatch
	if err != nil {
		mismatches = append(mismatches, Mismatch{In: "query", Expected: "name=value pairs, percent-encoded and separated by &", Got: quoted(rawQuery)})
	}
	for _, name := range sortedKeys(query) {
		if n := len(query[name]); n > 1 && op.takesOne(name) {
			mismatches = append(mismatches, Mismatch{In: "query", Parameter: name, Expected: "the parameter once", Got: fmt.Sprintf("it %d times", n)})
		}
	}
	return query, mismatches
}

// takesOne reports whether the query parameter is declared, and is no array.
func (op *Operation) takesOne(name string) bool {
	return slices.ContainsFunc(op.params, func(p param) bool { return p.in == openapi3.ParameterInQuery && p.name == name && !p.many })
}

// UndeclaredQuery returns a mismatch for each undeclared query parameter.
func (op *Operation) UndeclaredQuery(rawQuery string) []Mismatch {
	if rawQuery == "" {
		return nil
	}
	expected := "no query parameter"
	if len(op.query) > 0 {
		expected = "one of " + strings.Join(op.QueryNames(), ", ")
	}
	var mismatches []Mismatch
	query, _ := url.ParseQuery(rawQuery) // CheckParams reports an invalid query
	for _, name := range sortedKeys(query) {
		if !op.query[name] {
			mismatches = append(mismatches, Mismatch{
				In: "query", Parameter: name, Expected: expected, Got: quoted(name), Contract: op.Pointer + "/parameters",
				Undeclared: true,
			})
		}
	}
	return mismatches
}
