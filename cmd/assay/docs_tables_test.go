package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	gocmp "github.com/google/go-cmp/cmp"

	"example.com/assay/conformance/gateways"
	"example.com/assay/conformance/mutants"
	"example.com/assay/mockserver"
	"example.com/assay/openapi"
)

var update = flag.Bool("update", false, "write the generated parts of the documents") //nolint:gochecknoglobals // a flag of the tests

// generated are the parts of the documents that are made from what they describe:
// between <!-- NAME:begin --> and <!-- NAME:end -->.
func generated() []struct {
	path, name string
	make       func() (string, error)
} {
	return []struct {
		path, name string
		make       func() (string, error)
	}{
		{"../../docs/reference/freedoms.md", "freedoms", freedomsTable},
		{"../../docs/reference/mutants.md", "prove", mutantsTable},
		{"../../docs/reference/gateways.md", "gateways", gatewaysTable},
		{"../../docs/reference/requirements.md", "requirements", requirementsTable},
		{"../../docs/reference/faults.md", "faults", faultsTable},
		{"../../docs/reference/control-api.md", "control API", controlTables},
	}
}

// TestGeneratedPartsAreCurrent also writes them, with -update. It does not run in
// parallel with the tests that read the documents.
func TestGeneratedPartsAreCurrent(t *testing.T) { //nolint:paralleltest // it writes what others read
	for _, g := range generated() {
		part, err := g.make()
		if err != nil {
			t.Fatalf("%s: %v", g.name, err)
		}
		document := readDocument(t, g.path)
		begin, end := "<!-- "+g.name+":begin -->\n", "<!-- "+g.name+":end -->"
		before, rest, found := strings.Cut(document, begin)
		old, after, closed := strings.Cut(rest, end)
		switch {
		case !found || !closed:
			t.Errorf("%s: expected the lines %q and %q", g.path, begin, end)
		case *update:
			if err := os.WriteFile(g.path, []byte(before+begin+part+end+after), 0o644); err != nil {
				t.Fatal(err)
			}
		case old != part:
			t.Errorf("%s: %s is out of date; run make golden (-got +want):\n%s", g.path, g.name, gocmp.Diff(old, part))
		}
	}
}

// freedomsTable is what no public source settles, from the catalogue.
func freedomsTable() (string, error) {
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("| setting | values | what is open | why |\n|---|---|---|---|\n")
	for _, f := range catalogue.Freedoms {
		var values []string
		for _, v := range f.Values {
			values = append(values, "`"+v+"`")
		}
		if f.Duration {
			values = append(values, "a duration (`750ms`)")
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Name, strings.Join(values, ", "), f.What, f.Reason)
	}
	return b.String(), nil
}

// gatewaysTable is the surroundings that assay prove tries.
func gatewaysTable() (string, error) {
	var b strings.Builder
	b.WriteString("| kind | gateway | what it does |\n|---|---|---|\n")
	for _, g := range gateways.All() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", g.Kind, g.ID, g.How)
	}
	return b.String(), nil
}

// mutantsTable is the broken implementations that assay prove tries.
func mutantsTable() (string, error) {
	entries, err := requirementEntries()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("| requirement | level | mutants |\n|---|---|---|\n")
	for _, e := range entries {
		var ids []string
		for _, entry := range e.Mutants {
			id := entry.ID
			if m, _ := mutants.Find(id); m.Subtle {
				id = "*" + id + "*"
			}
			ids = append(ids, id)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", e.ID, e.Level, strings.Join(ids, ", "))
	}
	return b.String(), nil
}

// requirementsTable lists the requirements with their sources.
func requirementsTable() (string, error) {
	entries, err := requirementEntries()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("| ID | level | requirement | source |\n|---|---|---|---|\n")
	for _, e := range entries {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", e.ID, e.Level, cell(e.Text), strings.Join(e.links(), ", "))
	}
	return b.String(), nil
}

// faultsTable asks the control plane of a mock for the kinds of faults.
func faultsTable() (string, error) {
	mock, err := mockserver.New(mockserver.Config{})
	if err != nil {
		return "", err
	}
	plane, err := mock.ControlHandler()
	if err != nil {
		return "", err
	}
	request := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "http://localhost/control/v1/faults", nil)
	response := httptest.NewRecorder()
	plane.ServeHTTP(response, request)
	var kinds []struct {
		Name  string   `json:"name"`
		What  string   `json:"what"`
		Needs []string `json:"needs"`
	}
	if err := json.Unmarshal(response.Body.Bytes(), &kinds); err != nil {
		return "", fmt.Errorf("%d: %w", response.Code, err)
	}
	var b strings.Builder
	b.WriteString("| kind | effect | needs |\n|---|---|---|\n")
	for _, k := range kinds {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", k.Name, cell(k.What), strings.Join(k.Needs, ", "))
	}
	return b.String(), nil
}

// controlTables lists the operations of the control plane with their commands, a
// table for each tag.
func controlTables() (string, error) {
	doc, err := openapi3.NewLoader().LoadFromData(mockserver.ControlDocument())
	if err != nil {
		return "", err
	}
	rows := map[string]string{}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		operations := doc.Paths.Value(path).Operations()
		for _, method := range slices.Sorted(maps.Keys(operations)) {
			o := operations[method]
			rows[o.Tags[0]] += fmt.Sprintf("| `%s %s` | %s | %s |\n", method, path, o.Summary, strings.Join(commandsOf(o), "<br>"))
		}
	}
	var b strings.Builder
	for _, tag := range doc.Tags {
		fmt.Fprintf(&b, "## %s\n\n%s\n\n| operation | summary | command |\n|---|---|---|\n%s\n", tag.Name, tag.Description, rows[tag.Name])
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

func commandsOf(o *openapi3.Operation) []string {
	var commands []string
	for _, spec := range specsOf(o) {
		command := "`assay ctl " + cmp.Or(spec.Group, o.Tags[0]) + " " + spec.Verb + "`"
		if !slices.Contains(commands, command) {
			commands = append(commands, command)
		}
	}
	return commands
}
