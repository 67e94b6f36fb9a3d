package redact

import (
	"slices"
	"strings"
)

// form is one way to write a secret. Each of its bytes may be escaped as well.
type form struct {
	text, name string
	fold       bool // letters of either case
	base64     bool // digits of either alphabet
	least      int  // the shortest part that Parts replaces; 0: none
}

// group maps bytes that may stand for each other to one.
func group(c byte) byte {
	switch {
	case c >= 'A' && c <= 'Z':
		return c + 'a' - 'A'
	case c == '-' || c == ' ':
		return '+'
	case c == '_':
		return '/'
	}
	return c
}

// same reports whether the byte stands for the byte of the form.
func (f *form) same(c, want byte) bool {
	switch {
	case c == want:
		return true
	case f.fold:
		return c|0x20 == want|0x20 && c|0x20 >= 'a' && c|0x20 <= 'z' || c == '+' && want == ' '
	}
	return f.base64 && (c == '-' && want == '+' || c == '_' && want == '/')
}

// triples is a set of three bytes each, with few false members: it rules out nearly
// every place of a text for Parts.
type triples [64]uint64

func (t *triples) add(text string) {
	for i := range len(text) - 2 {
		word, bit := triple(text[i:])
		t[word] |= bit
	}
}

// mayBegin reports whether a part of a form can begin with the text. Escaped bytes
// can stand for any.
func (t *triples) mayBegin(text string) bool {
	if len(text) < 3 {
		return false
	}
	word, bit := triple(text)
	return t[word]&bit != 0 || escape(text[0]) || escape(text[1]) || escape(text[2])
}

func triple(text string) (word uint32, bit uint64) {
	hash := (uint32(group(text[0]))<<16 | uint32(group(text[1]))<<8 | uint32(group(text[2]))) * 2654435761
	return hash >> 26, 1 << (hash >> 20 & 63)
}

// plausible compares two bytes only: they rule out nearly every place of a text.
func (f *form) plausible(s string, from int) bool {
	return f.same(s[0], f.text[from]) && len(s) > 1 && (f.same(s[1], f.text[from+1]) || escape(s[1]))
}

// escape reports whether an escaped byte can begin with the byte.
func escape(c byte) bool { return c == '%' || c == '\\' || c == '&' }

// match returns the length of the form that the text begins with, any of its bytes
// escaped or not; 0 if the text does not begin with it. A byte such as \ can be read
// as itself or as the beginning of an escape, so all readings are followed.
func (f *form) match(text string) int {
	var room [2][4]int // enough for ordinary values, so that nothing is allocated
	ends := [2][]int{append(room[0][:0], 0), nil}
	for i := range len(f.text) {
		now, next := ends[i%2], room[(i+1)%2][:0]
		for _, at := range now {
			for _, n := range f.unit(text[at:], f.text[i]) {
				if n > 0 && !slices.Contains(next, at+n) {
					next = append(next, at+n)
				}
			}
		}
		if len(next) == 0 {
			return 0
		}
		ends[(i+1)%2] = next
	}
	return slices.Max(append(ends[len(f.text)%2], 0))
}

// longestPart returns the length of the longest part of the form that the text
// begins with and that is no part of a public word, 0 if there is none.
func (f *form) longestPart(text string, public []string) int {
	longest := 0
	escaped := escape(text[0])
	for from := 0; f.least > 0 && from+f.least <= len(f.text); from++ {
		if !escaped && !f.plausible(text, from) {
			continue
		}
		at, matched := 0, 0
		for at < len(text) && from+matched < len(f.text) {
			lengths := f.unit(text[at:], f.text[from+matched])
			n := max(lengths[0], lengths[1], lengths[2])
			if n == 0 {
				break
			}
			at, matched = at+n, matched+1
		}
		part := f.text[from : from+matched]
		whole := matched == len(f.text)
		if at > longest && (whole || matched >= f.least && !contained(public, part)) {
			longest = at
		}
	}
	return longest
}

func contained(words []string, part string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(word, strings.ToLower(part)) })
}

// unit returns how many bytes of the text stand for the byte of the form, as it is
// and escaped; 0: none.
func (f *form) unit(text string, want byte) (lengths [3]int) {
	if text == "" {
		return lengths
	}
	if f.same(text[0], want) {
		lengths[0] = 1
	}
	switch text[0] {
	case '%':
		lengths[1], lengths[2] = f.percent(text, want)
	case '\\':
		lengths[1] = f.backslash(text, want)
	case '&':
		lengths[1] = f.entity(text, want)
	}
	return lengths
}

// maxEscaped is the length of the longest escape of a byte, in bytes.
const maxEscaped = 16

// percent reads %41, and %2541, which was escaped twice. Of a % itself it returns
// the shortest and the longest reading.
func (f *form) percent(text string, want byte) (once, often int) {
	if f.hexadecimal(text[1:], want) {
		once = 3
	}
	rest := text[1:]
	for strings.HasPrefix(rest, "25") && len(text)-len(rest) < maxEscaped-4 {
		rest = rest[2:]
	}
	switch at := len(text) - len(rest); {
	case f.hexadecimal(rest, want):
		often = at + 2
	case want == '%' && at > 1:
		often = at
	}
	return once, often
}

// backslash reads \u0041, \x41 and \/, with any number of backslashes: JSON in
// JSON has more of them.
func (f *form) backslash(text string, want byte) int {
	rest := strings.TrimLeft(text[:min(len(text), maxEscaped-5)], `\`)
	at := min(len(text), maxEscaped-5) - len(rest)
	rest = text[at:]
	switch {
	case strings.HasPrefix(rest, "u00") && f.hexadecimal(rest[3:], want):
		return at + 5
	case strings.HasPrefix(rest, "x") && f.hexadecimal(rest[1:], want):
		return at + 3
	case want == '\\':
		return at
	case rest != "" && f.same(rest[0], want):
		return at + 1
	}
	return 0
}

// entity reads &amp;, &#38; and &#x26;.
func (f *form) entity(text string, want byte) int {
	end := strings.IndexByte(text[:min(len(text), maxEscaped)], ';')
	if end < 0 {
		return 0
	}
	name := text[1:end]
	digits, base := strings.TrimPrefix(name, "#"), 10
	if rest := strings.TrimLeft(digits, "xX"); rest != digits {
		digits, base = rest, 16
	}
	if name != "" && name == entityName(want) || strings.HasPrefix(name, "#") && f.number(digits, base, want) {
		return end + 1
	}
	return 0
}

// entityName returns the name in HTML of a byte that HTML must escape.
func entityName(c byte) string {
	switch c {
	case '&':
		return "amp"
	case '<':
		return "lt"
	case '>':
		return "gt"
	case '"':
		return "quot"
	case '\'':
		return "apos"
	}
	return ""
}

// hexadecimal reports whether the text begins with the byte as two digits.
func (f *form) hexadecimal(text string, want byte) bool {
	return len(text) >= 2 && f.number(text[:2], 16, want)
}

// number reports whether the digits are the number of the byte.
func (f *form) number(digits string, base int, want byte) bool {
	n := 0
	for i := range len(digits) {
		d := strings.IndexByte("0123456789abcdef", digits[i]|0x20)
		if digits[i] < '0' || d < 0 || d >= base {
			return false
		}
		n = min(n*base+d, 1<<16)
	}
	return digits != "" && n < 256 && f.same(byte(n), want)
}
