package main

import (
	"context"
	"fmt"
	"io"

	"example.com/assay/cmd/assay/internal/config"
)

// runHelp describes one command, or all of them.
func runHelp(ctx context.Context, p *process, args []string) (int, error) {
	if len(args) == 0 {
		writeUsage(p.stdout)
		return exitOK, nil
	}
	cmd, ok := find(args[0])
	if !ok || len(args) > 1 {
		return exitUsage, fmt.Errorf("expected the name of one command, got %q%s", args, config.DidYouMean(args[0], "assay help ", names()))
	}
	if cmd.name == "help" {
		writeUsage(p.stdout)
		return exitOK, nil
	}
	return cmd.run(ctx, p, []string{"--help"})
}

func writeUsage(w io.Writer) {
	fmt.Fprint(w, `Assay is a mock of the assessments part of the Maxsight API v5, and a suite
that tells whether an implementation of it, at any URL, conforms.

Usage: assay COMMAND [flags]

Commands:
`)
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-13s %s\n", c.name, c.summary)
	}
	fmt.Fprintln(w, "\nExit codes:")
	for _, e := range exitCodes() {
		fmt.Fprintf(w, "  %d  %s\n", e.code, e.meaning)
	}
	fmt.Fprintln(w, "\nassay help COMMAND describes the flags of a command.")
}
