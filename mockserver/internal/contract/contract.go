// Package contract enforces the OpenAPI document on both sides: it checks requests,
// and only it can make a response body, from JSON that kin-openapi has validated.
//
// Begin with contract.go, which compiles the document. kin-openapi decides what is
// valid; [Certified] shows how a response is validated once, not at every request.
package contract

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/assay/openapi"
)

// New compiles the document. It returns an error for anything in the document that
// this package cannot enforce.
func New(doc *openapi3.T) (*Contract, error) {
	c := &Contract{doc: doc, byID: map[string]*Operation{}, json: []string{jsonType}}
	var err error
	if c.unrouted, err = c.compileUnrouted(); err != nil {
		return nil, err
	}
	for _, declared := range openapi.OperationsOf(doc) {
		op, err := c.compile(declared)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", declared.Method, declared.Path, err)
		}
		if c.byID[op.ID] != nil || op.ID == "" {
			return nil, fmt.Errorf("%s %s: missing or duplicate operationId %q", op.Method, op.Path, op.ID)
		}
		c.byID[op.ID] = op
		c.operations = append(c.operations, op)
	}
	return c, nil
}

func (c *Contract) compile(declared openapi.Operation) (*Operation, error) {
	op := &Operation{Operation: declared, contract: c, query: map[string]bool{}}
	op.Pointer = pointer([]string{"paths", op.Path, strings.ToLower(op.Method)})
	item := c.doc.Paths.Value(op.Path)
	source := item.GetOperation(op.Method)
	var err error
	for i, ref := range slices.Concat(item.Parameters, source.Parameters) {
		p, err := compileParam(ref.Value, c.doc.GetSchemaValidationOptions())
		if err != nil {
			return nil, err
		}
		p.pointer = op.paramPointer(ref, i, len(item.Parameters))
		op.params = append(op.params, p)
		if p.in == openapi3.ParameterInQuery {
			op.query[p.name] = true
		}
	}
	if op.body, err = bodyOf(source); err != nil {
		return nil, err
	}
	if op.answers, err = compileAnswers(source); err != nil {
		return nil, err
	}
	return op, nil
}

// Operations returns the operations in the order of [openapi.Operations].
func (c *Contract) Operations() []*Operation { return slices.Clone(c.operations) }

// Operation returns the operation with the operationId, and whether it exists.
func (c *Contract) Operation(id string) (*Operation, bool) {
	op, ok := c.byID[id]
	return op, ok
}

// paramPointer returns the pointer to the i-th parameter; those of the path come
// first.
func (op *Operation) paramPointer(ref *openapi3.ParameterRef, i, ofPath int) string {
	switch {
	case ref.Ref != "":
		return strings.TrimPrefix(ref.Ref, "#")
	case i < ofPath:
		return pointer([]string{"paths", op.Path, "parameters", strconv.Itoa(i)})
	}
	return op.Pointer + "/parameters/" + strconv.Itoa(i-ofPath)
}

func bodyOf(source *openapi3.Operation) (*openapi3.MediaType, error) {
	if source.RequestBody == nil {
		return nil, nil
	}
	body := source.RequestBody.Value
	media := body.Content[jsonType]
	if !body.Required || len(body.Content) != 1 || media == nil {
		return nil, fmt.Errorf("request body: unsupported; declare a required one in %s only", jsonType)
	}
	return media, nil
}

func compileAnswers(source *openapi3.Operation) (map[int]answer, error) {
	answers := map[int]answer{}
	for code, ref := range source.Responses.Map() {
		status, err := strconv.Atoi(code)
		if err != nil || http.StatusText(status) == "" { // a range would permit undeclared statuses
			return nil, fmt.Errorf("response %q: unsupported; declare one status such as 204", code)
		}
		a := answer{media: map[string]*openapi3.Schema{}}
		for name, media := range ref.Value.Content {
			if media.Schema == nil {
				return nil, fmt.Errorf("response %d: no schema for %s", status, name)
			}
			a.media[name] = media.Schema.Value
		}
		if schema := a.media[jsonType]; schema != nil && status < http.StatusBadRequest {
			a.shapes(schema)
		}
		answers[status] = a
	}
	return answers, nil
}

// shapes sets the schema of the resource, or of the items in each form of a list.
// Responses compare these schemas by identity.
func (a *answer) shapes(schema *openapi3.Schema) {
	alternatives := openapi3.SchemaRefs{{Value: schema}}
	if len(schema.OneOf) > 0 {
		alternatives = schema.OneOf
	}
	for _, alternative := range alternatives {
		s := alternative.Value
		switch {
		case s.Type.Is(openapi3.TypeArray):
			a.array = s.Items.Value
		case hasExactly(s, []string{"count", "limit", "offset", "results"}, nil):
			a.page = s.Properties["results"].Value.Items.Value
		case hasExactly(s, []string{"items"}, []string{"next_page_token"}):
			a.token = s.Properties["items"].Value.Items.Value
		case len(schema.OneOf) == 0:
			a.item = s
		}
	}
}

// hasExactly reports whether an object has exactly the required and the optional
// properties.
func hasExactly(s *openapi3.Schema, required, optional []string) bool {
	for _, name := range slices.Concat(required, optional) {
		if s.Properties[name] == nil {
			return false
		}
	}
	return s.Type.Is(openapi3.TypeObject) && len(s.Properties) == len(required)+len(optional) &&
		len(s.Required) == len(required) && !slices.ContainsFunc(required, func(name string) bool { return !slices.Contains(s.Required, name) })
}

// compileUnrouted returns the operation for requests without one: it has the
// statuses of HTTP itself, with the error bodies of the document.
func (c *Contract) compileUnrouted() (*Operation, error) {
	media := map[string]*openapi3.Schema{}
	for contentType, name := range map[string]string{"application/problem+json": "Problem", jsonType: "OtherErrorBody", "text/plain": "NoBody"} {
		ref := c.doc.Components.Schemas[name]
		if ref == nil {
			return nil, fmt.Errorf("the document has no schema %q for errors", name)
		}
		media[contentType] = ref.Value
	}
	op := &Operation{Operation: openapi.Operation{ID: "unrouted"}, contract: c, answers: map[int]answer{}}
	for _, status := range []int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusExpectationFailed,
		http.StatusRequestHeaderFieldsTooLarge, http.StatusInternalServerError, http.StatusNotImplemented, http.StatusHTTPVersionNotSupported,
	} {
		op.answers[status] = answer{media: media}
	}
	return op, nil
}
