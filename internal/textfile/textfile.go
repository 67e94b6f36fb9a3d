// Package textfile reads text files and other input in UTF-8, as editors write them.
package textfile

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Mark is the byte order mark, in UTF-8.
const Mark = "\ufeff"

// The encodings that Check recognizes by the first bytes.
var (
	ErrMark  = errors.New("a byte order mark")
	ErrUTF16 = errors.New("UTF-16")
	ErrUTF32 = errors.New("UTF-32")
)

// Check returns an error unless the text is UTF-8 without a byte order mark.
func Check(data []byte) error {
	nul := func(i int) bool { return i < len(data) && data[i] == 0 }
	has := func(prefix string) bool { return bytes.HasPrefix(data, []byte(prefix)) }
	switch {
	case has("\xff\xfe\x00\x00"), has("\x00\x00\xfe\xff"), nul(0) && nul(1) && nul(2), nul(1) && nul(2) && nul(3):
		return ErrUTF32
	case has("\xff\xfe"), has("\xfe\xff"), nul(0) != nul(1):
		return ErrUTF16
	case has(Mark):
		return ErrMark
	case !utf8.Valid(data):
		return fmt.Errorf("invalid UTF-8 (byte %d)", invalidAt(data))
	}
	return nil
}

// invalidAt returns the offset of the first byte that is not UTF-8.
func invalidAt(data []byte) int {
	for at := 0; ; {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size < 2 {
			return at
		}
		at += size
	}
}

// Decode returns the content of a text file without its byte order mark, and with line
// feeds as line ends. It returns an error with the name of the file, and the line, for
// an encoding other than UTF-8.
func Decode(name string, data []byte) ([]byte, error) {
	data = bytes.TrimPrefix(data, []byte(Mark))
	switch err := Check(data); {
	case errors.Is(err, ErrUTF16), errors.Is(err, ErrUTF32), errors.Is(err, ErrMark):
		return nil, fmt.Errorf("%s: %w; use UTF-8", name, err)
	case err != nil:
		return nil, fmt.Errorf("%s:%d: invalid UTF-8", name, 1+bytes.Count(data[:invalidAt(data)], []byte("\n")))
	}
	return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), nil
}
