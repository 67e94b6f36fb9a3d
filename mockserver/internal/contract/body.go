package contract

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// ErrMediaType means that the operation does not accept the media type or the content
// coding of a body.
var ErrMediaType = errors.New("unsupported media type")

// BodyPointer returns the JSON pointer into the document for a pointer into the
// body.
func (op *Operation) BodyPointer(place string) string {
	base := op.Pointer + "/requestBody/content/" + strings.ReplaceAll(jsonType, "/", "~1") + "/schema"
	if op.body.Schema.Ref != "" {
		base = strings.TrimPrefix(op.body.Schema.Ref, "#")
	}
	if name := strings.TrimPrefix(place, "/"); name != "" && op.body.Schema.Value.Properties[name] != nil {
		return base + "/properties/" + name
	}
	return base
}

// BodyProperties returns the names of the declared properties, sorted.
func (op *Operation) BodyProperties() []string {
	if op.body == nil {
		return nil
	}
	return sortedKeys(op.body.Schema.Value.Properties)
}

// ReadBody checks a request body against the document, and returns it as decoded for
// the check: a second decoder could read something else. The error is ErrMediaType
// if the header declares anything but plain JSON in UTF-8.
func (op *Operation) ReadBody(header http.Header, body []byte) (any, []Mismatch, error) {
	if op.body == nil {
		return nil, nil, fmt.Errorf("operation %s declares no body", op.ID)
	}
	if mismatches := op.checkMedia(header); len(mismatches) > 0 {
		return nil, mismatches, ErrMediaType
	}
	value, broken := Decode(body)
	if broken != "" {
		return nil, []Mismatch{{In: "body", Expected: "one JSON value in UTF-8", Got: broken, Contract: op.Pointer + "/requestBody"}}, nil
	}
	value = floats(value)
	mismatches := visit(op.body.Schema.Value, value, op.contract.requestOptions())
	for i := range mismatches {
		mismatches[i].Contract = op.BodyPointer(mismatches[i].Pointer)
	}
	return value, mismatches, nil
}

// checkMedia checks what the header declares of a body.
func (op *Operation) checkMedia(header http.Header) (mismatches []Mismatch) {
	declared := header.Get("Content-Type")
	media, parameters, err := mime.ParseMediaType(declared)
	charset := strings.ToLower(parameters["charset"])
	switch {
	case err != nil, media != jsonType:
		mismatches = append(mismatches, Mismatch{In: "header", Parameter: "Content-Type", Expected: jsonType, Got: quoted(declared)})
	case charset != "" && charset != "utf-8" && charset != "us-ascii":
		mismatches = append(mismatches, Mismatch{In: "header", Parameter: "Content-Type", Expected: jsonType + " in UTF-8", Got: quoted(declared)})
	}
	if coding := ContentCoding(header); coding != "" {
		mismatches = append(mismatches, Mismatch{In: "header", Parameter: "Content-Encoding", Expected: "a body that is not compressed", Got: quoted(coding)})
	}
	for i := range mismatches {
		mismatches[i].Contract = op.Pointer + "/requestBody/content"
	}
	return mismatches
}

// ContentCoding returns the content codings of a body, or "" if it has none.
func ContentCoding(header http.Header) string {
	coding := strings.Join(header.Values("Content-Encoding"), ", ")
	if strings.EqualFold(coding, "identity") {
		return ""
	}
	return coding
}

// visit validates a value, and returns the errors of kin-openapi as mismatches.
func visit(schema *openapi3.Schema, value any, options []openapi3.SchemaValidationOption) []Mismatch {
	err := schema.VisitJSON(value, options...)
	if err == nil {
		return nil
	}
	mismatches := mismatchesOf(err)
	if len(mismatches) == 0 {
		mismatches = append(mismatches, Mismatch{In: "body", Expected: describe(schema), Got: err.Error()})
	}
	return mismatches
}

func mismatchesOf(err error) (all []Mismatch) {
	if many, ok := errors.AsType[openapi3.MultiError](err); ok {
		for _, e := range many {
			all = append(all, mismatchesOf(e)...)
		}
	} else if one, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		all = append(all, mismatchOf(one))
	}
	return all
}

func mismatchOf(e *openapi3.SchemaError) Mismatch {
	segments := e.JSONPointer()
	m := Mismatch{In: "body", Pointer: pointer(segments), Expected: describe(e.Schema), Got: describeValue(e.Value)}
	if e.SchemaField == "required" && len(segments) > 0 {
		name := segments[len(segments)-1]
		m.Expected = "the property " + quoted(name)
		if p := e.Schema.Properties[name]; p != nil {
			m.Expected += ", " + describe(p.Value)
		}
		m.Got = "an object without it"
	}
	return m
}
