package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The codes are promises to scripts, so the numbers stand here once more.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	want := []exitCode{
		{0, "conforms, or done"},
		{1, "does not conform"},
		{2, "wrong usage or configuration"},
		{3, "could not run"},
		{4, "nothing failed, but not everything could be checked"},
	}
	if diff := cmp.Diff(want, exitCodes(), cmp.AllowUnexported(exitCode{})); diff != "" {
		t.Errorf("exit codes (-want +got):\n%s", diff)
	}
}

func TestEveryCommandIsDescribed(t *testing.T) {
	t.Parallel()
	for _, c := range commands() {
		var stdout, stderr strings.Builder
		code := run(context.Background(), []string{"help", c.name}, nil, nil, &stdout, &stderr)
		if code != exitOK || !strings.HasPrefix(stdout.String(), "Usage: assay "+c.name) && c.name != "help" || stderr.Len() > 0 {
			t.Errorf("help %s: got %d, %q and the errors %q", c.name, code, stdout.String(), stderr.String())
		}
		if c.summary == "" || strings.HasSuffix(c.summary, ".") {
			t.Errorf("%s: got the summary %q, expected a phrase", c.name, c.summary)
		}
	}
}

func TestEveryJoinedErrorHasItsLine(t *testing.T) {
	t.Parallel()
	var stderr strings.Builder
	complain(&stderr, "mock", exitUsage, fmt.Errorf("one\ntwo"))
	want := "assay mock: one\nassay mock: two\nassay mock: see assay help mock\n"
	if diff := cmp.Diff(want, stderr.String()); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
}

func TestLookupInEnvironment(t *testing.T) {
	t.Parallel()
	lookup := lookupIn([]string{"A=1", "B=x=y", "A=2", "EMPTY=", "=C:=C:\\"})
	for name, want := range map[string]string{"A": "2", "B": "x=y", "EMPTY": ""} {
		if got, ok := lookup(name); got != want || !ok {
			t.Errorf("%s: got %q, %t, expected %q", name, got, ok, want)
		}
	}
	if got, ok := lookup("NONE"); ok {
		t.Errorf("NONE: got %q, expected none", got)
	}
}

func TestCommitOf(t *testing.T) {
	t.Parallel()
	const revision = "0123456789abcdef0123456789abcdef01234567"
	tests := []struct {
		name     string
		settings []debug.BuildSetting
		want     string
	}{
		{name: "unknown"},
		{name: "clean", settings: []debug.BuildSetting{{Key: "vcs.revision", Value: revision}, {Key: "vcs.modified", Value: "false"}}, want: " (commit 0123456789ab)"},
		{name: "changed", settings: []debug.BuildSetting{{Key: "vcs.modified", Value: "true"}, {Key: "vcs.revision", Value: revision}}, want: " (commit 0123456789ab, with changes)"},
		{name: "short", settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "01"}}, want: " (commit 01)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := commitOf(tt.settings); got != tt.want {
				t.Errorf("got %q, expected %q", got, tt.want)
			}
		})
	}
}
