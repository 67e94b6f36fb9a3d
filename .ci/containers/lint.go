package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/goccy/go-yaml"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/rhysd/actionlint"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The files, from the root of the repository.
const (
	dockerfile        = "Dockerfile"
	serviceDockerfile = "docs/examples/github-actions/Dockerfile"
	serviceWorkflow   = "docs/examples/github-actions/tests.yml"
	serviceGitlab     = "docs/examples/gitlab/gitlab-ci.yml"
	composeFile       = "docs/examples/docker-compose/compose.yaml"
	actionFile        = "action.yml"
	verifyWorkflow    = "docs/ci/github.yml"
	verifyGitlab      = "docs/ci/gitlab.yml"
)

// lint reads every file as those do whom it is for. The schema is the file of the
// one that GitLab publishes for editors.
func lint(ctx context.Context, schema string) error {
	_, broken := loadCompose(ctx)
	return errors.Join(
		lintWorkflows(serviceWorkflow, verifyWorkflow),
		lintDockerfile(dockerfile), lintDockerfile(serviceDockerfile),
		lintGitlab(schema, serviceGitlab), lintGitlab(schema, verifyGitlab),
		broken,
	)
}

// lintWorkflows has actionlint look at workflows of GitHub.
func lintWorkflows(files ...string) error {
	l, err := actionlint.NewLinter(os.Stdout, &actionlint.LinterOptions{})
	if err != nil {
		return err
	}
	found, err := l.LintFiles(files, nil)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return fmt.Errorf("expected actionlint to find nothing in %q, got %d findings", files, len(found))
	}
	return nil
}

// lintDockerfile has BuildKit read a Dockerfile, and say what it warns of.
func lintDockerfile(path string) error {
	_, err := readDockerfile(path)
	return err
}

// readDockerfile returns the stages of a Dockerfile.
func readDockerfile(path string) ([]instructions.Stage, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	parsed, err := parser.Parse(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var warnings []error
	for _, w := range parsed.Warnings {
		warnings = append(warnings, fmt.Errorf("%s: %s", path, w.Short))
	}
	stages, _, err := instructions.Parse(parsed.AST, linter.New(&linter.Config{Warn: func(rule, _, _, message string, at []parser.Range) {
		warnings = append(warnings, fmt.Errorf("%s: %v: %s: %s", path, at, rule, message))
	}}))
	if err != nil {
		warnings = append(warnings, fmt.Errorf("%s: %w", path, err))
	}
	return stages, errors.Join(warnings...)
}

// lintGitlab holds a configuration of GitLab CI against the schema in a file.
func lintGitlab(schema, path string) error {
	compiled, err := jsonschema.NewCompiler().Compile(schema)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	encoded, err := yaml.YAMLToJSON(content)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	var value any
	if err := json.Unmarshal(encoded, &value); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := compiled.Validate(value); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
