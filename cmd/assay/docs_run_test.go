package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// notRunHere are the commands of the documents that this test cannot run, by how
// they begin, and who runs them instead.
func notRunHere() map[string]string {
	return map[string]string{
		"make ":                "this test is itself a part of make test; .ci/run runs make check",
		"cd conformance && go": "it fetches the godog command; .ci/godog runs this very line, in make check",
		"cd docs/examples/":    "it needs Node.js and npm; .ci/examples runs these very lines, in make check",
		"npm ":                 "likewise",
		"docker ":              "it needs a container engine; .ci/static builds the same binary, in make check",
		"go install ":          "it writes to GOBIN; the tests run the command that go test builds",
	}
}

// TestDocumentsAreTrue runs every command that the documents show, in their order,
// a mock and a folder for each document, and compares what comes out.
func TestDocumentsAreTrue(t *testing.T) {
	t.Parallel()
	for _, path := range documents(t) {
		t.Run(filepath.ToSlash(strings.TrimPrefix(path, "../../")), func(t *testing.T) {
			t.Parallel()
			s := newSession(t)
			for _, b := range blocksOf(t, readDocument(t, path)) {
				if s.keep(b); b.language != "console" {
					continue
				}
				examples := examplesOf(t, b)
				for i, e := range examples {
					asked := i+1 < len(examples) && examples[i+1].command == "echo $?"
					s.try(e, asked)
				}
			}
		})
	}
}

// TestNothingElseIsLeftOut keeps the list of commands that are not run short.
func TestNothingElseIsLeftOut(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, path := range documents(t) {
		all.WriteString(readDocument(t, path))
	}
	for beginning := range notRunHere() {
		if !strings.Contains(all.String(), "$ "+beginning) {
			t.Errorf("no document has a command %q: expected none, or no entry for it", beginning)
		}
	}
}
