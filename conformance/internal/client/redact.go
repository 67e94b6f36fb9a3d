package client

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// minSecret is how long a value must be to be looked for, in bytes. Whatever is
// shorter hides nothing, and replacing it would make a report unreadable.
const minSecret = 4

// Redactor replaces secrets by the names that stand for them, in every form in
// which a server could echo them: as they are; with any of their characters
// escaped as in a URL, in JSON or in HTML; and as base64 or hexadecimal digits, at
// any place inside of a longer text. The zero value, and nil, replace nothing. It
// is safe for concurrent use.
type Redactor struct {
	forms   []form
	begin   [256][]form // the forms that a text with this first byte can begin with
	longest int         // of the forms as they are looked for, in bytes
}

// form is one way to write a secret; each of its bytes may be escaped as well.
type form struct{ text, name string }

// NewRedactor returns a Redactor for the values of the keys. Keys that are
// alike are no trouble: the longest is looked for first.
func NewRedactor(keys ...Key) *Redactor {
	r := &Redactor{}
	for _, k := range keys {
		r.add("["+k.name+"]", k.text())
	}
	slices.SortStableFunc(r.forms, func(a, b form) int { return len(b.text) - len(a.text) })
	for _, f := range r.forms {
		r.begin[f.text[0]] = append(r.begin[f.text[0]], f)
		r.longest = max(r.longest, len(f.text))
	}
	for _, escape := range []byte(escapes) {
		r.begin[escape] = r.forms
	}
	return r
}

func (r *Redactor) add(name, value string) {
	if len(value) < minSecret {
		return
	}
	for _, text := range forms(value) {
		if !slices.ContainsFunc(r.forms, func(f form) bool { return f.text == text }) {
			r.forms = append(r.forms, form{text, name})
		}
	}
}

// minCore is the least that is looked for of a value in base64. It takes this
// much to be no coincidence.
const minCore = 5

// forms lists how a value may be written. Base64 of a longer text that holds the
// value depends on where in it the value begins, but for the digits in between
// that are made of nothing else: there are three such cores.
func forms(value string) []string {
	digits := hex.EncodeToString([]byte(value))
	all := []string{value, digits, strings.ToUpper(digits)}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		all = append(all, encoding.EncodeToString([]byte(value)))
		for shift := range 3 {
			encoded := encoding.EncodeToString(append(make([]byte, shift), value...))
			core := encoded[(shift*8+5)/6 : (shift+len(value))*8/6]
			if len(core) >= minCore {
				all = append(all, core)
			}
		}
	}
	return all
}

// Text returns the text with every secret replaced.
func (r *Redactor) Text(s string) string {
	if r == nil || len(r.forms) == 0 {
		return s
	}
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); {
		name, n := r.at(s[i:])
		if n == 0 {
			i++
			continue
		}
		b.WriteString(s[done:i])
		b.WriteString(name)
		i += n
		done = i
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// at finds the secret that a text begins with, and how long it is there.
func (r *Redactor) at(s string) (name string, length int) {
	for _, f := range r.begin[s[0]] {
		if !plausible(s, f.text) {
			continue
		}
		if n := matchEscaped(s, f.text); n > 0 {
			return f.name, n
		}
	}
	return "", 0
}

// escapes are the bytes with which an escaped byte can begin.
const escapes = `%\&`

// plausible looks at two bytes only: almost every place in a text is ruled out by
// them, and this is asked at every place of every text.
func plausible(s, value string) bool {
	if s[0] != value[0] || strings.IndexByte(escapes, s[0]) >= 0 {
		return true // an escape: to be read
	}
	return len(s) > 1 && (s[1] == value[1] || strings.IndexByte(escapes, s[1]) >= 0)
}

// maxEscaped is how long one escaped byte is at most, in bytes: a longer escape is
// none in practice.
const maxEscaped = 16

// Prefix returns the first n bytes of a text once every secret in it is replaced,
// and nothing of a secret that the cut divides. It looks at no more of the text
// than it must.
func (r *Redactor) Prefix(text []byte, n int) string {
	margin := 0
	if r != nil {
		margin = r.longest * maxEscaped
	}
	safe := r.Text(string(text[:min(len(text), n+margin)]))
	if len(text) > n+margin {
		safe = safe[:max(0, len(safe)-margin)]
	}
	return strings.Clone(safe[:min(n, len(safe))])
}
