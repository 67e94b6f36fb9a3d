package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"example.com/assay/conformance/report"
)

func TestJSONGolden(t *testing.T) {
	t.Parallel()
	golden(t, "passing.json", written(t, "json", passing()))
	golden(t, "failing.json", written(t, "json", failing()))
}

func TestObservedGolden(t *testing.T) {
	t.Parallel()
	golden(t, "passing.observed.json", observed(t, passing()))
	golden(t, "failing.observed.json", observed(t, failing()))
}

func observed(t *testing.T, r *report.Report) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "observed.json")
	if err := report.WriteObservedFile(path, r); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestJSONIsValidByItsSchema(t *testing.T) {
	t.Parallel()
	schema := compiled(t, report.JSONSchema())
	for name, r := range map[string]*report.Report{"passing": passing(), "failing": failing(), "bare": bare(), "hollow": hollow()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			validate(t, schema, written(t, "json", r))
			validate(t, compiled(t, report.ObservedJSONSchema()), observed(t, r))
		})
	}
}

// bare is a run that ended before it began: every list is absent.
func bare() *report.Report {
	return &report.Report{Schema: report.Schema, Verdict: report.NotRun, Run: report.Run{ID: "x", Started: began()}}
}

// hollow is a run whose scenarios and requirements have no lists in them.
func hollow() *report.Report {
	r := bare()
	r.Scenarios = []report.Scenario{{Name: "n", Level: "core", Outcome: report.Failed,
		Failures: []report.Failure{{Requirement: "CAN-01", Level: "core"}}, Attachments: []report.Attachment{{}}}}
	r.Requirements = []report.Requirement{{ID: "CAN-01", Level: "core", Outcome: report.Failed}}
	r.Latencies = []report.Latency{{Operation: "getAssessment"}}
	return r
}

func compiled(t *testing.T, source []byte) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.AssertContent()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, data []byte) {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(document); err != nil {
		t.Errorf("expected the output to be valid by its schema, got %v", err)
	}
}

// The schema must not accept just anything, or the test above would show nothing.
func TestSchemaRefusesWhatTheModelIsNot(t *testing.T) {
	t.Parallel()
	schema := compiled(t, report.JSONSchema())
	for _, c := range []struct{ name, old, replacement string }{
		{"another version", `"assay.report/v1"`, `"assay.report/v2"`},
		{"a verdict that there is not", `"verdict": "nonconformant"`, `"verdict": "green"`},
		{"an outcome that there is not", `"outcome": "could-not-run"`, `"outcome": "broken"`},
		{"an unknown field", `"slowed"`, `"slowed_down"`},
		{"a missing list", `"notes": [`, `"remarks": [`},
		{"a time that is none", `2026-03-14T09:26:53`, `2026-13-14T09:26:53`},
		{"a source that is no URL", `"https://docs.maxsight.com/en/manage-api-keys.html"`, `"the manual"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := string(written(t, "json", failing()))
			changed := strings.ReplaceAll(text, c.old, c.replacement)
			if changed == text {
				t.Fatalf("expected %s in the report, got none", c.old)
			}
			document, err := jsonschema.UnmarshalJSON(strings.NewReader(changed))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(document); err == nil {
				t.Error("expected the schema to refuse it, got no error")
			}
		})
	}
}

// What is written can be read back: nothing is lost but the bytes that are no
// text, which JSON cannot hold.
func TestJSONReadsBack(t *testing.T) {
	t.Parallel()
	var got report.Report
	if err := json.Unmarshal(written(t, "json", failing()), &got); err != nil {
		t.Fatal(err)
	}
	asText := cmp.Transformer("text", func(s string) string {
		return strings.Join(strings.Split(strings.ToValidUTF8(s, "\ufffd"), "\ufffd\ufffd"), "\ufffd")
	})
	if diff := cmp.Diff(&got, failing(), cmpopts.EquateEmpty(), asText); diff != "" {
		t.Errorf("-got +want:\n%s", diff)
	}
}

func TestWritingLeavesTheReportAsItIs(t *testing.T) {
	t.Parallel()
	for _, r := range []*report.Report{failing(), hollow()} {
		for _, format := range report.Formats() {
			before := clone(r)
			written(t, format, r)
			if diff := cmp.Diff(r, before); diff != "" {
				t.Errorf("%s: expected the report to be left alone (-got +want):\n%s", format, diff)
			}
		}
	}
}

// clone copies as deep as the writers look.
func clone(r *report.Report) *report.Report {
	c := *r
	c.Scenarios, c.Requirements, c.Latencies = slices.Clone(r.Scenarios), slices.Clone(r.Requirements), slices.Clone(r.Latencies)
	for i := range c.Scenarios {
		c.Scenarios[i].Failures = slices.Clone(c.Scenarios[i].Failures)
		c.Scenarios[i].Steps = slices.Clone(c.Scenarios[i].Steps)
		c.Scenarios[i].Attachments = slices.Clone(c.Scenarios[i].Attachments)
	}
	return &c
}

// Every field of the model stands in the schema, required unless it may be left
// out, and the schema has no other.
func TestSchemaNamesEveryFieldOfTheModel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		schema []byte
		model  reflect.Type
	}{
		{report.JSONSchema(), reflect.TypeFor[report.Report]()},
		{report.ObservedJSONSchema(), reflect.TypeFor[report.Observed]()},
	} {
		var root map[string]any
		if err := json.Unmarshal(c.schema, &root); err != nil {
			t.Fatal(err)
		}
		compareModel(t, root, root, c.model)
	}
}

func compareModel(t *testing.T, root, schema map[string]any, model reflect.Type) {
	t.Helper()
	if schema["additionalProperties"] != false {
		t.Errorf("%s: expected additionalProperties false, got %v", model, schema["additionalProperties"])
	}
	properties := schema["properties"].(map[string]any)
	var names, required []string
	for field := range model.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
		if options == "" {
			required = append(required, name)
		}
		if property, ok := properties[name].(map[string]any); ok {
			compareField(t, root, property, field.Type)
		}
	}
	got := []string{}
	for name := range properties {
		got = append(got, name)
	}
	if diff := cmp.Diff(got, names, sorted()); diff != "" {
		t.Errorf("%s: properties (-got +want):\n%s", model, diff)
	}
	var stated []string
	for _, name := range schema["required"].([]any) {
		stated = append(stated, name.(string))
	}
	if diff := cmp.Diff(stated, required, sorted()); diff != "" {
		t.Errorf("%s: required (-got +want):\n%s", model, diff)
	}
}

func sorted() cmp.Option { return cmpopts.SortSlices(strings.Compare) }

// compareField follows a field to the model below it, if there is one.
func compareField(t *testing.T, root, property map[string]any, field reflect.Type) {
	t.Helper()
	for field.Kind() == reflect.Pointer || field.Kind() == reflect.Slice && field.Elem().Kind() != reflect.Uint8 {
		if field.Kind() == reflect.Slice {
			property = property["items"].(map[string]any)
		}
		field = field.Elem()
	}
	if field.Kind() != reflect.Struct || field.PkgPath() != reflect.TypeFor[report.Report]().PkgPath() {
		return
	}
	name := strings.TrimPrefix(property["$ref"].(string), "#/$defs/")
	compareModel(t, root, root["$defs"].(map[string]any)[name].(map[string]any), field)
}
