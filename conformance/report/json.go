package report

import (
	"bytes"
	_ "embed" // for the schemas
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
)

//go:embed schema/report.v1.schema.json
var reportSchema string

//go:embed schema/observed.v1.schema.json
var observedSchema string

// JSONSchema is the JSON Schema (2020-12) of the JSON format.
func JSONSchema() []byte { return []byte(reportSchema) }

// ObservedJSONSchema is the JSON Schema (2020-12) of [Observed].
func ObservedJSONSchema() []byte { return []byte(observedSchema) }

func writeJSON(w io.Writer, r *Report) error { return encodeJSON(w, r) }

func encodeJSON(w io.Writer, model any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(model); err != nil {
		return err
	}
	_, err := w.Write(escapeInvisible(b.Bytes()))
	return err
}

// escapeInvisible escapes characters that encoding/json leaves alone and that could
// steer a terminal or reverse text. They occur only in strings, so the meaning of
// the document stays.
func escapeInvisible(document []byte) []byte {
	var b bytes.Buffer
	for _, r := range string(document) {
		switch {
		case r == '\n' || !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}
