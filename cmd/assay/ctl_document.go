package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// ctlSpec is one command in the extension x-ctl of an operation.
type ctlSpec struct {
	Group   string            // first word; by default the tag of the operation
	Verb    string            // second word
	Summary string            // by default that of the operation
	Args    []string          // "PLACEHOLDER FIELD"; [PLACEHOLDER] is optional, PLACEHOLDER... repeatable
	Match   string            // a pattern for the first argument; calls with the same verb are tried in order
	Only    []string          // the fields that are flags; by default all that are no argument
	Flags   map[string]string // names of flags by field
	Files   map[string]string // fields whose flag names a file, with the field for its name
	Columns []string          // see [parseColumns]
	Fails   map[string]any    // fields of the response that mean exit code 1
	Absent  string            // the error for a response without anything in the columns
}

// ctlCall is a command with the operation that it calls.
type ctlCall struct {
	ctlSpec

	method, path string
	operation    *openapi3.Operation
	fields       []ctlField
	stream       bool // the response is server-sent events
}

// ctlCommands returns the calls of each command, in alphabetical order.
func ctlCommands(doc *openapi3.T) [][]*ctlCall {
	commands := map[string][]*ctlCall{}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		item := doc.Paths.Value(path)
		for method, operation := range item.Operations() {
			for _, spec := range specsOf(operation) {
				call := &ctlCall{ctlSpec: spec, method: method, path: path, operation: operation}
				call.Group = cmp.Or(call.Group, operation.Tags[0])
				call.stream = operation.Responses.Status(200) != nil && operation.Responses.Status(200).Value.Content["text/event-stream"] != nil
				call.fields = call.fieldsOf(item)
				name := call.Group + " " + call.Verb
				commands[name] = append(commands[name], call)
			}
		}
	}
	var all [][]*ctlCall
	for _, name := range slices.Sorted(maps.Keys(commands)) {
		calls := commands[name]
		slices.SortStableFunc(calls, func(a, b *ctlCall) int { return cmp.Compare(len(b.Match), len(a.Match)) }) // without a pattern last
		all = append(all, calls)
	}
	return all
}

// specsOf reads the extension x-ctl.
func specsOf(operation *openapi3.Operation) []ctlSpec {
	encoded, err := json.Marshal(operation.Extensions["x-ctl"])
	if err != nil {
		panic(fmt.Sprintf("%s: x-ctl: %v", operation.OperationID, err)) // a test reads the same bytes
	}
	var specs []ctlSpec
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&specs); err != nil {
		panic(fmt.Sprintf("%s: x-ctl: %v", operation.OperationID, err))
	}
	return specs
}

// fieldsOf returns the parameters in path and query, and the properties of the body.
func (c *ctlCall) fieldsOf(item *openapi3.PathItem) []ctlField {
	var fields []ctlField
	for _, ref := range slices.Concat(item.Parameters, c.operation.Parameters) {
		if p := ref.Value; p.In != openapi3.ParameterInHeader {
			fields = append(fields, ctlField{name: p.Name, in: p.In, usage: p.Description, schema: p.Schema.Value})
		}
	}
	if c.hasBody() {
		fields = append(fields, properties("", c.operation.RequestBody.Value.Content["application/json"].Schema.Value)...)
	}
	for i := range fields {
		f := &fields[i]
		short := f.name[strings.LastIndex("]."+f.name, "]."):]
		f.flag = cmp.Or(c.Flags[f.name], strings.NewReplacer("_", "-", ".", "-").Replace(short))
		f.nameField = c.Files[f.name]
	}
	return fields
}

// properties lists the properties of an object by dotted names. An array of objects
// stands for one item, NAME[].
func properties(prefix string, schema *openapi3.Schema) []ctlField {
	var fields []ctlField
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		property := schema.Properties[name].Value
		switch {
		case len(property.Properties) > 0:
			fields = append(fields, properties(prefix+name+".", property)...)
		case property.Items != nil && len(property.Items.Value.Properties) > 0:
			fields = append(fields, properties(prefix+name+"[].", property.Items.Value)...)
		case property.Type != nil:
			fields = append(fields, ctlField{name: prefix + name, in: inBody, usage: property.Description, schema: property})
		}
	}
	return fields
}

func (c *ctlCall) hasBody() bool { return c.operation.RequestBody != nil }

func (c *ctlCall) summary() string { return cmp.Or(c.Summary, c.operation.Summary) }
