package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/spf13/pflag"
)

var longFlag = regexp.MustCompile(`--[a-z][a-z-]+`)

// The templates for CI are YAML, and name no flag of assay verify that is none.
func TestTemplatesForCI(t *testing.T) {
	t.Parallel()
	flags := pflag.NewFlagSet("verify", pflag.ContinueOnError)
	(&verifyOptions{}).register(flags)
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

// TestRaceDetectorIsNoMust has the script that looks for a C compiler look where
// there is none.
func TestRaceDetectorIsNoMust(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, ci, problem string
		failure           bool
	}{
		{name: "at home", problem: "WARNING: the tests run without the race detector: "},
		{name: "in CI", ci: "true", problem: "expected a C compiler for the race detector, got: ", failure: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), "../../.ci/race")
			cmd.Env = append(cmd.Environ(), "CI="+tt.ci, "PATH="+toolsWithoutCompiler(t), "CC=", "CGO_ENABLED=")
			var stdout, stderr strings.Builder
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			err := cmd.Run()
			if (err != nil) != tt.failure || stdout.String() != "" || !strings.HasPrefix(stderr.String(), tt.problem) {
				t.Errorf("got the error %v, stdout %q and stderr %q, expected failure %t, nothing and %q…", err, &stdout, &stderr, tt.failure, tt.problem)
			}
		})
	}
}

// toolsWithoutCompiler makes a folder for the PATH with what the script needs.
func toolsWithoutCompiler(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, tool := range []string{"bash", "dirname", "go"} {
		path, err := exec.LookPath(tool)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(folder, tool)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
