// Package redact removes credentials from texts, in every form in which a request
// that presents them may repeat them.
package redact

import (
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Redacted stands where a secret was.
const Redacted = "[redacted]"

// Set is what a request presents as credentials, in every form in which it may
// stand elsewhere: as it is, in letters of another case, escaped as in a URL or in
// JSON, and as a part of something in base64. It does not change once it is made.
// Nil is none.
type Set struct {
	forms    []needle
	starts   [256]bool // what a form can begin with
	shortest int       // bytes of the shortest form
}

// needle is one form of a secret.
type needle struct {
	text  string // in small letters, unless exact
	exact bool   // whether the case of letters matters
	least int    // a part of so many characters tells too much
}

// Extent says how much of a secret has to stand in a text to be taken out.
type Extent int

// The extents.
const (
	Whole     Extent = iota // all of it: the text is as it was sent
	Fragments               // any part: the text was made of pieces of what was sent
)

// The shortest parts that are taken out: of a long secret, and of one that is
// short itself. What is shorter stands everywhere.
const (
	shortest = 6
	telling  = 8
	long     = 16 // from so many characters on a secret is long
)

// Of returns the secrets among the values; nil if all are too short to be told from
// other words.
func Of(values ...string) *Set {
	s := &Set{}
	for _, value := range values {
		if len(value) >= shortest {
			s.forms = append(s.forms, formsOf(value)...)
		}
	}
	if len(s.forms) == 0 {
		return nil
	}
	s.starts['%'], s.starts['\\'] = true, true
	s.shortest = len(s.forms[0].text)
	for _, form := range s.forms {
		s.shortest = min(s.shortest, len(form.text))
		for c := range 256 {
			s.starts[c] = s.starts[c] || form.same(byte(c), form.text[0])
		}
	}
	return s
}

func formsOf(value string) []needle {
	least := shortest
	if len(value) >= long {
		least = telling
	}
	forms := []needle{{text: strings.ToLower(value), least: least}}
	for before := range 3 { // bytes of something else that share a group of four letters with it
		encoded := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), value...))
		own := encoded[(before*8+5)/6 : (before+len(value))*8/6]
		forms = append(forms, needle{text: own, exact: true, least: min(least*8/6, len(own))})
	}
	return forms
}

// mostKnown is how many keys have their secrets remembered.
const mostKnown = 4096

// Known remembers the secrets of good keys, which a server has anyway, so that they
// are made once, not for each request. It is safe for concurrent use.
type Known struct {
	byKey sync.Map // of *Set
	count atomic.Int64
}

// Of returns the secrets of a key, nil if they are not known.
func (k *Known) Of(key string) *Set {
	known, ok := k.byKey.Load(key)
	if !ok {
		return nil
	}
	return known.(*Set) //nolint:forcetypeassert // nothing else is put there
}

// Remember keeps the secrets of a key.
func (k *Known) Remember(key string, s *Set) {
	if k.count.Add(1) > mostKnown {
		k.byKey.Clear()
		k.count.Store(1)
	}
	k.byKey.Store(key, s)
}

// Hide returns the text with [Redacted] in the place of what it has of secrets.
func (s *Set) Hide(text string, e Extent) string {
	if s == nil {
		return text
	}
	var kept strings.Builder
	from := 0
	for i := 0; i < len(text) && (e != Whole || i+s.shortest <= len(text)); {
		width := 0
		if e == Fragments || s.starts[text[i]] {
			width = s.width(text[i:], e)
		}
		if width == 0 {
			i++
			continue
		}
		kept.WriteString(text[from:i])
		kept.WriteString(Redacted)
		i += width
		from = i
	}
	if from == 0 {
		return text
	}
	kept.WriteString(text[from:])
	return kept.String()
}

// width returns how many bytes of a secret the text begins with.
func (s *Set) width(text string, e Extent) int {
	longest := 0
	for i := range s.forms {
		longest = max(longest, s.forms[i].width(text, e))
	}
	return longest
}

func (n *needle) width(text string, e Extent) int {
	if e == Whole && (len(text) < len(n.text) || text[0] != '%' && text[0] != '\\' && !n.same(text[0], n.text[0])) {
		return 0
	}
	longest := n.run(text, 0, e)
	if e != Fragments { // as nearly all that is looked at
		return longest
	}
	for from := 1; from+n.least <= len(n.text); from++ {
		longest = max(longest, n.run(text, from, e))
	}
	return longest
}

// run returns how many bytes of the text are the secret from a place on, 0 if
// they are too few to matter.
func (n *needle) run(text string, from int, e Extent) int {
	at, matched := 0, 0
	for at < len(text) && from+matched < len(n.text) {
		width := n.character(text[at:], n.text[from+matched])
		if width == 0 {
			break
		}
		at += width
		matched++
	}
	switch {
	case from == 0 && matched == len(n.text),
		e == Fragments && matched >= n.least && !public(n.text[from:from+matched]):
		return at
	}
	return 0
}

// public reports whether the part is of a word that stands in the paths of the
// contract: a key that happens to have it does not make the word a secret.
func public(part string) bool {
	return slices.ContainsFunc([]string{"assessments", "cancel-workflow", "templates", "entities", "outcomes"}, func(word string) bool {
		return strings.Contains(word, part)
	})
}

// character returns how many bytes of the text stand for the character, 0 if it
// begins with another.
func (n *needle) character(text string, want byte) int {
	if n.same(text[0], want) {
		if text[0] != '%' && text[0] != '\\' {
			return 1
		}
	} else if text[0] != '%' && text[0] != '\\' {
		return 0
	}
	for _, decode := range []func(string) (byte, int){percentTwice, percent, backslash} {
		if c, width := decode(text); width > 0 && n.same(c, want) {
			return width
		}
	}
	if n.same(text[0], want) {
		return 1
	}
	return 0
}

func (n *needle) same(c, want byte) bool {
	if n.exact {
		return c == want || c == '-' && want == '+' || c == '_' && want == '/'
	}
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c == want || c == '+' && want == ' '
}

// percent reads %41.
func percent(text string) (byte, int) {
	if len(text) < 3 || text[0] != '%' {
		return 0, 0
	}
	c, ok := hexadecimal(text[1:3])
	if !ok {
		return 0, 0
	}
	return c, 3
}

// percentTwice reads %2541.
func percentTwice(text string) (byte, int) {
	if !strings.HasPrefix(text, "%25") {
		return 0, 0
	}
	c, width := percent("%" + text[3:])
	if width == 0 {
		return 0, 0
	}
	return c, width + 2
}

// backslash reads \u0041, \x41, and \" with as many backslashes as there are: a
// text that was quoted may have been quoted again.
func backslash(text string) (byte, int) {
	rest := strings.TrimLeft(text, `\`)
	slashes := len(text) - len(rest)
	switch {
	case slashes == 0:
	case strings.HasPrefix(rest, "u00") && len(rest) >= 5:
		if c, ok := hexadecimal(rest[3:5]); ok {
			return c, slashes + 5
		}
	case strings.HasPrefix(rest, "x") && len(rest) >= 3:
		if c, ok := hexadecimal(rest[1:3]); ok {
			return c, slashes + 3
		}
	case strings.HasPrefix(rest, `"`), strings.HasPrefix(rest, "/"):
		return rest[0], slashes + 1
	}
	if slashes > 1 {
		return '\\', 2
	}
	return 0, 0
}

func hexadecimal(two string) (byte, bool) {
	var value byte
	for _, c := range []byte(two) {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		value = value<<4 | c
	}
	return value, true
}
