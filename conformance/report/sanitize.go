package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	texts "example.com/assay/internal/text"
)

// visible shows control characters, which could steer a terminal, and marks that
// reverse the direction of text. Line breaks and tabs stay.
func visible(text string) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(strings.ReplaceAll(text, "\r\n", "\n"), string(utf8.RuneError)) {
		b.WriteString(visibleRune(r))
	}
	return b.String()
}

// visibleLine is visible for one line.
func visibleLine(text string) string {
	return strings.NewReplacer("\n", "␊", "\t", " ").Replace(visible(text))
}

// visibleRune returns Unicode's picture of an ASCII control, and the number of any
// other invisible character.
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

// clip shortens a value to size bytes, and says so. It shortens before show too,
// since show takes time.
func clip(s string, size int, show func(string) string) string {
	shown := show(texts.Prefix(s, size))
	if len(s) <= size && len(shown) <= size {
		return shown
	}
	return texts.Prefix(shown, size) + " … (cut)"
}
