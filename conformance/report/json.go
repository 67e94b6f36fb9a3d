package report

import (
	"bytes"
	_ "embed" // for the schemas
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"unicode"
	"unicode/utf16"
)

//go:embed schema/report.v1.schema.json
var reportSchema string

//go:embed schema/observed.v1.schema.json
var observedSchema string

// JSONSchema is the JSON Schema (2020-12) of the JSON format.
func JSONSchema() []byte { return []byte(reportSchema) }

// ObservedJSONSchema is the JSON Schema (2020-12) of Observed.
func ObservedJSONSchema() []byte { return []byte(observedSchema) }

// writeJSON writes the model itself, by its schema.
func writeJSON(w io.Writer, r *Report) error { return encodeJSON(w, r.complete()) }

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

// escapeInvisible escapes what encoding/json leaves as it is and could steer a
// terminal or turn the direction of writing. All of it stands within strings, so
// that the document says the same.
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

// complete copies the report and replaces lists that are absent by empty ones, so
// that a reader finds every list that the schema asks for.
func (r *Report) complete() *Report {
	c := *r
	c.Plan.Levels, c.Plan.Requirements = list(c.Plan.Levels), list(c.Plan.Requirements)
	c.Reasons, c.Canaries, c.Notes = list(c.Reasons), list(c.Canaries), list(c.Notes)
	c.Observations = list(c.Observations)
	c.Scenarios = each(c.Scenarios, completeScenario)
	c.Requirements = each(c.Requirements, func(req *Requirement) {
		req.Sources, req.Scenarios = list(req.Sources), list(req.Scenarios)
	})
	c.Latencies = each(c.Latencies, func(l *Latency) { l.Samples = list(l.Samples) })
	return &c
}

func completeScenario(sc *Scenario) {
	sc.Requirements, sc.Steps = list(sc.Requirements), list(sc.Steps)
	sc.Failures = each(sc.Failures, func(f *Failure) { f.Sources = list(f.Sources) })
	sc.Attachments = each(sc.Attachments, func(a *Attachment) { a.Data = list(a.Data) })
}

// list is the list itself, empty instead of nil.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// each is a changed copy: the report belongs to the caller.
func each[T any](l []T, change func(*T)) []T {
	l = list(slices.Clone(l))
	for i := range l {
		change(&l[i])
	}
	return l
}
