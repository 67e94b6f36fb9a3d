package openapi_test

import (
	"reflect"
	"testing"

	"example.com/assay/openapi"
)

// TestRenderedDocumentsAreTheDocument loads each form, and compares the operations.
func TestRenderedDocumentsAreTheDocument(t *testing.T) {
	t.Parallel()
	const server = "http://127.0.0.1:8080/v5"
	for _, format := range []openapi.Format{openapi.YAML, openapi.JSON} {
		rendered, err := openapi.Render(openapi.Document(), openapi.Rendering{Format: format, Server: server, Without: []string{"/outcomes/{outcome_id}"}})
		if err != nil {
			t.Fatal(err)
		}
		doc, err := openapi.Parse("rendered document", rendered)
		if err != nil {
			t.Fatalf("%s: %v\n%.2000s", format, err, rendered)
		}
		if len(doc.Servers) != 1 || doc.Servers[0].URL != server {
			t.Errorf("%s: servers: got %+v, want %s", format, doc.Servers, server)
		}
		var want []openapi.Operation
		for _, op := range openapi.Operations() {
			if op.Path != "/outcomes/{outcome_id}" {
				want = append(want, op)
			}
		}
		if got := openapi.OperationsOf(doc); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: operations: got %+v, want %+v", format, got, want)
		}
		if doc.Components.Examples["TaskList"] == nil || doc.Info.Version == "" {
			t.Errorf("%s: got no examples or no version", format)
		}
	}
}

func TestRenderKeepsTheServer(t *testing.T) {
	t.Parallel()
	rendered, err := openapi.Render(openapi.Document(), openapi.Rendering{})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi.Parse("rendered document", rendered)
	if err != nil || doc.Servers[0].URL != openapi.BasePath || doc.Servers[0].Description == "" {
		t.Errorf("got %+v, %v, want the server of the document", doc.Servers, err)
	}
	if _, err := openapi.Render([]byte("a: [1"), openapi.Rendering{}); err == nil {
		t.Error("no YAML: got no error")
	}
}
