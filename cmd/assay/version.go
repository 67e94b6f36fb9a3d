package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"example.com/assay/openapi"
)

// version is the version of the product (semver.org).
const version = "0.1.0"

func newVersion(p *process) *cobra.Command {
	return newCommand(p, "version", "Print the version and the hash of the contract", func(context.Context, []string) error {
		_, err := io.WriteString(p.stdout, versionReport())
		return err
	})
}

// versionReport returns what a bug report needs.
func versionReport() string {
	return fmt.Sprintf("assay %s\ncontract %s\n%s %s/%s\n", versionText(), openapi.Hash(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// versionText returns the version, and the commit if it is known.
func versionText() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return version + commitOf(info.Settings)
	}
	return version
}

func commitOf(settings []debug.BuildSetting) string {
	values := map[string]string{}
	for _, s := range settings {
		values[s.Key] = s.Value
	}
	switch revision := values["vcs.revision"]; {
	case revision == "":
		return ""
	case values["vcs.modified"] == "true":
		return fmt.Sprintf(" (commit %.12s, modified)", revision)
	default:
		return fmt.Sprintf(" (commit %.12s)", revision)
	}
}
