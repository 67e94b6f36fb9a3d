package prove_test

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"example.com/assay/conformance/prove"
)

// validate holds the JSON of a result against its schema.
func validate(t *testing.T, r *prove.Result) {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(prove.JSONSchema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("proof.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("proof.json")
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(written(t, "json", r)))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Error(err)
	}
}

// TestSchemaNamesEveryField compares the schema with the types, so that neither
// has a field that the other lacks.
func TestSchemaNamesEveryField(t *testing.T) {
	t.Parallel()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(prove.JSONSchema()))
	if err != nil {
		t.Fatal(err)
	}
	root := value.(map[string]any)
	defs := root["$defs"].(map[string]any)
	for _, tt := range []struct {
		name   string
		schema any
		model  any
	}{
		{"result", root, prove.Result{}},
		{"reference", defs["reference"], prove.ReferenceRun{}},
		{"mutant", defs["mutant"], prove.MutantRun{}},
		{"requirement", defs["requirement"], prove.RequirementProof{}},
		{"surrounding", defs["surrounding"], prove.SurroundingRun{}},
		{"behind", defs["behind"], prove.BehindRun{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			object := tt.schema.(map[string]any)
			var properties, required []string
			for name := range object["properties"].(map[string]any) {
				properties = append(properties, name)
			}
			for _, name := range object["required"].([]any) {
				required = append(required, name.(string))
			}
			fields, always := fieldsOf(reflect.TypeOf(tt.model))
			for _, names := range [][]string{properties, required, fields, always} {
				slices.Sort(names)
			}
			if diff := cmp.Diff([][]string{fields, always}, [][]string{properties, required}); diff != "" {
				t.Errorf("fields, and those that are always there (-type +schema):\n%s", diff)
			}
		})
	}
}

// fieldsOf lists the names that a type has in JSON, and those that are never left
// out.
func fieldsOf(model reflect.Type) (all, always []string) {
	for field := range model.Fields() {
		if !field.IsExported() {
			continue
		}
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		all = append(all, name)
		if options != "omitempty" {
			always = append(always, name)
		}
	}
	return all, always
}
