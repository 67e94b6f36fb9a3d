package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var documentLink = regexp.MustCompile(`\]\(([^)]+)\)`)

// TestLinksOfDocuments follows every link that stays within the project, headings
// included.
func TestLinksOfDocuments(t *testing.T) {
	t.Parallel()
	for _, path := range documents(t) {
		for _, link := range documentLink.FindAllStringSubmatch(readDocument(t, path), -1) {
			if strings.Contains(link[1], "://") {
				continue
			}
			file, heading, _ := strings.Cut(link[1], "#")
			target := filepath.Join(filepath.Dir(path), file)
			if file == "" {
				target = path
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			if heading != "" && !slices.Contains(headingsOf(readDocument(t, target)), heading) {
				t.Errorf("%s: expected the heading #%s in %s, got none", path, heading, target)
			}
		}
	}
}

var heading = regexp.MustCompile(`(?m)^#+ (.+)$`)

// headingsOf returns the names by which the headings of a document are linked.
func headingsOf(document string) []string {
	var all []string
	for _, h := range heading.FindAllStringSubmatch(document, -1) {
		name := regexp.MustCompile("[^a-z0-9 _-]").ReplaceAllString(strings.ToLower(h[1]), "")
		all = append(all, strings.ReplaceAll(name, " ", "-"))
	}
	return all
}

// TestExcerptsOfExamples compares the code in the how-to guides with the examples:
// an excerpt is a verbatim part of one of their files. A block that begins with a
// file name is a file of its own, for the commands of the guide.
func TestExcerptsOfExamples(t *testing.T) {
	t.Parallel()
	sources := exampleSources(t)
	guides, err := filepath.Glob("../../docs/how-to/*.md")
	if err != nil || len(guides) == 0 {
		t.Fatalf("got no guide and the error %v", err)
	}
	found := 0
	for _, guide := range guides {
		for _, b := range blocksOf(t, readDocument(t, guide)) {
			if slices.Contains([]string{"console", "text", "go"}, b.language) || fileName.MatchString(b.text) {
				continue
			}
			found++
			if !slices.ContainsFunc(sources, func(source string) bool { return strings.Contains(source, b.text) }) {
				t.Errorf("%s: line %d: expected a part of a file of docs/examples, got\n%s", guide, b.line, b.text)
			}
		}
	}
	if found == 0 {
		t.Error("got no excerpt, expected some")
	}
}

func exampleSources(t *testing.T) []string {
	t.Helper()
	var sources []string
	for _, pattern := range []string{"*/*.js", "*/*/*.js", "*/*/*.ts", "*/*.y*ml", "*/Dockerfile"} {
		files, err := filepath.Glob(examples + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			sources = append(sources, readDocument(t, file))
		}
	}
	return sources
}

// TestEveryExampleHasAGuide sees that .ci/examples, which runs the commands of the
// guides, runs every example that has a test of its own.
func TestEveryExampleHasAGuide(t *testing.T) {
	t.Parallel()
	manifests, err := filepath.Glob(examples + "*/package.json")
	if err != nil || len(manifests) == 0 {
		t.Fatalf("got no example and the error %v", err)
	}
	for _, manifest := range manifests {
		name := filepath.Base(filepath.Dir(manifest))
		lines := "```console\n$ cd docs/examples/" + name + "\n$ npm ci\n$ npm test\n```\n"
		if !strings.Contains(readDocument(t, "../../docs/how-to/"+name+".md"), lines) {
			t.Errorf("docs/how-to/%s.md: expected the block\n%s", name, lines)
		}
	}
}

var quotedPath = regexp.MustCompile("`([a-z.][a-zA-Z0-9_./-]*/[a-zA-Z0-9_./-]*)`")

// TestPathsForContributors sees that what CONTRIBUTING.md speaks of is there.
func TestPathsForContributors(t *testing.T) {
	t.Parallel()
	found := quotedPath.FindAllStringSubmatch(readDocument(t, "../../CONTRIBUTING.md"), -1)
	if len(found) == 0 {
		t.Fatal("got no path, expected some")
	}
	for _, path := range found {
		if _, err := os.Stat(filepath.Join("../..", path[1])); err != nil {
			t.Error(err)
		}
	}
}

// TestIndexOfDocumentsIsComplete sees that docs/README.md leads to every other
// document, or to the folder that it is in.
func TestIndexOfDocumentsIsComplete(t *testing.T) {
	t.Parallel()
	const index = "../../docs/README.md"
	linked := map[string]bool{filepath.Clean(index): true, filepath.Clean(examples + "README.md"): true} // the guides lead to the examples
	for _, link := range documentLink.FindAllStringSubmatch(readDocument(t, index), -1) {
		linked[filepath.Join(filepath.Dir(index), link[1])] = true
	}
	for _, path := range documents(t) {
		if !linked[filepath.Clean(path)] && !linked[filepath.Dir(path)] {
			t.Errorf("%s: expected a link to %s, got none", index, path)
		}
	}
}
