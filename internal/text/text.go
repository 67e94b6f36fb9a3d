// Package text shortens texts for messages.
package text

import "unicode/utf8"

// Shorten returns the text, or a prefix of at most limit bytes and an ellipsis.
func Shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return Prefix(s, limit) + "…"
}

// Prefix returns the longest prefix of at most limit bytes that splits no character.
func Prefix(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := max(limit, 0)
	for end > 0 && limit-end < utf8.UTFMax-1 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}
