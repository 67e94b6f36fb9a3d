package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCodeInDocumentsBuilds has the Go programs and tests of the documents
// compiled, as files that an overlay puts into folders which are not there.
func TestCodeInDocumentsBuilds(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	folder, replace := t.TempDir(), map[string]string{}
	var packages []string
	for _, path := range documents(t) {
		for _, b := range blocksOf(t, readDocument(t, path)) {
			if b.language != "go" {
				continue
			}
			name := fmt.Sprintf("documented%d", len(packages))
			file := "main.go"
			if strings.Contains(b.text, "_test\n") {
				file = "documented_test.go"
			}
			source := filepath.Join(folder, name+file)
			if err := os.WriteFile(source, []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
			replace[filepath.Join(root, "docs", name, file)] = source
			packages = append(packages, "./docs/"+name)
		}
	}
	if len(packages) == 0 {
		t.Fatal("expected Go in the documents, got none")
	}
	compile(t, root, folder, replace, packages)
}

// compile makes the export data of the packages and of their tests, which takes a
// compiler and no linker.
func compile(t *testing.T, root, folder string, replace map[string]string, packages []string) {
	t.Helper()
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-export", "-test", "-overlay", file}, packages...)...)
	cmd.Dir = root
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("build %s: %v\n%s", strings.Join(packages, " "), err, output)
	}
}
