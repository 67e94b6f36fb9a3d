package client

import (
	"io"
	"net/url"
	"strings"
)

// Call is a request to make.
type Call struct {
	Scenario    string   // for the User-Agent header and the record
	Operation   string   // the operationId; empty outside the contract
	Resource    string   // the ID in the path; empty without one
	Method      string   // in capitals
	Base        *url.URL // replaces the base URL of the target, unless nil
	Path        string   // below the base URL, escaped
	Query       url.Values
	Key         Key
	ContentType string
	IfMatch     string // of the header If-Match; empty: none
	Body        []byte // nil: no body
	Once        bool   // a repetition may have another response, as of a second cancel
	Raw         bool   // read the connection to its end, past the response

	// Stream reads the body of a 200 that is longer than MaxBody, as it comes. It is
	// called once per attempt.
	Stream func(io.Reader)
}

// Key is an API key, or the absence of one. Output shows its name only: the value is
// behind a pointer, which formatting does not follow.
type Key struct {
	name  string // as in a shell: $ASSAY_APIKEY
	value *string
}

// NoKey is the absence of a key.
var NoKey = Key{name: "no key"} //nolint:gochecknoglobals // a constant in all but the keyword

// NewKey returns a key. The name is an expression of a shell: "$ASSAY_APIKEY".
func NewKey(name, value string) Key { return Key{name: name, value: &value} }

// Given reports whether the key has a value to send.
func (k Key) Given() bool { return k.text() != "" }

func (k Key) text() string {
	if k.value == nil {
		return ""
	}
	return *k.value
}

// Name returns the name that replaces the key in reports.
func (k Key) Name() string { return k.name }

// Variants returns invalid keys: a random one first, then those that a careless
// comparison takes for this key.
func (k Key) Variants(random string) []Key {
	value, variable := k.text(), strings.TrimPrefix(k.name, "$")
	unknown := "unknown-key-" + random
	variants := []Key{NewKey(unknown, unknown), NewKey("${"+variable+"}x", value+"x")}
	if swapped := strings.Map(swapCase, value); swapped != value {
		variants = append(variants, NewKey(`$(printf %s "`+k.name+`" | tr a-zA-Z A-Za-z)`, swapped))
	}
	if len(value) > 1 {
		variants = append(variants, NewKey("${"+variable+"%?}", value[:len(value)-1]))
	}
	return variants
}

func swapCase(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z':
		return r - 'a' + 'A'
	case 'A' <= r && r <= 'Z':
		return r - 'A' + 'a'
	}
	return r
}
