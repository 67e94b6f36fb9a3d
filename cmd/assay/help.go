package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/assay/cmd/assay/internal/config"
)

// Annotations of flags.
const (
	groupAnnotation       = "group"       // the heading in the help
	placeholderAnnotation = "placeholder" // of the value, where the usage does not quote it
)

// group adds the flags that define defines, under a heading of the help.
func group(flags *pflag.FlagSet, title string, define func(flags *pflag.FlagSet)) {
	part := pflag.NewFlagSet(title, pflag.ContinueOnError)
	part.SortFlags = false
	define(part)
	part.VisitAll(func(f *pflag.Flag) {
		if f.Annotations == nil {
			f.Annotations = map[string][]string{}
		}
		f.Annotations[groupAnnotation] = []string{title}
		flags.AddFlag(f)
	})
}

// flagGroup is the flags under one heading.
type flagGroup struct {
	title string
	flags []*pflag.Flag
}

func (g *flagGroup) has(name string) bool {
	return slices.ContainsFunc(g.flags, func(f *pflag.Flag) bool { return f.Name == name })
}

// flagGroups returns the flags of a command by group, in the order of their
// definition.
func flagGroups(cmd *cobra.Command) []flagGroup {
	var groups []flagGroup
	cmd.InheritedFlags() // adds those of the parents
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		title := "General"
		if named, ok := f.Annotations[groupAnnotation]; ok {
			title = named[0]
		}
		i := slices.IndexFunc(groups, func(g flagGroup) bool { return g.title == title })
		if i < 0 {
			i, groups = len(groups), append(groups, flagGroup{title: title})
		}
		groups[i].flags = append(groups[i].flags, f)
	})
	return groups
}

const introduction = `Assay is a mock server for the assessments part of the Maxsight API v5, and a
conformance suite that checks any implementation of it by its base URL.`

const layersNote = `A flag can also be set by an environment variable (--log-level: ASSAY_LOG_LEVEL)
and by a key of the --config file (log-level). The command line overrides the
environment, the environment the file. A repeatable flag takes values in a
variable that are separated by commas, or by line breaks if there are any, and a
list in the file.`

// writeHelp describes a command.
func writeHelp(w io.Writer, cmd *cobra.Command) {
	if cmd.HasParent() {
		fmt.Fprintf(w, "Usage: %s\n\n%s\n", usageLine(cmd), description(cmd))
	} else {
		fmt.Fprintf(w, "%s\n\nUsage: %s\n", introduction, usageLine(cmd))
	}
	writeCommands(w, cmd)
	if !cmd.HasSubCommands() {
		writeFlags(w, cmd)
	}
	if cmd.HasParent() {
		return
	}
	fmt.Fprintln(w, "\nExit codes:")
	for _, e := range exitCodes() {
		fmt.Fprintf(w, "  %d  %s\n", e.code, e.meaning)
	}
	fmt.Fprintln(w, "\nassay help COMMAND describes a command and its flags.")
}

func description(cmd *cobra.Command) string {
	if cmd.Long != "" {
		return cmd.Long
	}
	return cmd.Short + "."
}

func usageLine(cmd *cobra.Command) string {
	line := cmd.UseLine()
	if cmd.HasSubCommands() {
		line += " COMMAND"
	}
	return line + " [flags]"
}

// writeCommands lists the subcommands, group by group.
func writeCommands(w io.Writer, cmd *cobra.Command) {
	groups := cmd.Groups()
	if len(groups) == 0 {
		groups = []*cobra.Group{{Title: "Commands"}}
	}
	width := 0
	for _, c := range cmd.Commands() {
		width = max(width, len(shortUsage(c)))
	}
	for _, g := range groups {
		heading := "\n" + g.Title + ":\n"
		for _, c := range cmd.Commands() {
			if c.GroupID == g.ID && c.IsAvailableCommand() {
				fmt.Fprintf(w, "%s  %-*s  %s\n", heading, width, shortUsage(c), c.Short)
				heading = ""
			}
		}
	}
}

// shortUsage is the usage of a subcommand after the name of its parent.
func shortUsage(cmd *cobra.Command) string { return cmd.Use }

func writeFlags(w io.Writer, cmd *cobra.Command) {
	for _, g := range flagGroups(cmd) {
		fmt.Fprintf(w, "\n%s:\n", g.title)
		for _, f := range g.flags {
			placeholder, usage := describeFlag(f)
			fmt.Fprintf(w, "  %s\n      %s\n", flagSyntax(f, placeholder), strings.ReplaceAll(usage, "\n", "\n      "))
		}
	}
	fmt.Fprintln(w, "\n"+layersNote)
}

func flagSyntax(f *pflag.Flag, placeholder string) string {
	return strings.TrimSpace("--" + f.Name + " " + placeholder)
}

// describeFlag returns the placeholder of the value, and what the flag is for, with
// its default.
func describeFlag(f *pflag.Flag) (placeholder, usage string) {
	placeholder, usage = pflag.UnquoteUsage(f)
	switch placeholder {
	case "int", "uint", "float":
		placeholder = "NUMBER"
	case "duration":
		placeholder = "DURATION"
	}
	if allowed := config.Allowed(f); allowed != nil {
		placeholder = strings.Join(allowed, "|")
	}
	if named, ok := f.Annotations[placeholderAnnotation]; ok {
		placeholder = named[0]
	}
	switch {
	case config.IsList(f):
		usage += " (repeatable)"
	case f.DefValue != "" && f.Value.Type() != "bool":
		usage += " (default " + f.DefValue + ")"
	}
	return placeholder, usage
}

// completeFlag lets shells complete the values of a flag.
func completeFlag(cmd *cobra.Command, name string, values func() []string) {
	if err := cmd.RegisterFlagCompletionFunc(name, completion(values)); err != nil {
		panic(err) // the flag is not defined: a defect of the command
	}
}

// completion returns a function that offers the values with a prefix.
func completion(values func() []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
		var matching []string
		for _, value := range values() {
			if strings.HasPrefix(value, prefix) {
				matching = append(matching, value)
			}
		}
		return matching, cobra.ShellCompDirectiveNoFileComp
	}
}

// cell escapes a text for a cell of a Markdown table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
