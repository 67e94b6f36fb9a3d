package prove

import (
	_ "embed" // for the schema
	"encoding/json"
	"io"

	"example.com/assay/conformance/report"
)

//go:embed schema/proof.v1.schema.json
var schema string

// JSONSchema is the JSON Schema (2020-12) of the JSON format.
func JSONSchema() []byte { return []byte(schema) }

func formats() report.FormatTable[*Result] {
	return report.FormatTable[*Result]{
		{Name: "text", Write: writeText},
		{Name: "json", Syntax: report.JSON, Write: writeJSON},
		{Name: "markdown", Write: writeMarkdown},
		{Name: "html", Syntax: report.Markup, Write: writeHTML},
	}
}

// Formats returns the names of the formats.
func Formats() []string { return formats().Names() }

// Write writes the result in the named format.
func Write(w io.Writer, name string, r *Result) error { return formats().Write(w, name, r) }

func writeJSON(w io.Writer, r *Result) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}
