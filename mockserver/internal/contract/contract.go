// Package contract makes the OpenAPI document binding for the mock, on both
// sides: requests are checked against it, and a response body can only be made
// by this package, from bytes that kin-openapi has accepted.
//
// What kin-openapi says is the law. What it would cost to ask it again for every
// response is saved by asking once: see [Certified].
package contract

import (
	"fmt"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Mismatch is one place where a request breaks the contract.
type Mismatch struct {
	In        string `json:"in"`                  // path, query, header or body
	Pointer   string `json:"pointer,omitempty"`   // JSON pointer (RFC 6901) into the body
	Parameter string `json:"parameter,omitempty"` // name of the parameter
	Expected  string `json:"expected"`            // what the contract asks for
	Got       string `json:"got"`                 // what the request had
	Contract  string `json:"contract,omitempty"`  // JSON pointer to what asks for it, into the OpenAPI document
	Hint      string `json:"hint,omitempty"`      // what was probably meant, in words

	Meant      string `json:"-"` // the name that was probably meant by the parameter's
	Undeclared bool   `json:"-"` // it is about something that the contract does not have
}

// Contract is an OpenAPI document, compiled. It is safe for concurrent use.
type Contract struct {
	doc        *openapi3.T
	operations []*Operation
	byID       map[string]*Operation
	unrouted   *Operation // answers what is for no operation
	json       []string   // the header of a JSON body, shared by all responses
}

// Operation is one operation of the document.
type Operation struct {
	contract *Contract
	source   *openapi3.Operation
	id       string
	method   string
	path     string
	pointer  string // JSON pointer into the document
	params   []param
	query    map[string]bool // the declared query parameters
	body     *openapi3.MediaType
	answers  map[int]answer
}

// New compiles the document. It fails if the document uses anything that this
// package does not know how to enforce.
func New(doc *openapi3.T) (*Contract, error) {
	c := &Contract{doc: doc, byID: map[string]*Operation{}, json: []string{jsonType}}
	var err error
	if c.unrouted, err = c.compileUnrouted(); err != nil {
		return nil, err
	}
	for path, item := range doc.Paths.Map() {
		for method, source := range item.Operations() {
			op, err := c.compile(path, method, item, source)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			if c.byID[op.id] != nil || op.id == "" {
				return nil, fmt.Errorf("%s %s: expected an operationId of its own, got %q", method, path, op.id)
			}
			c.byID[op.id] = op
			c.operations = append(c.operations, op)
		}
	}
	sort.Slice(c.operations, func(i, j int) bool {
		a, b := c.operations[i], c.operations[j]
		if a.path != b.path {
			return a.path < b.path
		}
		return a.method < b.method
	})
	return c, nil
}

func (c *Contract) compile(path, method string, item *openapi3.PathItem, source *openapi3.Operation) (*Operation, error) {
	op := &Operation{contract: c, source: source, id: source.OperationID, method: method, path: path, query: map[string]bool{}}
	op.pointer = pointer([]string{"paths", path, strings.ToLower(method)})
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
	if op.answers, err = c.compileAnswers(source); err != nil {
		return nil, err
	}
	return op, nil
}

// Operations lists the operations by path, then by method.
func (c *Contract) Operations() []*Operation { return slices.Clone(c.operations) }

// Operation returns the operation with the operationId, and whether there is one.
func (c *Contract) Operation(id string) (*Operation, bool) {
	op, ok := c.byID[id]
	return op, ok
}

// ID returns the operationId.
func (op *Operation) ID() string { return op.id }

// Method returns the HTTP method, in capitals.
func (op *Operation) Method() string { return op.method }

// Path returns the path below the base path, with {names} for its parameters.
func (op *Operation) Path() string { return op.path }

// Summary returns what the document calls the operation.
func (op *Operation) Summary() string { return op.source.Summary }

// Pointer returns the JSON pointer to the operation, into the document.
func (op *Operation) Pointer() string { return op.pointer }

// paramPointer returns the pointer to the i-th parameter, of which those of the
// path come first.
func (op *Operation) paramPointer(ref *openapi3.ParameterRef, i, ofPath int) string {
	switch {
	case ref.Ref != "":
		return strings.TrimPrefix(ref.Ref, "#")
	case i < ofPath:
		return pointer([]string{"paths", op.path, "parameters", strconv.Itoa(i)})
	}
	return op.pointer + "/parameters/" + strconv.Itoa(i-ofPath)
}

// TakesBody reports whether the document declares a request body.
func (op *Operation) TakesBody() bool { return op.body != nil }

// Statuses lists the statuses that the document declares, in ascending order.
func (op *Operation) Statuses() []int {
	statuses := make([]int, 0, len(op.answers))
	for status := range op.answers {
		statuses = append(statuses, status)
	}
	slices.Sort(statuses)
	return statuses
}

func bodyOf(source *openapi3.Operation) (*openapi3.MediaType, error) {
	if source.RequestBody == nil {
		return nil, nil
	}
	body := source.RequestBody.Value
	media := body.Content[jsonType]
	if !body.Required || len(body.Content) != 1 || media == nil {
		return nil, fmt.Errorf("request body: expected a required one in %s only", jsonType)
	}
	return media, nil
}

// parseStatus reads a declared status; ranges such as 4XX and default are
// refused, because they would allow undeclared values.
func parseStatus(s string) (int, error) {
	status, err := strconv.Atoi(s)
	if err != nil || http.StatusText(status) == "" {
		return 0, fmt.Errorf("response %q: expected one status such as 204", s)
	}
	return status, nil
}
