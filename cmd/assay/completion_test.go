package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/conformance/mutants"
	"example.com/assay/openapi"
)

func TestCompletionOffersClosedSets(t *testing.T) {
	t.Parallel()
	tests := []struct {
		line, want string // the line ends where the shell asks
		not        string // a value that is not offered
	}{
		{line: "m", want: "mock", not: "verify"},
		{line: "ctl ", want: "unmatched"},
		{line: "ctl journal ", want: "explain"},
		{line: "ctl faults arm ", want: "commit-then-reset"},
		{line: "ctl faults arm --operation c", want: "cancelWorkflow", not: "getAssessment"},
		{line: "ctl institutions create --set list-shape=", want: "list-shape=array", not: "create-status=ok"},
		{line: "ctl institutions create --clock ", want: "frozen"},
		{line: "ctl settings set second-cancel=c", want: "second-cancel=conflict"},
		{line: "ctl settings set list-shape=array second-cancel=c", want: "second-cancel=conflict"},
		{line: "ctl journal list --effective ", want: "false"},
		{line: "mock --set second-cancel=c", want: "second-cancel=conflict", not: "second-cancel=no-content"},
		{line: "mock --log-level ", want: "debug"},
		{line: "mock --log-format j", want: "json", not: "text"},
		{line: "verify --level d", want: "derived", not: "core"},
		{line: "verify --only CAN-0", want: "CAN-04", not: "GET-02"},
		{line: "verify --skip ", want: "GET-02"},
		{line: "verify --report ", want: "junit"},
		{line: "prove --mutant cancel-answers-2", want: "cancel-answers-200"},
		{line: "prove --report ", want: "markdown"},
		{line: "requirements --format ", want: "markdown"},
		{line: "completion ", want: "fish"},
		{line: "help ctl clock ", want: "advance"},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			t.Parallel()
			offered := complete(t, strings.Split(tt.line, " ")...)
			if !slices.Contains(offered, tt.want) || tt.not != "" && slices.Contains(offered, tt.not) {
				t.Errorf("got %q, want %q and not %q", offered, tt.want, tt.not)
			}
		})
	}
}

func TestCompletionOffersAllIDs(t *testing.T) {
	t.Parallel()
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	if got := complete(t, "verify", "--only", ""); len(got) != len(catalogue.Requirements) {
		t.Errorf("requirements: got %d, want %d", len(got), len(catalogue.Requirements))
	}
	if got := complete(t, "prove", "--mutant", ""); len(got) != len(mutants.All()) {
		t.Errorf("mutants: got %d, want %d", len(got), len(mutants.All()))
	}
}

func TestCompletionOffersEveryChoice(t *testing.T) {
	t.Parallel()
	walk(newRoot(&process{}, true), func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			want := config.Allowed(f)
			if want == nil {
				return
			}
			if got := complete(t, append(strings.Fields(cmd.CommandPath())[1:], "--"+f.Name, "")...); !slices.Equal(got, want) {
				t.Errorf("%s --%s: got %q, want %q", cmd.CommandPath(), f.Name, got, want)
			}
		})
	})
}

// complete returns what a shell offers for the last of the words.
func complete(t *testing.T, words ...string) []string {
	t.Helper()
	var stdout, stderr strings.Builder
	if code := run(t.Context(), append([]string{"__complete"}, words...), nil, nil, &stdout, &stderr); code != exitOK {
		t.Fatalf("got %d and the errors %q", code, &stderr)
	}
	var offered []string
	for line := range strings.Lines(stdout.String()) {
		if value, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); !strings.HasPrefix(value, ":") {
			offered = append(offered, value)
		}
	}
	return offered
}

func TestCompletionScripts(t *testing.T) {
	t.Parallel()
	for shell, want := range map[string]string{
		"bash": "complete -o default -F __start_assay assay", "zsh": "#compdef assay", "fish": "complete -c assay", "powershell": "Register-ArgumentCompleter",
	} {
		var stdout, stderr strings.Builder
		if code := run(t.Context(), []string{"completion", shell}, nil, nil, &stdout, &stderr); code != exitOK || !strings.Contains(stdout.String(), want) || stderr.Len() > 0 {
			t.Errorf("%s: got %d, %.200q and the errors %q, want %q", shell, code, &stdout, &stderr, want)
		}
		if shell != "bash" {
			continue
		}
		cmd := exec.CommandContext(t.Context(), "bash", "-n")
		cmd.Stdin = strings.NewReader(stdout.String())
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("bash -n: %v\n%s", err, output)
		}
	}
	var stdout, stderr strings.Builder
	want := "assay completion: unknown shell \"csh\"; use bash, fish, powershell, zsh\n"
	if code := run(t.Context(), []string{"completion", "csh"}, nil, nil, &stdout, &stderr); code != exitUsage || !strings.HasPrefix(stderr.String(), want) {
		t.Errorf("csh: got %d and the errors %q, want %q", code, &stderr, want)
	}
}
