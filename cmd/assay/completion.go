package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// shells returns what writes the completion script of each shell.
func shells(root *cobra.Command) map[string]func(io.Writer) error {
	return map[string]func(io.Writer) error{
		"bash":       func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"zsh":        root.GenZshCompletion,
		"fish":       func(w io.Writer) error { return root.GenFishCompletion(w, true) },
		"powershell": root.GenPowerShellCompletionWithDesc,
	}
}

func newCompletion(p *process) *cobra.Command {
	var cmd *cobra.Command
	cmd = newCommand(p, "completion SHELL", "Print the completion script of a shell", func(_ context.Context, args []string) error {
		all := shells(cmd.Root())
		generate, ok := all[args[0]]
		if !ok {
			return usageError(fmt.Errorf("unknown shell %q; use %s", args[0], strings.Join(slices.Sorted(maps.Keys(all)), ", ")))
		}
		return generate(p.stdout)
	})
	cmd.Long = `Print the script that lets a shell complete commands, flags and their values. To
install it, write it to a file that the shell reads at its start:

  bash        assay completion bash > /etc/bash_completion.d/assay
  zsh         assay completion zsh > "${fpath[1]}/_assay"
  fish        assay completion fish > ~/.config/fish/completions/assay.fish
  powershell  assay completion powershell >> $PROFILE`
	cmd.ValidArgsFunction = completion(func() []string { return slices.Sorted(maps.Keys(shells(cmd))) })
	return cmd
}
