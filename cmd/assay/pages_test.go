package main

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

var dated = regexp.MustCompile(`\b(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?:[^T0-9]|$)|\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* [0-9]`)

func TestManPages(t *testing.T) {
	t.Parallel()
	pages := writtenPages(t, "man")
	var want []string
	walk(newRoot(&process{}, true), func(cmd *cobra.Command) {
		name := strings.ReplaceAll(cmd.CommandPath(), " ", "-")
		want = append(want, name+".1")
		if page := pages[name+".1"]; !strings.HasPrefix(page, ".TH \""+strings.ToUpper(name)+`" "1" "" `) {
			t.Errorf("%s: got the page %.80q, want its name, section 1 and no date", name, page)
		}
	})
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(pages))); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	for _, part := range []string{"\n\\fB\\-\\-listen\\fR \\fIHOST:PORT\\fR\n", "\n.SH EXIT STATUS\n", "ASSAY_LOG_LEVEL"} {
		if !strings.Contains(pages["assay-mock.1"], part) {
			t.Errorf("assay-mock.1: got\n%s\nwant %q in it", pages["assay-mock.1"], part)
		}
	}
}

func TestMarkdownPages(t *testing.T) {
	t.Parallel()
	pages := writtenPages(t, "markdown")
	for _, name := range subcommands(newRoot(&process{}, true)) {
		if pages["assay-"+name+".md"] == "" || !strings.Contains(pages["assay.md"], "(assay-"+name+".md)") {
			t.Errorf("%s: got no page or no link to it", name)
		}
	}
	walk(newRoot(&process{}, true), func(cmd *cobra.Command) {
		words := strings.Fields(cmd.CommandPath())
		if !cmd.HasSubCommands() && !strings.Contains(pages[strings.Join(words[:2], "-")+".md"], "# "+cmd.CommandPath()+"\n") {
			t.Errorf("%s: got no section of its own", cmd.CommandPath())
		}
	})
	for _, line := range []string{
		"| `--log-level debug\\|info\\|warn\\|error` | `ASSAY_LOG_LEVEL` | lowest level to print (default info) |\n",
		"\n## Limits\n",
	} {
		if !strings.Contains(pages["assay-mock.md"], line) {
			t.Errorf("assay-mock.md: got\n%s\nwant %q in it", pages["assay-mock.md"], line)
		}
	}
}

// TestReferenceOfCommandsIsCurrent also writes it, with -update.
func TestReferenceOfCommandsIsCurrent(t *testing.T) { //nolint:paralleltest // it writes what others read
	const folder = "../../docs/reference/commands"
	pages := markdownPages(newRoot(&process{}, true))
	if *update {
		if err := errors.Join(os.RemoveAll(folder), writePages(folder, pages)); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(filesIn(t, folder), pages); diff != "" {
		t.Errorf("%s is out of date; run make golden (-got +want):\n%s", folder, diff)
	}
}

// writtenPages runs assay docs twice, and returns the files by their names.
func writtenPages(t *testing.T, format string) map[string]string {
	t.Helper()
	pages, again := pagesIn(t, format), pagesIn(t, format)
	if diff := cmp.Diff(pages, again); diff != "" {
		t.Errorf("two runs differ (-first +second):\n%s", diff)
	}
	for name, page := range pages {
		if date := dated.FindString(page); date != "" {
			t.Errorf("%s: got the date %q, want none", name, date)
		}
	}
	return pages
}

func pagesIn(t *testing.T, format string) map[string]string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "new")
	var stdout, stderr strings.Builder
	if code := run(t.Context(), []string{"docs", format, folder}, nil, nil, &stdout, &stderr); code != exitOK || stdout.Len()+stderr.Len() > 0 {
		t.Fatalf("got %d, %q and the errors %q", code, &stdout, &stderr)
	}
	return filesIn(t, folder)
}

func filesIn(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		files[e.Name()] = readDocument(t, filepath.Join(folder, e.Name()))
	}
	return files
}
