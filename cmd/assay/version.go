package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"example.com/assay/openapi"
)

// version is the version of the product (semver.org).
const version = "0.1.0"

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
