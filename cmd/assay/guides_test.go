package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/assay/cmd/assay/internal/config"
)

var (
	guideLink    = regexp.MustCompile(`\]\(([^)#]+)\)`)
	guideCommand = regexp.MustCompile(`(?m)^\$ (?:[A-Z_]+=\S+ )*assay (mock|wait)(.*)$`)
)

// TestGuides follows every link of the guides, and has every command's flags read.
func TestGuides(t *testing.T) {
	t.Parallel()
	guides, err := filepath.Glob("../../docs/guides/*.md")
	if err != nil || len(guides) == 0 {
		t.Fatalf("got no guide and the error %v", err)
	}
	for _, guide := range append(guides, examples+"README.md") {
		text, err := os.ReadFile(guide)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range guideLink.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(guide), link[1])); err != nil {
				t.Errorf("%s: %v", guide, err)
			}
		}
		for _, command := range guideCommand.FindAllStringSubmatch(string(text), -1) {
			checkCommand(t, command[1], strings.Fields(command[2]))
		}
	}
}

func checkCommand(t *testing.T, name string, args []string) {
	t.Helper()
	flags := (&mockOptions{}).flags()
	if name == "wait" {
		target, rest := cutURL(args)
		if _, err := probes(target); err != nil {
			t.Error(err)
		}
		flags, args = (&waitOptions{}).flags(), rest
	}
	if err := flags.Parse(config.Sources{Args: args, LookupEnv: lookupIn(nil)}); err != nil {
		t.Errorf("assay %s %q: %v", name, args, err)
	}
}
