package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

const (
	jsonType = "application/json"

	// maxDepth is how deep the JSON of a request may nest: far more than the
	// contract needs, far less than a stack holds.
	maxDepth = 100
)

// ErrMediaType says that a body came in a media type that the operation does
// not take: the answer is 415, if the contract has it, rather than 400.
var ErrMediaType = errors.New("unsupported media type")

// CheckBody checks a request body against the document, all of it. The error is
// ErrMediaType if the content type is not the operation's.
func (op *Operation) CheckBody(contentType string, body []byte) ([]Mismatch, error) {
	_, mismatches, err := op.ReadBody(contentType, body)
	return mismatches, err
}

// ReadBody is CheckBody, and returns what was checked as encoding/json reads it:
// a second decoder may see something else than the contract did.
func (op *Operation) ReadBody(contentType string, body []byte) (any, []Mismatch, error) {
	if op.body == nil {
		return nil, nil, fmt.Errorf("operation %s declares no body", op.id)
	}
	if media, _, err := mime.ParseMediaType(contentType); err != nil || media != jsonType {
		m := Mismatch{In: "header", Parameter: "Content-Type", Expected: jsonType, Got: quoted(contentType), Contract: op.pointer + "/requestBody/content"}
		return nil, []Mismatch{m}, ErrMediaType
	}
	value, mismatch := decode(body)
	if mismatch != nil {
		mismatch.Contract = op.pointer + "/requestBody"
		return nil, []Mismatch{*mismatch}, nil
	}
	mismatches := visit(op.body.Schema.Value, value, op.contract.requestOptions())
	for i := range mismatches {
		mismatches[i].Contract = op.BodyPointer(mismatches[i].Pointer)
	}
	return value, mismatches, nil
}

// decode reads one JSON value and nothing after it.
func decode(body []byte) (any, *Mismatch) {
	broken := func(got string) *Mismatch {
		return &Mismatch{In: "body", Expected: "one JSON value", Got: got}
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, broken("an empty body")
	}
	if deep(body) {
		return nil, broken(fmt.Sprintf("JSON nested deeper than %d levels", maxDepth))
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, broken(fmt.Sprintf("%s (byte %d)%s", err, offsetOf(err, decoder), eaten(body)))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, broken(fmt.Sprintf("more after the value (byte %d)", decoder.InputOffset()))
	}
	return value, nil
}

func offsetOf(err error, decoder *json.Decoder) int64 {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return syntax.Offset
	}
	return decoder.InputOffset()
}

// eaten recognizes JSON whose quotes a shell has taken, as it does with a body
// in double quotes.
func eaten(body []byte) string {
	if body = bytes.TrimSpace(body); len(body) > 1 && body[0] == '{' && !bytes.ContainsRune(body, '"') && body[1] != '}' {
		return `; there is no double quote in it: in a shell, put the body in single quotes`
	}
	return ""
}

// deep reports whether the brackets outside of strings nest deeper than maxDepth.
func deep(body []byte) bool {
	depth, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if depth > maxDepth {
			return true
		}
	}
	return false
}

// visit asks kin-openapi, and turns its answer into mismatches.
func visit(schema *openapi3.Schema, value any, options []openapi3.SchemaValidationOption) []Mismatch {
	err := schema.VisitJSON(value, options...)
	if err == nil {
		return nil
	}
	var mismatches []Mismatch
	flatten(err, func(e *openapi3.SchemaError) {
		mismatches = append(mismatches, mismatchOf(e))
	})
	if len(mismatches) == 0 {
		mismatches = append(mismatches, Mismatch{In: "body", Expected: describe(schema), Got: err.Error()})
	}
	return mismatches
}

func flatten(err error, add func(*openapi3.SchemaError)) {
	if many, ok := errors.AsType[openapi3.MultiError](err); ok {
		for _, e := range many {
			flatten(e, add)
		}
		return
	}
	if one, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		add(one)
	}
}

func mismatchOf(e *openapi3.SchemaError) Mismatch {
	segments := e.JSONPointer()
	m := Mismatch{In: "body", Pointer: pointer(segments), Expected: describe(e.Schema), Got: told(e.Value)}
	if e.SchemaField == "required" && len(segments) > 0 {
		name := segments[len(segments)-1]
		m.Expected = "the property " + quoted(name)
		if p := e.Schema.Properties[name]; p != nil {
			m.Expected += ", " + describe(p.Value)
		}
		m.Got = "an object without it"
	}
	if m.Expected == "" {
		m.Expected = strings.TrimSpace(e.Reason)
	}
	return m
}
