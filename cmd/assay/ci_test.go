package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

var longFlag = regexp.MustCompile(`--[a-z][a-z-]+`)

// The templates for CI are YAML, and name no flag of assay verify that is none.
func TestTemplatesForCI(t *testing.T) {
	t.Parallel()
	flags := (&verifyOptions{}).flags()
	others := map[string]bool{"--quiet": true, "--depth": true, "--branch": true} // of git
	for _, path := range []string{"../../action.yml", "../../docs/ci/github.yml", "../../docs/ci/gitlab.yml"} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			text := readDocument(t, path)
			var content map[string]any
			if err := yaml.Unmarshal([]byte(text), &content); err != nil || len(content) == 0 {
				t.Fatalf("expected a YAML mapping, got %v and the error %v", content, err)
			}
			for _, name := range longFlag.FindAllString(text, -1) {
				if flags.Lookup(strings.TrimPrefix(name, "--")) == nil && !others[name] {
					t.Errorf("%s is no flag of assay verify", name)
				}
			}
		})
	}
}

// A secret must not be put into a script, where the shell would read it.
func TestActionKeepsInputsOutOfScripts(t *testing.T) {
	t.Parallel()
	var action struct {
		Inputs map[string]any `yaml:"inputs"`
		Runs   struct {
			Steps []struct {
				Name string            `yaml:"name"`
				Run  string            `yaml:"run"`
				Env  map[string]string `yaml:"env"`
			} `yaml:"steps"`
		} `yaml:"runs"`
	}
	text := readDocument(t, "../../action.yml")
	if err := yaml.Unmarshal([]byte(text), &action); err != nil {
		t.Fatal(err)
	}
	for name := range action.Inputs {
		if !strings.Contains(text, "${{ inputs."+name+" }}") {
			t.Errorf("the input %s is not used", name)
		}
	}
	ran := 0
	for _, step := range action.Runs.Steps {
		if step.Run != "" {
			ran++
		}
		if strings.Contains(step.Run, "${{") {
			t.Errorf("step %q: expected no expression in a script, got %s", step.Name, step.Run)
		}
	}
	if ran != 2 {
		t.Errorf("steps with a script: got %d, expected 2", ran)
	}
}
