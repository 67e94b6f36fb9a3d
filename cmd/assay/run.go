package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/assay/cmd/assay/internal/config"
)

// run is the whole program without the operating system. It returns an exit code.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	out := &output{Writer: stdout}
	p := &process{env: variablesOf(env), stdin: stdin, stdout: out, stderr: stderr}
	root := newRoot(p, slices.ContainsFunc(args, func(arg string) bool { return arg == "ctl" || arg == "docs" }))
	root.SetArgs(config.MaskNegative(args))
	cmd, err := root.ExecuteContextC(ctx)
	if err = out.check(err); err != nil {
		complain(stderr, cmd.CommandPath(), err)
	}
	return codeOf(err)
}

// complain prints each line of the error after the name of the command.
func complain(w io.Writer, command string, err error) {
	if _, silent := errors.AsType[exitError](err); silent {
		return
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(w, "%s: %s\n", command, strings.TrimSuffix(line, "\n"))
	}
	if codeOf(err) == exitUsage {
		fmt.Fprintf(w, "%s: see %s --help\n", command, command)
	}
}

// newRoot returns the command assay with all its subcommands. Those of ctl cost the
// time to read a document.
func newRoot(p *process, withCtl bool) *cobra.Command {
	root := newParent(p, "assay", "Mock the Maxsight assessments API v5, and check implementations of it")
	root.Version = version
	root.SetVersionTemplate(versionReport())
	root.PersistentFlags().String(config.FileFlag, "", "read flags from this YAML `FILE`, a mapping of names to values")
	root.AddGroup(&cobra.Group{ID: "mock", Title: "Mock server"}, &cobra.Group{ID: "suite", Title: "Conformance suite"}, &cobra.Group{ID: "program", Title: "Program"})
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add("mock", newMock(p), newCtl(p, withCtl), newWait(p))
	add("suite", newVerify(p), newProve(p), newRequirements(p), newContract(p))
	help := newHelp(p)
	root.SetHelpCommand(help)
	root.SetHelpCommandGroupID("program")
	add("program", newVersion(p), newCompletion(p), newDocs(p), help)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { writeHelp(p.stdout, cmd) })
	root.SetFlagErrorFunc(flagError)
	prepareFlags(root)
	return root
}

// prepareFlags makes every flag of the commands wait for all layers, and lets
// shells complete those with a few words.
func prepareFlags(cmd *cobra.Command) {
	for _, flags := range []*pflag.FlagSet{cmd.Flags(), cmd.PersistentFlags()} {
		flags.VisitAll(func(f *pflag.Flag) {
			if words := config.Allowed(f); words != nil {
				completeFlag(cmd, f.Name, func() []string { return words })
			}
		})
		config.Defer(flags)
	}
	for _, child := range cmd.Commands() {
		prepareFlags(child)
	}
}

// variablesOf returns the variables of a list such as os.Environ returns. The last of
// two entries counts, as in a process.
func variablesOf(env []string) map[string]string {
	variables := map[string]string{}
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		variables[name] = value
	}
	return variables
}

// newHelp returns the command that describes others.
func newHelp(p *process) *cobra.Command {
	help := newCommand(p, "help [COMMAND]...", "Describe a command", nil)
	help.RunE = func(cmd *cobra.Command, args []string) error {
		target, rest, err := cmd.Root().Find(args)
		if err != nil || len(rest) > 0 {
			return usageError(unknownCommand(target, rest[0]))
		}
		writeHelp(p.stdout, target)
		return nil
	}
	help.ValidArgsFunction = func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
		target, rest, err := cmd.Root().Find(args)
		if err != nil || len(rest) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return completion(func() []string { return subcommands(target) })(cmd, args, prefix)
	}
	return help
}

func newVersion(p *process) *cobra.Command {
	return newCommand(p, "version", "Print the version and the hash of the contract", func(context.Context, []string) error {
		_, err := io.WriteString(p.stdout, versionReport())
		return err
	})
}
