package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// instruction is one line of a Dockerfile: its keyword and the rest.
type instruction struct{ keyword, rest string }

func readDockerfile(t *testing.T) []instruction {
	t.Helper()
	var all []instruction
	for line := range strings.Lines(readDocument(t, "../../Dockerfile")) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		keyword, rest, _ := strings.Cut(line, " ")
		if !slices.Contains([]string{"FROM", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "ENTRYPOINT", "CMD"}, keyword) {
			t.Fatalf("Dockerfile: expected an instruction on each line, got %q", line)
		}
		all = append(all, instruction{keyword, rest})
	}
	return all
}

// TestDockerfile reads the Dockerfile. There is no container engine in a test;
// .ci/static builds the binary as it says, and looks whether it is static.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	lines := readDockerfile(t)
	last := slices.IndexFunc(lines, func(i instruction) bool { return i.rest == "scratch" })
	if last < 0 || lines[last].keyword != "FROM" {
		t.Fatal("expected a last stage FROM scratch, with nothing in it but the binary and the certificates")
	}
	for _, want := range []instruction{{"USER", "65532:65532"}, {"ENTRYPOINT", `["/assay"]`}, {"COPY", "--from=build /out/assay /assay"}} {
		if !slices.Contains(lines[last:], want) {
			t.Errorf("last stage: expected %s %s, got %v", want.keyword, want.rest, lines[last:])
		}
	}
	build := slices.IndexFunc(lines, func(i instruction) bool { return strings.Contains(i.rest, "go build") })
	if build < 0 {
		t.Fatal("expected a RUN with go build, got none")
	}
	checkGoVersion(t, lines[0].rest)
	if !strings.HasPrefix(lines[build].rest, "CGO_ENABLED=0 go build ") {
		t.Errorf("RUN: got %q, expected a build without C", lines[build].rest)
	}
}

var goLine = regexp.MustCompile(`(?m)^go ([0-9]+\.[0-9]+)`)

func checkGoVersion(t *testing.T, from string) {
	t.Helper()
	wanted := goLine.FindStringSubmatch(readDocument(t, "../../go.mod"))
	if wanted == nil || !strings.HasPrefix(from, "golang:"+wanted[1]+" ") {
		t.Errorf("FROM: got %q, expected the version of go.mod, %q", from, wanted)
	}
}
