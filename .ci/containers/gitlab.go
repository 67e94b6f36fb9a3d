package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// gitlabJob is a job of GitLab's.
type gitlabJob struct {
	Extends  string `yaml:"extends"`
	Services []struct {
		Alias     string            `yaml:"alias"`
		Command   []string          `yaml:"command"`
		Variables map[string]string `yaml:"variables"`
	} `yaml:"services"`
	Variables    map[string]string `yaml:"variables"`
	Script       []string          `yaml:"script"`
	AllowFailure struct {
		ExitCodes int `yaml:"exit_codes"`
	} `yaml:"allow_failure"`
	Artifacts struct {
		Paths   []string `yaml:"paths"`
		Reports struct {
			JUnit string `yaml:"junit"`
		} `yaml:"reports"`
	} `yaml:"artifacts"`
}

// script is the whole of a job for one shell, as the runner has it.
func (j gitlabJob) script() script {
	return script{shell: []string{"bash", "-eo", "pipefail"}, text: strings.Join(j.Script, "\n")}
}

// expanded returns variables with those of GitLab in them.
func expanded(variables map[string]string) map[string]string {
	all := map[string]string{}
	for name, value := range variables {
		all[name] = strings.ReplaceAll(value, "$CI_JOB_ID", "4711")
	}
	return all
}

// gitlabWithService runs the example of a service.
func gitlabWithService(ctx context.Context, e *engine) error {
	var jobs map[string]gitlabJob
	if err := read(serviceGitlab, &jobs); err != nil {
		return err
	}
	job := jobs["test"]
	if len(job.Services) != 1 {
		return fmt.Errorf("expected one service, got %d", len(job.Services))
	}
	mock := job.Services[0]
	s, err := e.start(service{args: mock.Command, env: expanded(mock.Variables), alias: mock.Alias})
	if err != nil {
		return err
	}
	defer s.stop()
	folder, err := e.application()
	if err != nil {
		return err
	}
	return s.steps(ctx, folder, expanded(job.Variables), job.script())
}

// gitlabTemplate runs the job that checks a deployment: as it is, which checks
// what only reads, and with everything.
func gitlabTemplate(ctx context.Context, e *engine) error {
	var jobs map[string]gitlabJob
	if err := read(verifyGitlab, &jobs); err != nil {
		return err
	}
	job := jobs[".assay"]
	if jobs["conformance"].Extends != ".assay" {
		return fmt.Errorf("conformance: expected it to extend .assay, got %q", jobs["conformance"].Extends)
	}
	repository, err := e.repository(ctx)
	if err != nil {
		return err
	}
	s, err := e.plainMock(ctx)
	if err != nil {
		return err
	}
	defer s.stop()
	here := deployment(s.port)
	all := here.Replace("--allow-cancel --other-region-url https://api.us.staging.example.com/v5")
	for flags, want := range map[string]int{"": job.AllowFailure.ExitCodes, all: 0} {
		folder, err := e.folder()
		if err != nil {
			return err
		}
		env := maps.Clone(job.Variables)
		maps.Copy(env, map[string]string{
			"ASSAY_REPOSITORY": "file://" + repository, "ASSAY_BASE_URL": here.Replace(env["ASSAY_BASE_URL"]), "ASSAY_FLAGS": flags,
			"ASSAY_APIKEY": "API_KEY", "ASSAY_OTHER_APIKEY": "OTHER_API_KEY", "ASSAY_DENIED_APIKEY": "DENIED_API_KEY",
		})
		if err := s.steps(ctx, folder, env, job.script()); code(err) != want {
			return fmt.Errorf("with the flags %q: expected the exit code %d, got %d: %w", flags, want, code(err), err)
		}
		for _, artifact := range slices.Concat(job.Artifacts.Paths, []string{job.Artifacts.Reports.JUnit}) {
			if _, err := os.Stat(filepath.Join(folder, artifact)); err != nil {
				return fmt.Errorf("artifact: %w", err)
			}
		}
	}
	return nil
}

// repository returns a copy of this repository whose branch main is what is
// checked out here, which may be shallow, and somebody else's.
func (e *engine) repository(ctx context.Context) (string, error) {
	folder, err := e.folder()
	if err != nil {
		return "", err
	}
	for _, args := range [][]string{
		{"init", "--quiet", "--bare", "--initial-branch=main", folder},
		{"-C", folder, "config", "receive.shallowUpdate", "true"},
		{"-c", "safe.directory=*", "-C", e.root, "push", "--quiet", folder, "HEAD:refs/heads/main"},
	} {
		if output, err := exec.CommandContext(ctx, "git", args...).CombinedOutput(); err != nil {
			return "", fmt.Errorf("git %s: %w\n%s", strings.Join(args, " "), err, output)
		}
	}
	return folder, nil
}
