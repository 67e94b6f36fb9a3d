package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"example.com/assay/conformance/report"
)

// onGitHub reports whether the command runs in GitHub Actions.
func onGitHub(p *process) bool {
	on, _ := p.lookupEnv("GITHUB_ACTIONS")
	return on == "true"
}

// githubOutputs tells GitHub Actions, when the command runs there, about each
// failure at its line, and adds a summary to the page of the job.
func githubOutputs(p *process, r *report.Report) error {
	if !onGitHub(p) {
		return nil
	}
	if err := report.WriteAnnotations(p.stdout, r); err != nil {
		return err
	}
	return githubSummary(p, func(w io.Writer) error { return report.Write(w, "markdown", r) })
}

// githubSummary adds what is written to the page of the job, if the command runs
// in one of GitHub's.
func githubSummary(p *process, write func(io.Writer) error) error {
	path, _ := p.lookupEnv("GITHUB_STEP_SUMMARY")
	if path == "" || !onGitHub(p) {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // GitHub's own file
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	if err := write(file); err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", errors.Join(err, file.Close()))
	}
	return file.Close()
}
