package client

import (
	"slices"
	"strings"
)

// matchEscaped says how long the value is that the text begins with, any of its
// bytes escaped or not; 0: the text does not begin with it. A byte such as \ can
// be read as itself or as the beginning of an escape, so all readings are followed.
func matchEscaped(text, value string) int {
	var room [2][4]int // enough for ordinary values, so that nothing is allocated
	ends := [2][]int{append(room[0][:0], 0), nil}
	for i := range len(value) {
		now, next := ends[i%2], room[(i+1)%2][:0]
		for _, at := range now {
			for _, n := range unit(text[at:], value[i]) {
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
	longest := 0
	for _, end := range ends[len(value)%2] {
		longest = max(longest, end)
	}
	return longest
}

// unit says how many bytes the text's first byte takes if it is c, as it is and
// escaped; 0: it is not.
func unit(text string, c byte) (lengths [3]int) {
	if text == "" {
		return lengths
	}
	if text[0] == c {
		lengths[0] = 1
	}
	switch text[0] {
	case '%':
		lengths[1], lengths[2] = percent(text, c)
	case '\\':
		lengths[1] = backslash(text, c)
	case '&':
		lengths[1] = entity(text, c)
	}
	return lengths
}

// percent reads %41, and %2541 too: what was escaped twice. Of a % itself it gives
// the shortest and the longest reading.
func percent(text string, c byte) (once, often int) {
	if hexIs(text[1:], c) {
		once = 3
	}
	rest := text[1:]
	for strings.HasPrefix(rest, "25") && len(text)-len(rest) < maxEscaped-4 {
		rest = rest[2:]
	}
	switch at := len(text) - len(rest); {
	case hexIs(rest, c):
		often = at + 2
	case c == '%' && at > 1:
		often = at
	}
	return once, often
}

// backslash reads \u0041, \x41 and \/, with any number of backslashes: JSON in
// JSON has more of them.
func backslash(text string, c byte) int {
	rest := strings.TrimLeft(text[:min(len(text), maxEscaped-5)], `\`)
	at := min(len(text), maxEscaped-5) - len(rest)
	rest = text[at:]
	switch {
	case strings.HasPrefix(rest, "u00") && hexIs(rest[3:], c):
		return at + 5
	case strings.HasPrefix(rest, "x") && hexIs(rest[1:], c):
		return at + 3
	case c == '\\':
		return at
	case rest != "" && rest[0] == c:
		return at + 1
	}
	return 0
}

// entity reads &amp;, &#38; and &#x26;.
func entity(text string, c byte) int {
	end := strings.IndexByte(text[:min(len(text), maxEscaped)], ';')
	if end < 0 {
		return 0
	}
	name := text[1:end]
	digits, base := strings.TrimPrefix(name, "#"), 10
	if rest := strings.TrimLeft(digits, "xX"); rest != digits {
		digits, base = rest, 16
	}
	if name != "" && name == entityName(c) || strings.HasPrefix(name, "#") && number(digits, base) == int(c) {
		return end + 1
	}
	return 0
}

// entityName returns what HTML calls a byte that it cannot hold as it is.
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

// hexIs reports whether the text begins with the byte in hexadecimal.
func hexIs(text string, c byte) bool {
	return len(text) >= 2 && number(text[:2], 16) == int(c)
}

// number reads digits, -1 if there is anything else.
func number(digits string, base int) int {
	n := 0
	for i := range len(digits) {
		d := strings.IndexByte("0123456789abcdef", digits[i]|0x20)
		if digits[i] < '0' || d < 0 || d >= base {
			return -1
		}
		n = min(n*base+d, 1<<16)
	}
	if digits == "" {
		return -1
	}
	return n
}
