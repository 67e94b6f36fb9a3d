package control_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver/internal/control"
	"example.com/assay/mockserver/internal/fault"
	"example.com/assay/mockserver/internal/journal"
)

func load(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := control.Load()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestHandlersMatchTheDocument(t *testing.T) {
	t.Parallel()
	var documented []string
	for _, item := range load(t).Paths.Map() {
		for _, op := range item.Operations() {
			documented = append(documented, op.OperationID)
		}
	}
	slices.Sort(documented)
	if diff := cmp.Diff(documented, control.HandlerIDs()); diff != "" {
		t.Errorf("operations (-document +handlers):\n%s", diff)
	}
}

// TestJournaledChangesAreOperations: the journal names a change by its operationId.
// Only the Go API reloads fixtures.
func TestJournaledChangesAreOperations(t *testing.T) {
	t.Parallel()
	ids := control.HandlerIDs()
	for _, operation := range journal.ControlOperations() {
		if operation != journal.OperationReload && !slices.Contains(ids, operation) {
			t.Errorf("the journal has the operation %s, the document has not", operation)
		}
	}
}

func TestFaultKindsMatchTheDocument(t *testing.T) {
	t.Parallel()
	documented, kinds := []fault.Name{}, []fault.Name{}
	for _, name := range load(t).Components.Schemas["FaultName"].Value.Enum {
		documented = append(documented, fault.Name(name.(string)))
	}
	for _, k := range fault.Kinds() {
		kinds = append(kinds, k.Name)
	}
	if diff := cmp.Diff(documented, kinds); diff != "" {
		t.Errorf("kinds (-document +table):\n%s", diff)
	}
}

// TestPropertiesHaveNoDefault: generators of typed clients make a property with a
// default required.
func TestPropertiesHaveNoDefault(t *testing.T) {
	t.Parallel()
	checked := 0
	for name, schema := range load(t).Components.Schemas {
		for property, ref := range schema.Value.Properties {
			checked++
			if ref.Value.Default != nil {
				t.Errorf("%s.%s: got the default %v, want none: say it in the description", name, property, ref.Value.Default)
			}
		}
	}
	if checked == 0 {
		t.Error("got no properties, want those of the schemas")
	}
}

// TestGeneratorsAcceptTheDocument looks for what generators of clients break on: names
// that two kinds of components share, and ranges of statuses.
func TestGeneratorsAcceptTheDocument(t *testing.T) {
	t.Parallel()
	doc := load(t)
	owner := map[string]string{}
	note := func(kind, name string) {
		if other := owner[strings.ToLower(name)]; other != "" {
			t.Errorf("%s %s has the name of one of the %s", kind, name, other)
		}
		owner[strings.ToLower(name)] = kind
	}
	for name := range doc.Components.Schemas {
		note("schemas", name)
	}
	for name := range doc.Components.Parameters {
		note("parameters", name)
	}
	for name := range doc.Components.Responses {
		note("responses", name)
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			for code := range op.Responses.Map() {
				if _, err := strconv.Atoi(code); err != nil && code != "default" {
					t.Errorf("%s %s: declares %q, want a status or default", method, path, code)
				}
			}
		}
	}
}
