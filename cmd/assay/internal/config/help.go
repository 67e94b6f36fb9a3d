package config

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// group is flags that stand together in the help.
type group struct {
	title string
	names []string
}

// Group gives the flags that are defined from here on, up to the next call, a
// title of their own in the help.
func (f *Flags) Group(title string) {
	f.collect()
	f.groups = append(f.groups, group{title: title})
}

// collect files the flags that no group has yet.
func (f *Flags) collect() {
	if len(f.groups) == 0 {
		return
	}
	last := &f.groups[len(f.groups)-1]
	for _, name := range f.names() {
		if name != fileFlag && !f.grouped(name) {
			last.names = append(last.names, name)
		}
	}
}

func (f *Flags) grouped(name string) bool {
	return slices.ContainsFunc(f.groups, func(g group) bool { return slices.Contains(g.names, name) })
}

// WriteHelp describes every flag, group by group.
func (f *Flags) WriteHelp(w io.Writer) {
	f.collect()
	for _, g := range append(f.groups, group{title: "Configuration", names: []string{fileFlag}}) {
		fmt.Fprintf(w, "\n%s:\n", g.title)
		for _, name := range g.names {
			describe(w, f.Lookup(name))
		}
	}
	fmt.Fprint(w, `
Every flag is a variable too, --log-level for example ASSAY_LOG_LEVEL, and a key
of the file. The command line goes before the environment, the environment before
the file. What is repeatable is a list in the file, and has commas in a variable.
`)
}

func describe(w io.Writer, fl *flag.Flag) {
	placeholder, usage := flag.UnquoteUsage(fl)
	if choice, ok := fl.Value.(*Choice); ok {
		placeholder = strings.Join(choice.Allowed, "|")
	}
	fmt.Fprintf(w, "  %s\n", strings.TrimSpace("--"+fl.Name+" "+placeholder))
	fmt.Fprintf(w, "      %s%s\n", strings.ReplaceAll(usage, "\n", "\n      "), note(fl))
}

// note says what a flag is if it is not given, and whether it can be repeated.
func note(fl *flag.Flag) string {
	switch {
	case isList(fl.Value):
		return " (repeatable)"
	case fl.DefValue == "" || isBool(fl.Value):
		return ""
	default:
		return " (default " + fl.DefValue + ")"
	}
}
