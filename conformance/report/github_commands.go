package report

import (
	"strings"
	"unicode"
)

// commandEscape says how a format writes a character so that it reads the same and
// is no part of a workflow command any more. GitHub's runner takes commands from
// whatever a job prints: ##[command] anywhere in a line, ::command:: at its start.
// Reports are printed too, and hold what a target has sent.
type commandEscape struct{ hash, colon string }

func jsonCommands() commandEscape { return commandEscape{hash: `\u0023`, colon: `\u003a`} }

func markupCommands() commandEscape { return commandEscape{hash: "&#35;", colon: "&#58;"} }

// plainCommands is for formats without an escape for this, where a space must do.
func plainCommands() commandEscape { return commandEscape{hash: " #", colon: " :"} }

// apply leaves no command in the document.
func (e commandEscape) apply(document string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.ReplaceAll(document, "##[", "#"+e.hash+"[")) {
		text := strings.TrimLeftFunc(line, unicode.IsSpace)
		if rest, found := strings.CutPrefix(text, "::"); found {
			line = line[:len(line)-len(text)] + ":" + e.colon + rest
		}
		b.WriteString(line)
	}
	return b.String()
}
