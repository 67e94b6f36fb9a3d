package main

import (
	"errors"
	"fmt"
	"os"

	"example.com/assay/conformance/report"
)

// githubOutputs tells GitHub Actions, when the command runs there, about each
// failure at its line, and adds a summary to the page of the job.
func githubOutputs(p *process, r *report.Report) error {
	if on, _ := p.lookupEnv("GITHUB_ACTIONS"); on != "true" {
		return nil
	}
	if err := report.WriteAnnotations(p.stdout, r); err != nil {
		return err
	}
	path, _ := p.lookupEnv("GITHUB_STEP_SUMMARY")
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // GitHub's own file
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	if err := report.Write(file, "markdown", r); err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", errors.Join(err, file.Close()))
	}
	return file.Close()
}
