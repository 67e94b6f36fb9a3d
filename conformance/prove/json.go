package prove

import (
	_ "embed" // for the schema
	"encoding/json"
	"io"
)

//go:embed schema/proof.v1.schema.json
var schema string

// JSONSchema is the JSON Schema (2020-12) of the JSON format.
func JSONSchema() []byte { return []byte(schema) }

// writeJSON writes the model itself, by its schema.
func writeJSON(w io.Writer, r *Result) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r.withLists())
}

// withLists copies the result and replaces lists that are absent by empty ones, so
// that a reader finds every list that the schema asks for.
func (r *Result) withLists() *Result {
	c := *r
	c.Reference, c.Mutants, c.Requirements = present(r.Reference), present(r.Mutants), present(r.Requirements)
	for i := range c.Reference {
		if c.Reference[i].Settings == nil {
			c.Reference[i].Settings = map[string]string{}
		}
	}
	for i := range c.Mutants {
		c.Mutants[i].By, c.Mutants[i].Also = present(c.Mutants[i].By), present(c.Mutants[i].Also)
	}
	return &c
}

func present[T any](list []T) []T { return append([]T{}, list...) }
