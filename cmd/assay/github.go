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
	return p.env["GITHUB_ACTIONS"] == "true"
}

// githubOutputs annotates each failure at its line, and adds the report to the
// summary of the job. It does nothing outside GitHub Actions.
func githubOutputs(p *process, r *report.Report) error {
	if !onGitHub(p) {
		return nil
	}
	if err := report.WriteAnnotations(p.stdout, r); err != nil {
		return err
	}
	return githubSummary(p, func(w io.Writer) error { return report.Write(w, "markdown", r) })
}

// githubSummary adds to the summary of the job. It does nothing outside GitHub
// Actions.
func githubSummary(p *process, write func(io.Writer) error) error {
	path := p.env["GITHUB_STEP_SUMMARY"]
	if path == "" || !onGitHub(p) {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // GitHub's own file
	if err == nil {
		err = errors.Join(write(file), file.Close())
	}
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	return nil
}
