package openapi_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"example.com/assay/openapi"
)

func load(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestOperations(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"listAssessments":  "GET /assessments",
		"createAssessment": "POST /assessments",
		"getAssessment":    "GET /assessments/{assessment_id}",
		"cancelWorkflow":   "POST /assessments/{assessment_id}/cancel-workflow",
		"listTemplates":    "GET /assessments/templates",
		"listEntities":     "GET /entities",
		"getOutcome":       "GET /assessments/outcomes/{outcome_id}",
		"getOutcomeAtRoot": "GET /outcomes/{outcome_id}",
		"searchTasks":      "POST /tasks/search",
		"getTask":          "GET /tasks/{task_id}",

		"updateTaskAssignment": "PUT /tasks/{task_id}/update-assignment",
		"exportAuditEvents":    "GET /audit-sentinel/events/export",
	}
	got := map[string]string{}
	for path, item := range load(t).Paths.Map() {
		for method, op := range item.Operations() {
			got[op.OperationID] = method + " " + path
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

func TestEveryOperationNeedsTheKey(t *testing.T) {
	t.Parallel()
	doc := load(t)
	want := openapi3.SecurityRequirements{{"apikey": {}}}
	if diff := cmp.Diff(want, doc.Security); diff != "" {
		t.Errorf("security of the document (-want +got):\n%s", diff)
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.Security != nil {
				t.Errorf("%s %s: got a security of its own, want that of the document", method, path)
			}
			if op.Responses.Status(401) == nil {
				t.Errorf("%s %s: got no response 401", method, path)
			}
		}
	}
}

func TestCancelAnswersWithoutABody(t *testing.T) {
	t.Parallel()
	op := load(t).Paths.Value("/assessments/{assessment_id}/cancel-workflow").Post
	if op.RequestBody != nil {
		t.Error("request body: got one, want none")
	}
	if got := op.Responses.Status(204).Value.Content; len(got) > 0 {
		t.Errorf("content of the 204: got %v, want none", slices.Sorted(maps.Keys(got)))
	}
}

func TestBasePathIsTheServer(t *testing.T) {
	t.Parallel()
	servers := load(t).Servers
	if len(servers) != 1 || servers[0].URL != openapi.BasePath {
		t.Errorf("servers: got %v, want %s alone", servers, openapi.BasePath)
	}
}

func TestAssessmentHasTheDocumentedFields(t *testing.T) {
	t.Parallel()
	doc := load(t)
	want := []string{
		"created_at", "entity_id", "error_details", "error_message", "error_step", "error_type", "id",
		"institution_id", "outcome_id", "status_id", "template_id", "workflow_instance_id", "workflow_state",
	}
	schema := doc.Components.Schemas["Assessment"].Value
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(schema.Properties))); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(schema.Required))); diff != "" {
		t.Errorf("required (-want +got):\n%s", diff)
	}
}

func TestFieldsOfAnAssessment(t *testing.T) {
	t.Parallel()
	const id = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
	tests := []struct {
		name, field string
		value       any
		valid       bool
	}{
		{name: "a UUID", field: "id", value: id, valid: true},
		{name: "a UUID in capitals", field: "id", value: "497F6ECA-6276-4993-BFEB-53CBBBBA6F08", valid: true},
		{name: "a UUID of no version", field: "id", value: "00000000-0000-0000-0000-000000000000", valid: true},
		{name: "a UUID without dashes", field: "id", value: "497f6eca62764993bfeb53cbbbba6f08"},
		{name: "a UUID in braces", field: "id", value: "{" + id + "}"},
		{name: "a URN", field: "id", value: "urn:uuid:" + id},
		{name: "a UUID and a line break", field: "id", value: id + "\n"},
		{name: "no UUID", field: "id", value: "x"},
		{name: "an empty ID", field: "id", value: ""},
		{name: "an ID of null", field: "id", value: nil},
		{name: "an ID that is a number", field: "id", value: 7.0},
		{name: "an outcome of null", field: "outcome_id", value: nil, valid: true},
		{name: "an outcome that is no UUID", field: "outcome_id", value: "passed"},
		{name: "a date-time in UTC", field: "created_at", value: "2019-08-24T14:15:22Z", valid: true},
		{name: "a date-time with an offset", field: "created_at", value: "2019-08-24T14:15:22.123456+02:00", valid: true},
		{name: "a date-time without a zone", field: "created_at", value: "2019-08-24T14:15:22"},
		{name: "a date-time with a space", field: "created_at", value: "2019-08-24 14:15:22Z"},
		{name: "a date", field: "created_at", value: "2019-08-24"},
		{name: "a day that no month has", field: "created_at", value: "2019-02-30T14:15:22Z"},
		{name: "a known state", field: "workflow_state", value: "Cancelled", valid: true},
		{name: "the other spelling of a state", field: "workflow_state", value: "Canceled"},
		{name: "a state in small letters", field: "workflow_state", value: "cancelled"},
		{name: "a message", field: "error_message", value: "the provider did not answer", valid: true},
		{name: "a message that is an object", field: "error_message", value: map[string]any{}},
		{name: "details of null", field: "error_details", value: nil, valid: true},
		{name: "details that are an object", field: "error_details", value: map[string]any{"code": 7.0}, valid: true},
		{name: "details that are a list", field: "error_details", value: []any{"a", 1.0, nil, []any{nil}, map[string]any{"b": nil}}, valid: true},
		{name: "details that are a string", field: "error_details", value: "none", valid: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc := load(t)
			value := maps.Clone(doc.Components.Examples["Assessment"].Value.Value.(map[string]any))
			value[tt.field] = tt.value
			err := doc.Components.Schemas["Assessment"].Value.VisitJSON(value, doc.GetSchemaValidationOptions()...)
			if got := err == nil; got != tt.valid {
				t.Errorf("%s of %#v: got valid %t (%v), want %t", tt.field, tt.value, got, err, tt.valid)
			}
		})
	}
}

func TestExamplesAreTheGuides(t *testing.T) {
	t.Parallel()
	doc := load(t)
	got := doc.Components.Examples["Assessment"].Value.Value
	want := map[string]any{
		"created_at":           "2019-08-24T14:15:22Z",
		"entity_id":            "8161163a-f227-466f-bc01-090a01e80165",
		"error_details":        nil,
		"error_message":        nil,
		"error_step":           nil,
		"error_type":           nil,
		"id":                   "497f6eca-6276-4993-bfeb-53cbbbba6f08",
		"institution_id":       "c75f2c73-5ae4-4f1c-99c0-fc726cd41798",
		"outcome_id":           "0323e489-6bf9-4b68-9c8d-5674f46921e4",
		"status_id":            "4e949624-bc0f-439e-a9f2-25a23938812c",
		"template_id":          "c6d67e98-83ea-49f0-8812-e4abae2b68bc",
		"workflow_instance_id": "46ff49d0-5f69-46b0-9de7-5703639a02ce",
		"workflow_state":       "Active",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("example (-want +got):\n%s", diff)
	}
}

func TestHashIsOfTheDocument(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256(openapi.Document())
	if got, want := openapi.Hash(), hex.EncodeToString(sum[:]); got != want {
		t.Errorf("hash: got %s, want %s", got, want)
	}
}

func TestDocumentIsACopy(t *testing.T) {
	t.Parallel()
	before := openapi.Document()
	clear(openapi.Document())
	if !bytes.Equal(openapi.Document(), before) {
		t.Error("the document changed with the slice that a caller got")
	}
}

// TestEveryBodyHasAnExample: mocks, contract testers and documentation tools feed on
// them. Each is valid against its schema.
func TestEveryBodyHasAnExample(t *testing.T) {
	t.Parallel()
	doc := load(t)
	check := func(where string, content openapi3.Content) {
		for name, media := range content {
			if len(media.Examples) == 0 {
				t.Errorf("%s: no example of %s", where, name)
			}
			for id, example := range media.Examples {
				if err := media.Schema.Value.VisitJSON(example.Value.Value, doc.GetSchemaValidationOptions()...); err != nil {
					t.Errorf("%s: example %s of %s: %v", where, id, name, err)
				}
			}
		}
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.RequestBody != nil {
				check(method+" "+path, op.RequestBody.Value.Content)
			}
			for status, response := range op.Responses.Map() {
				check(method+" "+path+" "+status, response.Value.Content)
			}
			for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
				if op.Responses.Status(status) == nil {
					t.Errorf("%s %s: %d is not declared, and the mock answers it on demand", method, path, status)
				}
			}
		}
	}
}
