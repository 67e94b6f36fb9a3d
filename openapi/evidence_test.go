package openapi_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// marked is a part of the document that has to say how well it is known.
type marked struct {
	where      string
	extensions map[string]any
}

var guidePage = regexp.MustCompile(`^https://docs\.maxsight\.com/en/[a-z0-9-]+(\.html)?$`)

// fault says what is wrong with the mark, or nothing.
func (m marked) fault() string {
	evidence, source := m.extensions["x-evidence"], m.extensions["x-evidence-source"]
	text, _ := source.(string)
	switch {
	case evidence != "documented" && evidence != "derived" && evidence != "assumed":
		return fmt.Sprintf("x-evidence: got %v, want documented, derived or assumed", evidence)
	case source != nil && !guidePage.MatchString(text):
		return fmt.Sprintf("x-evidence-source: got %v, want a page below https://docs.maxsight.com/en/", source)
	case evidence == "documented" && source == nil:
		return "x-evidence-source: got none, want the page that documents it"
	case evidence == "assumed" && source != nil:
		return fmt.Sprintf("x-evidence-source: got %v, want none of what is assumed", source)
	}
	return ""
}

func TestEvidence(t *testing.T) {
	t.Parallel()
	marks := marksOf(load(t))
	kinds := map[any]int{}
	for _, m := range marks {
		kinds[m.extensions["x-evidence"]]++
		if fault := m.fault(); fault != "" {
			t.Errorf("%s: %s", m.where, fault)
		}
	}
	for _, kind := range []string{"documented", "derived", "assumed"} {
		if kinds[kind] == 0 {
			t.Errorf("got nothing that is %s: are all parts of the document visited?", kind)
		}
	}
	// 8 operations with 3 responses or more, 13 fields of an assessment.
	if len(marks) < 8+8*3+13 {
		t.Errorf("got %d parts of the document, want many more", len(marks))
	}
}

func TestEvidenceFaults(t *testing.T) {
	t.Parallel()
	const page = "https://docs.maxsight.com/en/retrieve-an-assessment.html"
	tests := []struct {
		name string
		mark map[string]any
		ok   bool
	}{
		{name: "documented", mark: map[string]any{"x-evidence": "documented", "x-evidence-source": page}, ok: true},
		{name: "documented nowhere", mark: map[string]any{"x-evidence": "documented"}},
		{name: "documented elsewhere", mark: map[string]any{"x-evidence": "documented", "x-evidence-source": "https://help.maxsight.com/en/a.html"}},
		{name: "documented without TLS", mark: map[string]any{"x-evidence": "documented", "x-evidence-source": "http://docs.maxsight.com/en/a.html"}},
		{name: "derived", mark: map[string]any{"x-evidence": "derived"}, ok: true},
		{name: "derived from a page", mark: map[string]any{"x-evidence": "derived", "x-evidence-source": page}, ok: true},
		{name: "derived from a number", mark: map[string]any{"x-evidence": "derived", "x-evidence-source": 7}},
		{name: "assumed", mark: map[string]any{"x-evidence": "assumed"}, ok: true},
		{name: "assumed from a page", mark: map[string]any{"x-evidence": "assumed", "x-evidence-source": page}},
		{name: "unknown", mark: map[string]any{"x-evidence": "guessed"}},
		{name: "none", mark: nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if fault := (marked{extensions: tt.mark}).fault(); (fault == "") != tt.ok {
				t.Errorf("fault: got %q, want one: %t", fault, !tt.ok)
			}
		})
	}
}

// marksOf lists every operation, parameter, request body, response, schema and
// field, and the key itself.
func marksOf(doc *openapi3.T) []marked {
	var marks []marked
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			marks = append(marks, marksOfOperation(method+" "+path, op)...)
		}
	}
	for name, ref := range doc.Components.Parameters {
		marks = append(marks, marked{"parameter " + name, ref.Value.Extensions})
	}
	for name, ref := range doc.Components.Schemas {
		marks = append(marks, marksOfSchema("schema "+name, ref.Value)...)
	}
	for name, ref := range doc.Components.SecuritySchemes {
		marks = append(marks, marked{"security scheme " + name, ref.Value.Extensions})
	}
	return marks
}

func marksOfOperation(where string, op *openapi3.Operation) []marked {
	marks := []marked{{where, op.Extensions}}
	for _, ref := range op.Parameters {
		marks = append(marks, marked{where + " parameter " + ref.Value.Name, ref.Value.Extensions})
	}
	if op.RequestBody != nil {
		marks = append(marks, marked{where + " request body", op.RequestBody.Value.Extensions})
	}
	for status, ref := range op.Responses.Map() {
		marks = append(marks, marked{where + " " + status, ref.Value.Extensions})
	}
	return marks
}

func marksOfSchema(where string, s *openapi3.Schema) []marked {
	marks := []marked{{where, s.Extensions}}
	for name, ref := range s.Properties {
		marks = append(marks, marksOfSchema(where+"."+name, ref.Value)...)
	}
	return marks
}
