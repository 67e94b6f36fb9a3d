package report_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestMarkdownGolden(t *testing.T) {
	t.Parallel()
	golden(t, "passing.md", written(t, "markdown", passing()))
	golden(t, "failing.md", written(t, "markdown", failing()))
}

// outsideFences leaves out the blocks of code, in which nothing is markup.
func outsideFences(text string) []string {
	var lines []string
	fence := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case fence == "" && strings.HasPrefix(line, "```"):
			fence = line[:len(line)-len(strings.TrimLeft(line, "`"))]
		case fence != "" && line == fence:
			fence = ""
		case fence == "":
			lines = append(lines, line)
		}
	}
	return lines
}

func TestMarkdownLetsNoMarkupThrough(t *testing.T) {
	t.Parallel()
	r := failing()
	r.Notes = []string{"```", "````\n```", "<details>", "see https://evil.example and www.evil.example", "@octocat", `a\|b\`, "~~x~~", "$x$", "&lt;b&gt;", "![i](u)"}
	r.Scenarios[1].Failures[0].Got = "```\n<script>\n````\nstill the value"
	lines := outsideFences(string(written(t, "markdown", r)))
	for _, line := range lines {
		bare := regexp.MustCompile(`\\[[:punct:]]`).ReplaceAllString(strings.ReplaceAll(line, "@<!-- -->", ""), "")
		bare = regexp.MustCompile("`[^`]*`").ReplaceAllString(bare, "")
		bare = regexp.MustCompile(`\[[-a-z]+\]\(https://docs\.maxsight\.com/[-a-z/.]*\)`).ReplaceAllString(bare, "")
		if strings.ContainsAny(bare, "<>`[]*~$") || strings.Contains(bare, "://") || strings.Contains(bare, "www.") || regexp.MustCompile(`@\w`).MatchString(bare) {
			t.Errorf("expected no markup of the target's, got %q", line)
		}
	}
	for _, want := range []string{"- @<!-- -->octocat", "- &amp;lt;b&amp;gt;", `- a\\\|b\\`} {
		if !slices.Contains(lines, want) {
			t.Errorf("expected the line %q, got\n%s", want, strings.Join(lines, "\n"))
		}
	}
}

// A cell more or less would shift what stands in a row.
func TestMarkdownTablesAreRectangular(t *testing.T) {
	t.Parallel()
	columns := 0
	for _, line := range outsideFences(string(written(t, "markdown", failing()))) {
		if !strings.HasPrefix(line, "|") {
			columns = 0
			continue
		}
		n := strings.Count(regexp.MustCompile(`\\\\|\\\|`).ReplaceAllString(line, ""), "|")
		if columns != 0 && n != columns {
			t.Errorf("expected %d bars, got %d in %q", columns, n, line)
		}
		columns = n
	}
}

// GitHub shows no summary over 1 MiB at all.
func TestMarkdownIsBounded(t *testing.T) {
	t.Parallel()
	r := failing()
	for i := range 200 {
		sc := cancelNotShown()
		sc.Name = fmt.Sprintf("Scenario %d", i)
		sc.Failures[0].Got = strings.Repeat("g", i) + strings.Repeat("`é", 2_000)
		r.Scenarios = append(r.Scenarios, sc)
	}
	r.Observations[1].Value = strings.Repeat("|", 100_000)
	got := string(written(t, "markdown", r))
	if len(got) > 1<<20 {
		t.Errorf("expected 1 MiB at most, got %d bytes", len(got))
	}
	if !strings.Contains(got, "183 causes more; the HTML and JSON reports have all of them.") {
		t.Error("got no count of the omitted causes")
	}
	for _, format := range []string{"text", "junit"} {
		if got := string(written(t, format, r)); !strings.Contains(got, "Scenario 199") {
			t.Errorf("%s: expected every scenario, got a part", format)
		}
	}
}
