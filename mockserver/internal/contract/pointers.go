package contract

import "strings"

// BodyPointer returns the JSON pointer to what the document says about a place in
// the body.
func (op *Operation) BodyPointer(place string) string {
	base := op.pointer + "/requestBody/content/" + strings.ReplaceAll(jsonType, "/", "~1") + "/schema"
	if op.body.Schema.Ref != "" {
		base = strings.TrimPrefix(op.body.Schema.Ref, "#")
	}
	if name := strings.TrimPrefix(place, "/"); name != "" && op.body.Schema.Value.Properties[name] != nil {
		return base + "/properties/" + name
	}
	return base
}

// BodyProperties returns the names of what the body may hold, in order.
func (op *Operation) BodyProperties() []string {
	if op.body == nil {
		return nil
	}
	return sortedKeys(op.body.Schema.Value.Properties)
}

// QueryNames returns the names of the parameters that the query may hold, in order.
func (op *Operation) QueryNames() []string { return sortedKeys(op.query) }
