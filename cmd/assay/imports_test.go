package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "example.com/assay"

// imported is one import: the file, by its path from the root of the module,
// and the import path.
type imported struct{ file, path string }

// rule forbids imports. The expressions match folders from the root of the
// module; an import from outside of the module is matched as it is written.
type rule struct {
	name    string
	in      string     // the folders that the rule is about
	never   string     // what they must not import
	but     string     // what they may import all the same, if not empty
	tests   bool       // whether the rule holds for test files too
	example []imported // imports that break the rule
}

// rules is the direction in which imports run. A package may always import
// itself, as its external tests do.
func rules() []rule {
	const ours, outside = `^(cmd|conformance|features|mockserver|internal|openapi)(/|$)`, `^[^/]+\.`
	return []rule{
		{name: "the contract imports nothing of ours", in: `^openapi$`, never: ours, tests: true,
			example: []imported{{"openapi/a.go", module + "/features"}, {"openapi/a_test.go", module + "/mockserver/internal/domain"}}},
		{name: "the features import nothing of ours but the contract", in: `^features$`, never: ours, but: `^openapi$`, tests: false,
			example: []imported{{"features/a.go", module + "/conformance"}}},
		{name: "the suite is a black box to the mock", in: `^conformance(/|$)`, never: `^mockserver(/|$)`,
			example: []imported{{"conformance/a.go", module + "/mockserver"}, {"conformance/internal/steps/a.go", module + "/mockserver/internal/contract"}}},
		{name: "the mock does not know the suite", in: `^mockserver(/|$)`, never: `^(conformance|features)(/|$)`, tests: true,
			example: []imported{{"mockserver/internal/api/a_test.go", module + "/conformance/report"}, {"mockserver/a.go", module + "/features"}}},
		{name: "nothing imports a command", in: `^(conformance|features|mockserver|openapi)(/|$)`, never: `^cmd(/|$)`, tests: true,
			example: []imported{{"mockserver/a.go", module + "/cmd/assay/internal/config"}}},
		{name: "the domain is rules and nothing else", in: `^mockserver/internal/domain$`, never: ours + `|` + outside + `|^(net|os|log|io|database|encoding|math/rand)(/|$)`,
			example: []imported{{"mockserver/internal/domain/a.go", "github.com/labstack/echo/v4"}, {"mockserver/internal/domain/a.go", "net/http"}}},
		{name: "the store knows no HTTP", in: `^mockserver/internal/store(/|$)`, never: `^net/http$|^github\.com/labstack/|^mockserver/internal/(api|control|console|fault|journal)(/|$)`,
			example: []imported{{"mockserver/internal/store/a.go", module + "/mockserver/internal/api"}}},
		{name: "the shared leaves decide nothing", in: `^internal/(freejson|redact|shell|suggest|text|textfile)$`, never: ours, tests: true,
			example: []imported{{"internal/redact/a.go", module + "/mockserver/internal/journal"}, {"internal/shell/a_test.go", module + "/conformance/report"}}},
		{name: "the contract package knows only the document and the leaves", in: `^mockserver/internal/contract$`, never: ours, but: `^(openapi|internal/[a-z]+)$`,
			example: []imported{{"mockserver/internal/contract/a.go", module + "/mockserver/internal/domain"}}},
		{name: "the suite's client knows only the document and the leaves", in: `^conformance/internal/client$`, never: ours, but: `^(openapi|internal/[a-z]+)$`,
			example: []imported{{"conformance/internal/client/a.go", module + "/conformance/report"}}},
		{name: "calls to a target assert nothing", in: `^conformance/internal/target$`, never: ours, but: `^(openapi|internal/[a-z]+|conformance/internal/client)$`,
			example: []imported{{"conformance/internal/target/a.go", module + "/conformance/internal/steps"}, {"conformance/internal/target/a.go", module + "/conformance/report"}}},
		{name: "reports know no HTTP and no steps", in: `^conformance/report$`, never: `^conformance(/internal(/|$)|$)|^github\.com/cucumber/godog`,
			example: []imported{{"conformance/report/a.go", module + "/conformance/internal/steps"}, {"conformance/report/a.go", module + "/conformance"}}},
	}
}

// exempt are the folders of the suite that exist to set it upon the mock.
const exempt = `^conformance/(mutants|prove)(/|$)`

// broken reports whether the import breaks the rule.
func (r rule) broken(i imported) bool {
	folder, target := path.Dir(i.file), i.path
	if rest, ok := strings.CutPrefix(target, module+"/"); ok {
		target = rest
	}
	switch {
	case target == folder, matches(exempt, folder):
		return false
	case !r.tests && strings.HasSuffix(i.file, "_test.go"):
		return false
	case r.but != "" && matches(r.but, target):
		return false
	}
	return matches(r.in, folder) && matches(r.never, target)
}

func matches(expression, s string) bool { return regexp.MustCompile(expression).MatchString(s) }

func TestImportsRunOneWay(t *testing.T) {
	t.Parallel()
	imports := importsOf(t, os.DirFS("../.."))
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			if !slices.ContainsFunc(imports, func(i imported) bool { return matches(r.in, path.Dir(i.file)) }) {
				t.Errorf("expected a folder that matches %s, got none: the rule would never be broken", r.in)
			}
			for _, i := range imports {
				if r.broken(i) {
					t.Errorf("%s imports %s", i.file, i.path)
				}
			}
		})
	}
}

func TestImportRulesFindViolations(t *testing.T) {
	t.Parallel()
	for _, r := range rules() {
		for _, i := range r.example {
			if !r.broken(i) {
				t.Errorf("%s: %s may import %s, expected that it may not", r.name, i.file, i.path)
			}
		}
	}
}

func TestImportRulesAllow(t *testing.T) {
	t.Parallel()
	allowed := []imported{
		{"openapi/a_test.go", module + "/openapi"},
		{"openapi/a.go", "github.com/getkin/kin-openapi/openapi3"},
		{"mockserver/internal/domain/a.go", "time"},
		{"conformance/mutants/a.go", module + "/mockserver"},
		{"conformance/a_test.go", module + "/mockserver"},
		{"cmd/assay/mock.go", module + "/mockserver"},
	}
	for _, i := range allowed {
		for _, r := range rules() {
			if r.broken(i) {
				t.Errorf("%s: %s may not import %s, expected that it may", r.name, i.file, i.path)
			}
		}
	}
}

// importsOf parses every Go file of the tree. It does not ask the go command,
// whose answer the test cache would not know to be out of date.
func importsOf(t *testing.T, tree fs.FS) []imported {
	t.Helper()
	var found []imported
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && skipped(name):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		paths, err := importsIn(tree, name)
		for _, p := range paths {
			found = append(found, imported{file: name, path: p})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// skipped reports whether the go command does not look into the folder either.
func skipped(name string) bool {
	base := path.Base(name)
	return name != "." && (base[0] == '.' || base[0] == '_' || base == "testdata" || base == "node_modules")
}

func importsIn(tree fs.FS, name string) ([]string, error) {
	source, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, spec := range file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		paths = append(paths, p)
	}
	return paths, nil
}
