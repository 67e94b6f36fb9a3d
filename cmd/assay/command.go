package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/internal/suggest"
)

// process is the outside world of a command.
type process struct {
	env    map[string]string
	stdin  io.Reader
	stdout io.Writer // results
	stderr io.Writer // errors and logs
}

// newCommand returns a command without flags. Its arguments are those of the usage
// line: NAME is required, [NAME] optional, NAME... repeatable.
func newCommand(p *process, usage, summary string, do func(ctx context.Context, args []string) error) *cobra.Command {
	cmd := &cobra.Command{
		Use: usage, Short: summary, DisableFlagsInUseLine: true, ValidArgsFunction: cobra.NoFileCompletions,
		Args: func(_ *cobra.Command, args []string) error { return checkArguments(strings.Fields(usage)[1:], args) },
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := config.Apply(cmd.Flags(), p.env, os.ReadFile); err != nil {
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
