package journal

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/assay/mockserver/internal/contract"
)

// Redacted stands where a secret was.
const Redacted = "[redacted]"

// shortest is how long a key must be to be looked for outside of its header: the
// letters of a shorter one stand everywhere.
const shortest = 6

// secret says whether the values of a header are nobody's business, whoever is
// allowed to read the journal.
func secret(name string) bool {
	switch name {
	case "Apikey", "Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie":
		return true
	}
	return false
}

// keepHead notes the head of the request, without what is secret in it.
func (x *Exchange) keepHead(r *http.Request) {
	if keys := r.Header["Apikey"]; len(keys) > 0 && len(keys[0]) >= shortest {
		x.key = keys[0]
	}
	x.record.asked = fields(r.Header, x.key)
	x.record.uri = redact(x.record.uri, x.key)
	if strings.Contains(x.record.uri, "?") {
		x.record.uri = redactQuery(x.record.uri)
	}
}

// fields copies a head. The order is left to whoever looks at it.
func fields(header http.Header, key string) []Header {
	list := make([]Header, 0, len(header))
	for name, values := range header {
		for _, v := range values {
			if secret(name) {
				v = Redacted
			}
			list = append(list, Header{name, redact(v, key)})
		}
	}
	return list
}

// sorted returns the fields in the order of their names. Fields of one name keep
// theirs.
func sorted(list []Header) []Header {
	list = append([]Header{}, list...)
	slices.SortStableFunc(list, func(a, b Header) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func redact(s, key string) string {
	if key == "" || !strings.Contains(s, key) {
		return s
	}
	return strings.ReplaceAll(s, key, Redacted)
}

func redacted(b []byte, key string) []byte {
	if key == "" || !bytes.Contains(b, []byte(key)) {
		return b
	}
	return bytes.ReplaceAll(b, []byte(key), []byte(Redacted))
}

// redactedFindings returns copies without the key: they are in the answer, too,
// which its caller may see.
func redactedFindings(findings []contract.Mismatch, key string) []contract.Mismatch {
	if key == "" {
		return findings
	}
	findings = slices.Clone(findings)
	for i := range findings {
		f := &findings[i]
		f.Got, f.Hint, f.Parameter = redact(f.Got, key), redact(f.Hint, key), redact(f.Parameter, key)
	}
	return findings
}

// redactQuery takes the value of a parameter apikey out: the API before v5 took
// keys there, so clients may still send one.
func redactQuery(uri string) string {
	path, query, _ := strings.Cut(uri, "?")
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, _, _ := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(name); err == nil && strings.EqualFold(plain, "apikey") {
			parts[i] = name + "=" + Redacted
		}
	}
	return path + "?" + strings.Join(parts, "&")
}
