package main

import (
	"errors"
	"os"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/assay/cmd/assay/internal/config"
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
		{130, "interrupted"},
	}
	if diff := cmp.Diff(want, exitCodes(), cmp.AllowUnexported(exitCode{})); diff != "" {
		t.Errorf("exit codes (-want +got):\n%s", diff)
	}
}

func TestEveryCommandIsDescribed(t *testing.T) {
	t.Parallel()
	walk(newRoot(&process{}, true), func(cmd *cobra.Command) {
		args := strings.Fields(cmd.CommandPath())[1:]
		var stdout, stderr strings.Builder
		code := run(t.Context(), append([]string{"help"}, args...), nil, nil, &stdout, &stderr)
		if code != exitOK || !strings.Contains(stdout.String(), "Usage: "+cmd.CommandPath()) || stderr.Len() > 0 {
			t.Errorf("help %s: got %d, %q and the errors %q", args, code, stdout.String(), stderr.String())
		}
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s: got the summary %q, want a phrase", cmd.CommandPath(), cmd.Short)
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" || strings.HasSuffix(f.Usage, ".") {
				t.Errorf("%s --%s: got the usage %q, want a phrase", cmd.CommandPath(), f.Name, f.Usage)
			}
		})
	})
}

// walk calls visit with the command and all commands below it.
func walk(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, child := range cmd.Commands() {
		walk(child, visit)
	}
}

func TestComplainPrintsOneLinePerJoinedError(t *testing.T) {
	t.Parallel()
	var stderr strings.Builder
	complain(&stderr, "assay mock", usageError(errors.New("one\ntwo")))
	want := "assay mock: one\nassay mock: two\nassay mock: see assay mock --help\n"
	if diff := cmp.Diff(want, stderr.String()); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
}

func TestVariablesOfEnvironment(t *testing.T) {
	t.Parallel()
	got := variablesOf([]string{"A=1", "B=x=y", "A=2", "EMPTY=", "=C:=C:\\"})
	want := map[string]string{"A": "2", "B": "x=y", "EMPTY": "", "": "C:=C:\\"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
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
		{name: "changed", settings: []debug.BuildSetting{{Key: "vcs.modified", Value: "true"}, {Key: "vcs.revision", Value: revision}}, want: " (commit 0123456789ab, modified)"},
		{name: "short", settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "01"}}, want: " (commit 01)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := commitOf(tt.settings); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// parseFlags fills flags as a command does.
func parseFlags(register func(*pflag.FlagSet), args []string, env map[string]string) error {
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	flags.String(config.FileFlag, "", "")
	register(flags)
	config.Defer(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	return config.Apply(flags, env, os.ReadFile)
}
