package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/assay/cmd/assay/internal/config"
)

func newDocs(p *process) *cobra.Command {
	var man, markdown *cobra.Command
	man = newCommand(p, "man DIR", "Write a man page per command", func(_ context.Context, args []string) error {
		return writePages(args[0], manPages(man.Root()))
	})
	markdown = newCommand(p, "markdown DIR", "Write a Markdown page per command", func(_ context.Context, args []string) error {
		return writePages(args[0], markdownPages(markdown.Root()))
	})
	for _, cmd := range []*cobra.Command{man, markdown} {
		cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		}
	}
	return newParent(p, "docs", "Write the reference of all commands to files", man, markdown)
}

// writePages writes the pages, by their file names, into a folder that it creates.
func writePages(folder string, pages map[string]string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // documentation is public
		return err
	}
	for name, content := range pages {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil { //nolint:gosec // documentation is public
			return err
		}
	}
	return nil
}

// leaves returns the command itself, or the commands below it that do something.
func leaves(cmd *cobra.Command) []*cobra.Command {
	if !cmd.HasSubCommands() {
		return []*cobra.Command{cmd}
	}
	var all []*cobra.Command
	for _, child := range cmd.Commands() {
		all = append(all, leaves(child)...)
	}
	return all
}

// markdownPages returns assay.md, the index, and a page for each of its commands. A
// page of several commands describes the flags that they share once.
func markdownPages(root *cobra.Command) map[string]string {
	index := &strings.Builder{}
	fmt.Fprintf(index, "# assay\n\n%s\n\n| command | summary |\n|---|---|\n", introduction)
	pages := map[string]string{}
	for _, cmd := range root.Commands() {
		name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".md"
		fmt.Fprintf(index, "| [%s](%s) | %s |\n", cmd.CommandPath(), name, cmd.Short)
		pages[name] = markdownPage(cmd)
	}
	index.WriteString("\n## Exit codes\n\n| code | meaning |\n|---|---|\n")
	for _, e := range exitCodes() {
		fmt.Fprintf(index, "| %d | %s |\n", e.code, e.meaning)
	}
	fmt.Fprintf(index, "\n## Flags, environment and file\n\n%s\n", layersNote)
	pages["assay.md"] = index.String()
	return pages
}

func markdownPage(cmd *cobra.Command) string {
	b := &strings.Builder{}
	if !cmd.HasSubCommands() {
		fmt.Fprintf(b, "# %s\n\n%s\n\n```text\n%s\n```\n", cmd.CommandPath(), description(cmd), usageLine(cmd))
		for _, g := range flagGroups(cmd) {
			writeFlagTable(b, "## ", g)
		}
		return b.String()
	}
	fmt.Fprintf(b, "# %s\n\n%s The flags at the end of this page belong to several of its commands.\n", cmd.CommandPath(), description(cmd))
	var shared flagGroup
	for _, leaf := range leaves(cmd) {
		fmt.Fprintf(b, "\n## %s\n\n%s\n\n```text\n%s\n```\n", leaf.CommandPath(), description(leaf), usageLine(leaf))
		for _, g := range flagGroups(leaf) {
			if g.title == requestGroup {
				writeFlagTable(b, "### ", g)
				continue
			}
			shared.merge(g)
		}
	}
	shared.title = "Shared flags"
	writeFlagTable(b, "## ", shared)
	return b.String()
}

// merge adds the flags that the group does not have by name.
func (g *flagGroup) merge(other flagGroup) {
	for _, f := range other.flags {
		if !g.has(f.Name) {
			g.flags = append(g.flags, f)
		}
	}
}

func writeFlagTable(b *strings.Builder, heading string, g flagGroup) {
	fmt.Fprintf(b, "\n%s%s\n\n| flag | environment | meaning |\n|---|---|---|\n", heading, g.title)
	for _, f := range g.flags {
		placeholder, usage := describeFlag(f)
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", cell(flagSyntax(f, placeholder)), variableCell(f), cell(strings.ReplaceAll(usage, "\n", " ")))
	}
}

func variableCell(f *pflag.Flag) string {
	if !config.Layered(f) {
		return ""
	}
	return "`" + config.Variable(f) + "`"
}

// manPages returns a page for each command, in roff. It has no date, so that the same
// program writes the same bytes.
func manPages(cmd *cobra.Command) map[string]string {
	pages := map[string]string{strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1": manPage(cmd)}
	for _, child := range cmd.Commands() {
		maps.Copy(pages, manPages(child))
	}
	return pages
}

func manPage(cmd *cobra.Command) string {
	b := &strings.Builder{}
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-")
	fmt.Fprintf(b, ".TH \"%s\" \"1\" \"\" \"assay %s\" \"Assay\"\n", strings.ToUpper(name), version)
	fmt.Fprintf(b, ".SH NAME\n%s \\- %s\n.SH SYNOPSIS\n%s\n", roff(name), roff(cmd.Short), roff(usageLine(cmd)))
	fmt.Fprintf(b, ".SH DESCRIPTION\n.nf\n%s\n.fi\n", roff(description(cmd)))
	for _, child := range cmd.Commands() {
		fmt.Fprintf(b, ".TP\n\\fB%s\\fR\n%s\n", roff(child.Use), roff(child.Short))
	}
	if cmd.HasSubCommands() {
		return b.String()
	}
	for _, g := range flagGroups(cmd) {
		fmt.Fprintf(b, ".SH %s\n", roff(strings.ToUpper(g.title)))
		for _, f := range g.flags {
			placeholder, usage := describeFlag(f)
			fmt.Fprintf(b, ".TP\n\\fB%s\\fR \\fI%s\\fR\n%s\n", roff("--"+f.Name), roff(placeholder), roff(usage))
		}
	}
	fmt.Fprintf(b, ".SH ENVIRONMENT\n%s\n.SH EXIT STATUS\n", roff(layersNote))
	for _, e := range exitCodes() {
		fmt.Fprintf(b, ".TP\n\\fB%d\\fR\n%s\n", e.code, roff(e.meaning))
	}
	return b.String()
}

// roff escapes text: backslashes, hyphens, and dots and quotes at the beginning of a
// line.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n.", "\n\\&.", "\n'", "\n\\&'").Replace("\n" + text)
	return text[1:]
}
