package openapi

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// Evidence is where a statement of the document comes from.
type Evidence string

// The kinds of evidence, strongest first.
const (
	EvidenceDocumented Evidence = "documented" // a public guide states it
	EvidenceDerived    Evidence = "derived"    // it follows from documented statements
	EvidenceAssumed    Evidence = "assumed"    // no public source settles it
)

// Effect is what an operation does when it succeeds.
type Effect string

// The effects.
const (
	Reads   Effect = "read"   // changes nothing, answers one resource
	Lists   Effect = "list"   // changes nothing, answers a page of resources
	Creates Effect = "create" // adds a resource
	Cancels Effect = "cancel" // ends the workflow of an assessment

	Searches Effect = "search" // changes nothing, answers a page of the resources that match
	Updates  Effect = "update" // changes a resource
	Exports  Effect = "export" // changes nothing, answers a file
)

// Operation is one operation of the document.
type Operation struct {
	ID        string   // operationId
	Method    string   // HTTP method, in capitals
	Path      string   // below [BasePath], with {parameters}
	Summary   string   // one line
	Effect    Effect   // x-effect
	Resource  string   // x-resource: assessment, task, template, entity, outcome or event
	SameAs    string   // x-same-as: operationId of the operation that this is another possible path of; usually empty
	TakesBody bool     // a request body is declared and required
	Headers   []string // names of the header parameters
	Evidence  Evidence // x-evidence
	Source    string   // x-evidence-source: the public page; empty if assumed

	PathAssumed bool // x-path-evidence: assumed; the guide names the operation without its path
}

// Field is one field of a resource.
type Field struct {
	Name        string
	Type        string   // JSON type; empty if any is allowed
	Format      string   // uuid, date-time, or empty
	Nullable    bool     // null is allowed
	Enum        []string // the allowed values; empty if any
	Fixed       bool     // x-fixed: never changes in the life of the resource
	TypeAssumed bool     // x-type-evidence: assumed; the guide prints the field without its type
	Description string
	Evidence    Evidence // x-evidence, of the field's existence
	Source      string   // x-evidence-source
}

// Operations returns the operations in the order of their paths, then methods.
// The slice is a copy.
func Operations() []Operation { return slices.Clone(tables().operations) }

// OperationByID returns the operation with the operationId, and whether there is
// one.
func OperationByID(id string) (Operation, bool) {
	return find(tables().operations, func(op Operation) bool { return op.ID == id })
}

// AssessmentFields returns the fields of an assessment in alphabetical order. The
// slice is a copy.
func AssessmentFields() []Field { return slices.Clone(tables().fields) }

// TaskFields returns the fields of a task in alphabetical order. The slice is a copy.
func TaskFields() []Field { return slices.Clone(tables().taskFields) }

type documentTables struct {
	operations []Operation
	fields     []Field
	taskFields []Field
}

// tables reads the embedded document once. Tests parse the same bytes, so an error
// cannot reach a user.
var tables = sync.OnceValue(func() documentTables { //nolint:gochecknoglobals // computed once from an embedded file, never changed
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		panic(fmt.Sprintf("parse the embedded OpenAPI document: %v", err))
	}
	schemas := doc.Components.Schemas
	return documentTables{operations: OperationsOf(doc), fields: fieldsOf(schemas["Assessment"].Value), taskFields: fieldsOf(schemas["Task"].Value)}
})

// OperationsOf returns the operations of a document, in the order of [Operations].
func OperationsOf(doc *openapi3.T) []Operation {
	var all []Operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			var headers []string
			for _, ref := range slices.Concat(item.Parameters, op.Parameters) {
				if ref.Value.In == openapi3.ParameterInHeader {
					headers = append(headers, ref.Value.Name)
				}
			}
			all = append(all, Operation{
				ID: op.OperationID, Method: method, Path: path, Summary: op.Summary,
				Effect: Effect(extension(op.Extensions, "effect")), Resource: extension(op.Extensions, "resource"), SameAs: extension(op.Extensions, "same-as"),
				Headers:   headers,
				TakesBody: op.RequestBody != nil && op.RequestBody.Value.Required,
				Evidence:  Evidence(extension(op.Extensions, "evidence")), Source: extension(op.Extensions, "evidence-source"),
				PathAssumed: extension(op.Extensions, "path-evidence") == string(EvidenceAssumed),
			})
		}
	}
	slices.SortFunc(all, func(a, b Operation) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(methodRank(a.Method), methodRank(b.Method)))
	})
	return all
}

// methodRank puts reading before writing.
func methodRank(method string) int {
	return slices.Index([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, method)
}

func fieldsOf(schema *openapi3.Schema) []Field {
	var all []Field
	for name, ref := range schema.Properties {
		s := ref.Value
		f := Field{
			Name: name, Format: s.Format, Nullable: permitsNull(s), Description: s.Description,
			TypeAssumed: extension(s.Extensions, "type-evidence") == string(EvidenceAssumed),
			Evidence:    Evidence(extension(s.Extensions, "evidence")), Source: extension(s.Extensions, "evidence-source"),
		}
		f.Fixed, _ = s.Extensions["x-fixed"].(bool)
		if s.Type != nil && len(*s.Type) == 1 {
			f.Type = (*s.Type)[0]
		}
		for _, v := range s.Enum {
			f.Enum = append(f.Enum, fmt.Sprint(v))
		}
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b Field) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// permitsNull reports whether null is valid: of a schema without a type, any value is.
func permitsNull(s *openapi3.Schema) bool { return s.Type == nil || s.PermitsNull() }

// extension returns the text of the extension x-NAME, empty if there is none.
func extension(extensions map[string]any, name string) string {
	text, _ := extensions["x-"+name].(string)
	return text
}
