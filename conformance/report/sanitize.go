package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible makes text of the target's safe to look at: control characters, which
// could steer a terminal, and marks that turn the direction of writing, which
// could make it read as something else, are shown instead of obeyed. Line breaks
// and tabs stay.
func visible(text string) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(strings.ReplaceAll(text, "\r\n", "\n"), string(utf8.RuneError)) {
		b.WriteString(visibleRune(r))
	}
	return b.String()
}

// visibleLine is visible for a place that has one line only.
func visibleLine(text string) string {
	return strings.NewReplacer("\n", "␊", "\t", " ").Replace(visible(text))
}

// visibleRune uses the pictures that Unicode has for the ASCII controls, and the
// number for everything else that cannot be seen.
func visibleRune(r rune) string {
	switch {
	case r == '\n' || r == '\t':
		return string(r)
	case r < ' ':
		return string('␀' + r)
	case r == 0x7f:
		return "␡"
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029':
		return fmt.Sprintf("<U+%04X>", r)
	}
	return string(r)
}
