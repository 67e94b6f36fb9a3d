package api_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestOnlyCertifiedResponsesBuild adds a handler to this package's own source
// and type-checks all of it, as a build does: with a body of another type than
// the certified one, there is no build.
func TestOnlyCertifiedResponsesBuild(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, handler string
		wantError     string // empty: it builds
	}{
		{
			name:    "a certified response",
			handler: `func extra(c *requestContext) (contract.Certified, error) { return c.operation.RespondNoContent(204) }`,
		},
		{
			name:      "bytes",
			handler:   `func extra(*requestContext) ([]byte, error) { return []byte("{}"), nil }`,
			wantError: "as handler value",
		},
		{
			name:      "a string in place of a certified response",
			handler:   `func extra(*requestContext) (contract.Certified, error) { return "{}", nil }`,
			wantError: "as contract.Certified value",
		},
		{
			name:      "a certified response by hand",
			handler:   `func extra(*requestContext) (contract.Certified, error) { return contract.Certified{body: []byte("{}")}, nil }`,
			wantError: "unexported field body",
		},
		{
			name:      "a certified item by hand",
			handler:   `func extra(c *requestContext) (contract.Certified, error) { return c.operation.RespondItem(200, contract.Item{json: []byte("{}")}) }`,
			wantError: "unexported field json",
		},
		{
			name:      "a write past the contract",
			handler:   `func extra(c *requestContext, w http.ResponseWriter) (contract.Certified, error) { return contract.Certified{}, nil }`,
			wantError: "as handler value",
		},
	}
	fset := token.NewFileSet()
	own := ownSource(t, fset)
	from := importer.ForCompiler(fset, "gc", exportData(t))
	for _, tt := range tests {
		src := "package api\nimport (\"net/http\"; \"example.com/assay/mockserver/internal/contract\")\n" +
			"var _ http.Handler\nvar _ contract.Certified\nvar _ handler = extra\n" + tt.handler
		extra, err := parser.ParseFile(fset, "extra.go", src, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = (&types.Config{Importer: from}).Check("example.com/assay/mockserver/internal/api", fset, append([]*ast.File{extra}, own...), nil)
		switch {
		case tt.wantError == "" && err != nil:
			t.Errorf("%s: got %v, want it to build", tt.name, err)
		case tt.wantError != "" && (err == nil || !strings.Contains(err.Error(), tt.wantError)):
			t.Errorf("%s: got %v, want an error that says %q", tt.name, err, tt.wantError)
		}
	}
}

// exportData opens what the compiler has said about the dependencies.
func exportData(t *testing.T) importer.Lookup {
	t.Helper()
	out, err := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", ".").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		files[path] = file
	}
	return func(path string) (io.ReadCloser, error) { return os.Open(files[path]) }
}

func ownSource(t *testing.T, fset *token.FileSet) []*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(fset, name, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}
