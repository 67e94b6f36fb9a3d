package client

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"sort"
	"strings"
)

// Redactor replaces secrets by the names that stand for them, in every form in
// which a server could echo them: as they are, percent-encoded, as base64 and as
// a JSON string. The zero value, and nil, replace nothing.
type Redactor struct {
	replacer *strings.Replacer
}

// NewRedactor returns a Redactor for the values of the keys. Keys that are
// alike are no trouble: the longest is looked for first.
func NewRedactor(keys ...Key) *Redactor {
	names := map[string]string{}
	for _, k := range keys {
		if k.value == "" {
			continue
		}
		for _, form := range forms(k.value) {
			names[form] = "[" + k.name + "]"
		}
	}
	found := make([]string, 0, len(names))
	for form := range names {
		found = append(found, form)
	}
	sort.Slice(found, func(i, j int) bool {
		if len(found[i]) != len(found[j]) {
			return len(found[i]) > len(found[j])
		}
		return found[i] < found[j]
	})
	pairs := make([]string, 0, 2*len(found))
	for _, form := range found {
		pairs = append(pairs, form, names[form])
	}
	return &Redactor{replacer: strings.NewReplacer(pairs...)}
}

// forms lists how a value may be written. Base64 of the value inside of a longer
// text depends on where it begins, so the three cores that do not are listed too.
func forms(value string) []string {
	all := []string{value, url.QueryEscape(value), url.PathEscape(value)}
	if quoted, err := json.Marshal(value); err == nil {
		all = append(all, strings.Trim(string(quoted), `"`))
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding} {
		all = append(all, encoding.EncodeToString([]byte(value)))
	}
	for shift := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + value))
		if first, last := (shift*8+5)/6, len(encoded)-1; last-first >= 8 {
			all = append(all, encoded[first:last])
		}
	}
	return all
}

// Text returns the text with every secret replaced.
func (r *Redactor) Text(s string) string {
	if r == nil || r.replacer == nil {
		return s
	}
	return r.replacer.Replace(s)
}
