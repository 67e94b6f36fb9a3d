package report

import (
	"strings"
	"unicode"
)

// Syntax is the syntax of a format, for escapes.
type Syntax int

// The syntaxes.
const (
	Plain Syntax = iota // without escapes: a space stands in for one
	JSON
	Markup
)

func (s Syntax) escapes() (hash, colon string) {
	switch s {
	case JSON:
		return `\u0023`, `\u003a`
	case Markup:
		return "&#35;", "&#58;"
	case Plain:
	}
	return " #", " :"
}

// withoutCommands disarms workflow commands in a document. GitHub's runner obeys
// ##[command] anywhere in a line, and ::command:: at its start, in all output of a
// job. Reports hold text of the target.
func (s Syntax) withoutCommands(document string) string {
	hash, colon := s.escapes()
	var b strings.Builder
	for line := range strings.Lines(strings.ReplaceAll(document, "##[", "#"+hash+"[")) {
		text := strings.TrimLeftFunc(line, unicode.IsSpace)
		if rest, found := strings.CutPrefix(text, "::"); found {
			line = line[:len(line)-len(text)] + ":" + colon + rest
		}
		b.WriteString(line)
	}
	return b.String()
}
