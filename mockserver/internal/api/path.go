package api

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"example.com/assay/openapi"
)

// sentPath returns the path of a URL as the client sent it.
func sentPath(u *url.URL) string { return cmp.Or(u.RawPath, u.EscapedPath()) }

// normalPath returns the normal form of a path, by which requests are matched (RFC 3986,
// section 6.2.2): unreserved characters stand for themselves, and all other characters
// that need it are percent-encoded, with capital letters.
func normalPath(sent string) string {
	if !slices.ContainsFunc([]byte(sent), func(c byte) bool { return !inPath(c) }) {
		return sent
	}
	var b strings.Builder
	for i := 0; i < len(sent); i++ {
		c := sent[i]
		if decoded, ok := percentDecoded(sent[i:]); ok {
			i += len("%00") - 1
			if c = decoded; unreserved(c) {
				b.WriteByte(c)
				continue
			}
		} else if inPath(c) {
			b.WriteByte(c)
			continue
		}
		const digits = "0123456789ABCDEF"
		b.Write([]byte{'%', digits[c>>4], digits[c&15]})
	}
	return b.String()
}

// percentDecoded returns the byte that the text begins with as an escape.
func percentDecoded(s string) (byte, bool) {
	if len(s) < len("%00") || s[0] != '%' {
		return 0, false
	}
	decoded, err := url.PathUnescape(s[:len("%00")])
	if err != nil {
		return 0, false
	}
	return decoded[0], true
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// inPath reports whether a path may contain the character itself.
func inPath(c byte) bool { return unreserved(c) || strings.IndexByte("/!$&'()*+,;=:@", c) >= 0 }

// sentParam returns a parameter of the path as the client sent it.
func (rc *requestContext) sentParam(name string) string {
	sent := strings.Split(rc.sent, "/")
	for i, segment := range strings.Split(openapi.BasePath+rc.operation.Path, "/") {
		if segment == "{"+name+"}" && i < len(sent) {
			return sent[i]
		}
	}
	return rc.Param(name)
}
