package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/openapi"
)

// version is the version of the product (semver.org).
const version = "0.1.0"

// runVersion prints what a bug report should say.
func runVersion(_ context.Context, p *process, args []string) (int, error) {
	if done, err := p.parse(config.NewFlags("version"), args); done || err != nil {
		return usageIf(err), err
	}
	fmt.Fprintf(p.stdout, "assay %s\n", versionText())
	fmt.Fprintf(p.stdout, "contract %s\n", openapi.Hash())
	fmt.Fprintf(p.stdout, "%s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return exitOK, nil
}

// usageIf returns the exit code for an error of the command line.
func usageIf(err error) int {
	if err != nil {
		return exitUsage
	}
	return exitOK
}

// versionText is the version, and the commit that was built if it is known.
func versionText() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version
	}
	return version + commitOf(info.Settings)
}

func commitOf(settings []debug.BuildSetting) string {
	values := map[string]string{}
	for _, s := range settings {
		values[s.Key] = s.Value
	}
	revision := values["vcs.revision"]
	if revision == "" {
		return ""
	}
	text := " (commit " + revision[:min(12, len(revision))]
	if values["vcs.modified"] == "true" {
		text += ", with changes"
	}
	return text + ")"
}
