package openapi_test

import (
	"testing"

	"example.com/assay/openapi"
)

func TestOperationsTable(t *testing.T) {
	t.Parallel()
	all := openapi.Operations()
	doc := load(t)
	declared := 0
	for _, item := range doc.Paths.Map() {
		declared += len(item.Operations())
	}
	if len(all) != declared {
		t.Errorf("operations: got %d, want the %d of the document", len(all), declared)
	}
	for _, op := range all {
		switch op.Effect {
		case openapi.Reads, openapi.Lists, openapi.Creates, openapi.Cancels, openapi.Searches, openapi.Updates, openapi.Exports:
		default:
			t.Errorf("%s: x-effect: got %q, want one of the effects", op.ID, op.Effect)
		}
		if op.Resource == "" || op.Summary == "" || op.Evidence == "" {
			t.Errorf("%s: got %+v, want x-resource, summary and x-evidence", op.ID, op)
		}
		if op.SameAs == "" {
			continue
		}
		if twin, ok := openapi.OperationByID(op.SameAs); !ok || twin.Method != op.Method || twin.Effect != op.Effect || twin.Resource != op.Resource {
			t.Errorf("%s: x-same-as %s: got %+v, want an operation with the same method, effect and resource", op.ID, op.SameAs, twin)
		}
	}
	if _, ok := openapi.OperationByID("cancelworkflow"); ok {
		t.Error("got an operation for cancelworkflow, want none: IDs are case-sensitive")
	}
}

func TestTaskFields(t *testing.T) {
	t.Parallel()
	fields := openapi.TaskFields()
	if len(fields) != 17 {
		t.Errorf("fields: got %d, want 17", len(fields))
	}
	for _, f := range fields {
		if f.Evidence == openapi.EvidenceAssumed || f.Source == "" {
			t.Errorf("%s: got %+v, want a documented field", f.Name, f)
		}
	}
}

func TestAssessmentFields(t *testing.T) {
	t.Parallel()
	fields := openapi.AssessmentFields()
	schema := load(t).Components.Schemas["Assessment"].Value
	if len(fields) != len(schema.Properties) || len(fields) != len(schema.Required) {
		t.Errorf("fields: got %d, want the %d of the schema, each of them required", len(fields), len(schema.Properties))
	}
	byName := map[string]openapi.Field{}
	for _, f := range fields {
		byName[f.Name] = f
	}
	if f := byName["workflow_instance_id"]; f.Type != "string" || f.Format != "uuid" || !f.Nullable || !f.Fixed || f.TypeAssumed || f.Evidence != openapi.EvidenceDocumented {
		t.Errorf("workflow_instance_id: got %+v", f)
	}
	if f := byName["error_details"]; f.Type != "" || !f.Nullable || f.Fixed || !f.TypeAssumed {
		t.Errorf("error_details: got %+v", f)
	}
	if f := byName["workflow_state"]; len(f.Enum) != 3 || f.Nullable || f.Fixed {
		t.Errorf("workflow_state: got %+v", f)
	}
}

func TestTablesAreCopies(t *testing.T) {
	t.Parallel()
	openapi.Operations()[0].ID = "changed"
	openapi.AssessmentFields()[0].Name = "changed"
	if openapi.Operations()[0].ID == "changed" || openapi.AssessmentFields()[0].Name == "changed" {
		t.Error("a caller changed the table for everybody else")
	}
}
