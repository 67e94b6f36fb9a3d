package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/conformance/mutants"
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
		{"../../docs/verify.md", "help verify", helpOf("verify")},
		{"../../docs/mock.md", "help mock", helpOf("mock")},
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
			t.Errorf("%s: %s is out of date; run make golden (-got +want):\n%s", g.path, g.name, cmp.Diff(old, part))
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

// helpOf is what a command says about its flags.
func helpOf(command string) func() (string, error) {
	return func() (string, error) {
		var stdout, stderr strings.Builder
		if code := run(context.Background(), []string{"help", command}, nil, nil, &stdout, &stderr); code != exitOK {
			return "", fmt.Errorf("assay help %s ended with %d: %s", command, code, stderr.String())
		}
		return "```text\n" + stdout.String() + "```\n", nil
	}
}
