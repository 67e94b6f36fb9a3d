package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// block is a fenced block of a document.
type block struct {
	line     int // of its first line of content
	language string
	text     string
}

// documents lists the written documents by their paths from here. The pages of
// docs/reference/commands are generated.
func documents(t *testing.T) []string {
	t.Helper()
	all := []string{"../../README.md", "../../CONTRIBUTING.md"}
	for _, folder := range []string{"", "/tutorials", "/how-to", "/reference", "/explanation", "/examples", "/decisions"} {
		found, err := filepath.Glob("../../docs" + folder + "/*.md")
		if err != nil || len(found) == 0 {
			t.Fatalf("docs%s: got the documents %q and the error %v, want some", folder, found, err)
		}
		all = append(all, found...)
	}
	return all
}

func readDocument(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

var fence = regexp.MustCompile("^( *)```([a-z]*)$")

// blocksOf finds the fenced blocks. One in a list is indented, and is read without
// the indentation.
func blocksOf(t *testing.T, document string) []block {
	t.Helper()
	var blocks []block
	var open *block
	indent := ""
	for i, line := range strings.Split(document, "\n") {
		m := fence.FindStringSubmatch(line)
		switch {
		case m == nil && open != nil:
			open.text += strings.TrimPrefix(line, indent) + "\n"
		case m == nil:
		case open == nil:
			indent, open = m[1], &block{line: i + 2, language: m[2]}
		default:
			blocks = append(blocks, *open)
			open = nil
		}
	}
	if open != nil {
		t.Errorf("line %d: the block has no end", open.line)
	}
	return blocks
}

// example is a command and what the document says it prints.
type example struct {
	line    int
	command string
	output  []string
}

// examplesOf reads a block as a session at a terminal: a command begins with "$ ".
func examplesOf(t *testing.T, b block) []example {
	t.Helper()
	var all []example
	for i, line := range strings.Split(strings.TrimSuffix(b.text, "\n"), "\n") {
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case isCommand:
			all = append(all, example{line: b.line + i, command: command})
		case len(all) == 0:
			t.Errorf("line %d: expected a command, \"$ …\", before any output", b.line+i)
		default:
			last := &all[len(all)-1]
			last.output = append(last.output, line)
		}
	}
	return all
}

// whatVaries turns what differs from run to run into words that do not. The order
// matters: an ID is not read as numbers.
func whatVaries(s string) string {
	for _, v := range []struct{ pattern, word string }{
		{`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`, "(ID)"},
		{`\b[0-9a-f]{8,64}\b`, "(hash)"},
		{`\b[0-9]+(\.[0-9]+)?(µs|ms|s)\b`, "(time)"},
		{`\b[0-9]+\b`, "(number)"},
		{` {2,}`, "  "}, // columns are as wide as what stands in them
	} {
		s = regexp.MustCompile(v.pattern).ReplaceAllString(s, v.word)
	}
	return s
}

// printed reports whether the output is what the document shows. A "…" stands for the
// rest of a line, or, on a line of its own, for any number of lines.
func printed(want []string, got string) bool {
	if len(want) == 0 {
		return true
	}
	var pattern strings.Builder
	for _, line := range want {
		if line == "…" {
			pattern.WriteString(`(?:.*\n)*?`)
			continue
		}
		quoted := regexp.QuoteMeta(strings.TrimRight(whatVaries(line), " "))
		pattern.WriteString(strings.ReplaceAll(quoted, "…", ".*") + ` *\n`)
	}
	got = whatVaries(strings.TrimRight(got, "\n")) + "\n"
	return regexp.MustCompile(`^` + pattern.String() + `$`).MatchString(got)
}

func TestPrinted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, want, got string
		equal           bool
	}{
		{"the same", "a\nb", "a\nb\n", true},
		{"another line", "a\nb", "a\nc\n", false},
		{"a line more", "a", "a\nb\n", false},
		{"a line less", "a\nb", "a\n", false},
		{"lines left out", "a\n…\nd", "a\nb\nc\nd\n", true},
		{"none left out", "a\n…\nd", "a\nd\n", true},
		{"the wrong end", "a\n…\nd", "a\nb\nc\n", false},
		{"a part left out", `{"a":1,…,"c":3}`, `{"a":1,"b":2,"c":3}`, true},
		{"the wrong part", `{"a":1,…,"c":x}`, `{"a":1,"b":2,"c":3}`, false},
		{"numbers", "76 scenarios in 5s, 8490cc73", "80 scenarios in 4.2s, 0490cc7f\n", true},
		{"a status is not hidden in a word", "status-a", "status-b", false},
		{"an empty line", "a\n\nb", "a\n\nb\n", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := printed(strings.Split(tt.want, "\n"), tt.got); got != tt.equal {
				t.Errorf("%q for %q: got %t, expected %t", tt.got, tt.want, got, tt.equal)
			}
		})
	}
}
