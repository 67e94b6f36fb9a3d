// Package redact replaces secrets in texts, in every form in which a program that
// received them may repeat them.
package redact

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// Redacted is the name of a secret without a name of its own.
const Redacted = "[redacted]"

// Secret is a value to hide, and the name to show in its place.
type Secret struct{ Name, Value string }

// minSecret is the length of the shortest value that is replaced, in bytes. A
// shorter one hides nothing, and replacing it makes a text unreadable.
const minSecret = 4

// Redactor replaces secrets by their names: as they are or in letters of another
// case; with any of their characters escaped as in a URL, in JSON or in HTML; as
// base64 or hexadecimal digits, at any place inside of a longer text. The zero value
// and nil replace nothing. It does not change, and is safe for concurrent use.
type Redactor struct {
	forms   []form      // by their first byte, then the longest first
	first   [256]uint16 // by the first byte of a text: the index of its first form, plus 1
	longest int         // of the forms, in bytes
	triples triples     // of all forms
}

// New returns a Redactor for the secrets, nil if all are too short. Secrets may be
// parts of each other: the longest is replaced.
func New(secrets ...Secret) *Redactor {
	r := &Redactor{}
	for _, s := range secrets {
		if len(s.Value) >= minSecret {
			r.forms = appendForms(r.forms, s)
		}
	}
	if len(r.forms) == 0 {
		return nil
	}
	slices.SortStableFunc(r.forms, func(a, b form) int {
		return cmp.Or(cmp.Compare(group(a.text[0]), group(b.text[0])), len(b.text)-len(a.text))
	})
	var index [256]uint16 // by group
	for i, f := range slices.Backward(r.forms) {
		index[group(f.text[0])] = uint16(i + 1) //nolint:gosec // a run has some ten secrets of six forms each
		r.longest = max(r.longest, len(f.text))
		r.triples.add(f.text)
	}
	for c := range r.first {
		r.first[c] = index[group(byte(c))]
	}
	return r
}

// minCore is the shortest part of base64 that is replaced, in digits. A shorter one
// is found by coincidence.
const minCore = 5

// appendForms lists how a value may be written. Base64 of a longer text that holds
// the value depends on the place of the value, except for the digits that encode
// nothing else: there are three such cores.
func appendForms(forms []form, s Secret) []form {
	least := minPart
	if len(s.Value) >= longSecret {
		least = minLongPart
	}
	forms = append(forms,
		form{text: s.Value, name: s.Name, fold: true, least: least},
		form{text: hex.EncodeToString([]byte(s.Value)), name: s.Name, fold: true, least: 2 * least},
		form{text: base64.RawStdEncoding.EncodeToString([]byte(s.Value)), name: s.Name, base64: true})
	for shift := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), s.Value...))
		core := encoded[(shift*8+5)/6 : (shift+len(s.Value))*8/6]
		if len(core) >= minCore {
			forms = append(forms, form{text: core, name: s.Name, base64: true, least: min(least*8/6, len(core))})
		}
	}
	return forms
}

// Text returns the text with every secret replaced.
func (r *Redactor) Text(s string) string {
	if r == nil || len(r.forms) == 0 {
		return s
	}
	return replace(s, r.at)
}

// replace calls at for every place of a text, and puts the name in the place of
// as many bytes as it returns.
func replace(s string, at func(rest string) (name string, length int)) string {
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); {
		name, n := at(s[i:])
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

// at finds the secret that a text begins with, and its length there.
func (r *Redactor) at(s string) (name string, length int) {
	if escape(s[0]) {
		return r.escapedAt(s)
	}
	start := r.first[s[0]]
	if start == 0 {
		return "", 0
	}
	for i := int(start) - 1; i < len(r.forms) && group(r.forms[i].text[0]) == group(s[0]); i++ {
		f := &r.forms[i]
		if !f.plausible(s, 0) {
			continue
		}
		if n := f.match(s); n > 0 {
			return f.name, n
		}
	}
	return "", 0
}

// escapedAt does the same for a text that may begin with an escaped byte.
func (r *Redactor) escapedAt(s string) (name string, length int) {
	longest := 0
	for i := range r.forms {
		f := &r.forms[i]
		if len(f.text) <= longest {
			continue
		}
		if n := f.match(s); n > 0 {
			name, length, longest = f.name, n, len(f.text)
		}
	}
	return name, length
}

// Prefix returns the first n bytes of a text with every secret in it replaced, and
// nothing of a secret that the cut divides. It reads no more of the text than it
// must.
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

// The shortest parts of a secret that Parts replaces, in bytes: of a long one, and
// of any other. Shorter parts stand in many words.
const (
	minPart     = 6
	minLongPart = 8
	longSecret  = 16
)

// Parts returns a text made of pieces of a request, with every part of a secret
// replaced. A part of one of the public words stays: a key that contains it does not
// make the word a secret.
func (r *Redactor) Parts(s string, public ...string) string {
	if r == nil || len(r.forms) == 0 {
		return s
	}
	return replace(s, func(rest string) (name string, longest int) {
		if !r.triples.mayBegin(rest) {
			return "", 0
		}
		for i := range r.forms {
			f := &r.forms[i]
			if n := f.longestPart(rest, public); n > longest {
				name, longest = f.name, n
			}
		}
		return name, longest
	})
}
