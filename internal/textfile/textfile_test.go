package textfile_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"example.com/assay/internal/textfile"
)

func inUTF16(s string, order binary.AppendByteOrder) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

func TestDecode(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, data, want, err string }{
		{"plain", "a: é\n", "a: é\n", ""},
		{"empty", "", "", ""},
		{"mark", "\ufeffa\n", "a\n", ""},
		{"lines of Windows", "a\r\nb\r\n", "a\nb\n", ""},
		{"mark and lines of Windows", "\ufeffa\r\n\r\nb", "a\n\nb", ""},
		{"two marks", "\ufeff\ufeffa", "", "f: a byte order mark; use UTF-8"},
		{"little UTF-16 with a mark", inUTF16("\ufeffa: 1", binary.LittleEndian), "", "f: UTF-16; use UTF-8"},
		{"big UTF-16 with a mark", inUTF16("\ufeffa: 1", binary.BigEndian), "", "f: UTF-16; use UTF-8"},
		{"little UTF-16", inUTF16("a: 1", binary.LittleEndian), "", "f: UTF-16; use UTF-8"},
		{"big UTF-16", inUTF16("a: 1", binary.BigEndian), "", "f: UTF-16; use UTF-8"},
		{"UTF-32", "a\x00\x00\x00:\x00\x00\x00", "", "f: UTF-32; use UTF-8"},
		{"Latin-1", "a: 1\nb: \xe9\n", "", "f:2: invalid UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := textfile.Decode("f", []byte(tt.data))
			if message := errorText(err); string(got) != tt.want || message != tt.err {
				t.Errorf("got %q, %q, want %q, %q", got, message, tt.want, tt.err)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestEveryFormIsReadAlike saves a text as editors do.
func TestEveryFormIsReadAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.StringMatching(`[a-zé€𝄞 :\-]*`)).Draw(t, "lines")
		want := strings.Join(lines, "\n")
		mark := rapid.SampledFrom([]string{"", textfile.Mark}).Draw(t, "mark")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end")
		got, err := textfile.Decode("f", []byte(mark+strings.Join(lines, end)))
		if err != nil || string(got) != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	})
}
