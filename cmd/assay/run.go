package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/internal/suggest"
)

// process is the outside world of a command.
type process struct {
	lookupEnv func(name string) (string, bool)
	stdin     io.Reader
	stdout    io.Writer // results
	stderr    io.Writer // errors and logs
}

// run is the whole program without the operating system. It returns an exit code.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &process{lookupEnv: lookupIn(env), stdin: stdin, stdout: stdout, stderr: stderr}
	root := newRoot(p, slices.ContainsFunc(args, func(arg string) bool { return arg == "ctl" || arg == "docs" }))
	root.SetArgs(config.MaskNegative(args))
	cmd, err := root.ExecuteContextC(ctx)
	if err != nil {
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
	add("suite", newVerify(p), newProve(p), newRequirements(p))
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

// newCommand returns a command without flags. Its arguments are those of the usage
// line: NAME is required, [NAME] optional, NAME... repeatable.
func newCommand(p *process, usage, summary string, do func(ctx context.Context, args []string) error) *cobra.Command {
	cmd := &cobra.Command{
		Use: usage, Short: summary, DisableFlagsInUseLine: true, ValidArgsFunction: cobra.NoFileCompletions,
		Args: func(_ *cobra.Command, args []string) error { return checkArguments(strings.Fields(usage)[1:], args) },
		RunE: func(cmd *cobra.Command, args []string) error {
			sources := config.Sources{LookupEnv: p.lookupEnv, ReadFile: os.ReadFile}
			if err := config.Apply(cmd.Flags(), sources); err != nil {
				return usageError(err)
			}
			return do(cmd.Context(), config.Unmask(args))
		},
	}
	cmd.Flags().SortFlags = false
	return cmd
}

// newParent returns a command that only has subcommands.
func newParent(p *process, name, summary string, commands ...*cobra.Command) *cobra.Command {
	parent := &cobra.Command{Use: name, Short: summary, Args: cobra.ArbitraryArgs, DisableFlagsInUseLine: true, ValidArgsFunction: cobra.NoFileCompletions}
	parent.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usageError(unknownCommand(cmd, args[0]))
		}
		writeHelp(p.stderr, cmd)
		return exitError(exitUsage)
	}
	parent.AddCommand(commands...)
	return parent
}

func unknownCommand(parent *cobra.Command, name string) error {
	return fmt.Errorf("unknown command %q%s", name, suggest.Hint(name, subcommands(parent)))
}

func subcommands(parent *cobra.Command) []string {
	var names []string
	for _, c := range parent.Commands() {
		names = append(names, c.Name())
	}
	return names
}

// checkArguments compares the arguments with their names in the usage line.
func checkArguments(names, args []string) error {
	required := 0
	for _, name := range names {
		if !strings.HasPrefix(name, "[") {
			required++
		}
	}
	repeatable := len(names) > 0 && strings.HasSuffix(names[len(names)-1], "...")
	switch {
	case len(args) < required:
		return usageError(fmt.Errorf("missing argument %s", names[len(args)]))
	case len(args) > len(names) && !repeatable:
		return usageError(fmt.Errorf("unexpected argument %q", args[len(names)]))
	}
	return nil
}

// flagError words the errors of the parser.
func flagError(cmd *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return usageError(unknownFlag(cmd, unknown))
	}
	if bare, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return usageError(fmt.Errorf("--%s needs a value", bare.GetSpecifiedName()))
	}
	return usageError(err)
}

func unknownFlag(cmd *cobra.Command, err *pflag.NotExistError) error {
	if short := err.GetSpecifiedShortnames(); short != "" {
		return fmt.Errorf("unknown flag -%s; names of flags begin with --", short)
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	hint := ""
	if near, ok := suggest.Nearest(err.GetSpecifiedName(), names); ok {
		hint = "; did you mean --" + near + "?"
	}
	return fmt.Errorf("unknown flag --%s%s", err.GetSpecifiedName(), hint)
}

// lookupIn looks variables up in a list such as os.Environ returns. The last of two
// entries counts, as in a process.
func lookupIn(env []string) func(string) (string, bool) {
	variables := map[string]string{}
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		variables[name] = value
	}
	return func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}
}
