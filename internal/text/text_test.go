package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/assay/internal/text"
)

func TestShorten(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		text  string
		limit int
		want  string
	}{
		{"empty", "", 3, ""},
		{"short enough", "abc", 3, "abc"},
		{"too long", "abcd", 3, "abc…"},
		{"limit inside a character", "aé", 2, "a…"},
		{"limit after a character", "éa", 2, "é…"},
		{"limit inside binary data", "\x80\x80\x80\x80\x80", 4, "\x80…"},
		{"limit 0", "abc", 0, "…"},
		{"negative limit", "abc", -1, "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := text.Shorten(tt.text, tt.limit); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzShorten(f *testing.F) {
	f.Add("aé\xff日本", 4)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		got := text.Shorten(s, limit)
		if utf8.ValidString(s) && !utf8.ValidString(got) || len(got) > max(len(s), max(limit, 0)+len("…")) || !strings.HasPrefix(s, strings.TrimSuffix(got, "…")) {
			t.Errorf("Shorten(%q, %d): got %q", s, limit, got)
		}
	})
}
