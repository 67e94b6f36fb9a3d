package client

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Call is one request to make.
type Call struct {
	Scenario    string   // who asks, for the User-Agent header and the record
	Operation   string   // the operationId, "" if the contract has none for it
	Resource    string   // the ID in the path, "" if there is none
	Method      string   // in capitals
	Base        *url.URL // instead of the target's own base URL, if not nil
	Path        string   // below the base URL, escaped
	Query       url.Values
	Key         Key
	ContentType string
	Body        []byte // nil: no body at all
	Raw         bool   // read the connection to its end, past what HTTP says is the response
}

// Key is an API key, or the absence of one. Only its name is ever written down.
type Key struct {
	name  string // how it is written in a shell: $ASSAY_APIKEY
	value string
}

// NoKey is the absence of a key.
var NoKey = Key{name: "no key"} //nolint:gochecknoglobals // a constant in all but the keyword

// NewKey returns a key, and how a shell gets at it without seeing it: "$ASSAY_APIKEY".
func NewKey(name, value string) Key { return Key{name: name, value: value} }

// Given says whether there is a key to send.
func (k Key) Given() bool { return k.value != "" }

// Name returns what stands for the key in reports.
func (k Key) Name() string { return k.name }

// Variants returns keys that are almost this one, and must all be refused: one
// of the same form at random, and those that a sloppy comparison accepts. The
// random one comes first.
func (k Key) Variants(random string) []Key {
	variants := []Key{
		{name: "a-key-that-nobody-has-" + random, value: "a-key-that-nobody-has-" + random},
		{name: "${" + strings.TrimPrefix(k.name, "$") + "}x", value: k.value + "x"},
	}
	if swapped := strings.Map(swapCase, k.value); swapped != k.value {
		variants = append(variants, Key{name: `$(printf %s "` + k.name + `" | tr a-zA-Z A-Za-z)`, value: swapped})
	}
	if len(k.value) > 1 {
		variants = append(variants, Key{name: "${" + strings.TrimPrefix(k.name, "$") + "%?}", value: k.value[:len(k.value)-1]})
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

// Exchange is one call and all that came of it.
type Exchange struct {
	Number    int // counts the calls of a run from 1
	Call      Call
	URL       string // redacted
	Sent      time.Time
	Duration  time.Duration // of the last attempt
	Attempts  int
	Retried   bool // a broken connection was followed by another attempt
	Throttled int  // how often the server said 429 before

	Status int // 0: no response came
	Header http.Header
	Body   []byte
	Err    string // why no whole response came, redacted

	target  *url.URL
	options *Options
}

// Returned is when the response was there.
func (e *Exchange) Returned() time.Time { return e.Sent.Add(e.Duration) }

// Success says whether the status is a 2xx.
func (e *Exchange) Success() bool { return e.Status >= 200 && e.Status < 300 }

// Got says in words what came, for a person who reads a failure.
func (e *Exchange) Got() string {
	if e.Status == 0 {
		return "no response: " + e.Err
	}
	s := fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
	if location := e.Header.Get("Location"); location != "" && e.Status/100 == 3 {
		s += " to " + e.options.Redactor.Text(location) + " (redirects are not followed)"
	}
	if len(e.Body) > 0 {
		s += " with " + excerpt(e.SafeBody())
	}
	return strings.TrimSpace(s)
}

// SafeBody returns the body with every key replaced.
func (e *Exchange) SafeBody() string { return e.options.Redactor.Text(string(e.Body)) }

// SafeRequestBody returns the body of the request with every key replaced.
func (e *Exchange) SafeRequestBody() string { return e.options.Redactor.Text(string(e.Call.Body)) }

// SafeHeader returns the headers of the response with every key replaced.
func (e *Exchange) SafeHeader() map[string][]string {
	safe := make(map[string][]string, len(e.Header))
	for name, values := range e.Header {
		for _, v := range values {
			safe[e.options.Redactor.Text(name)] = append(safe[e.options.Redactor.Text(name)], e.options.Redactor.Text(v))
		}
	}
	return safe
}

const maxExcerpt = 300

func excerpt(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if len(s) > maxExcerpt {
		return fmt.Sprintf("%q… (%d bytes)", strings.ToValidUTF8(s[:maxExcerpt], ""), len(s))
	}
	return fmt.Sprintf("%q", s)
}

// Curl returns a command that makes the same call, the key taken from the
// environment.
func (e *Exchange) Curl() string {
	var b strings.Builder
	b.WriteString("curl -i")
	if e.Call.Method != http.MethodGet {
		b.WriteString(" -X " + e.Call.Method)
	}
	if e.Call.Key.Given() {
		b.WriteString(` -H "apikey: ` + e.Call.Key.name + `"`)
	}
	if e.Call.ContentType != "" {
		b.WriteString(" -H " + shellQuote("Content-Type: "+e.Call.ContentType))
	}
	if e.Call.Body != nil {
		b.WriteString(" -d " + shellQuote(e.options.Redactor.Text(string(e.Call.Body))))
	}
	b.WriteString(" " + shellQuote(e.URL))
	return b.String()
}

// shellQuote quotes for a POSIX shell, where it is needed.
func shellQuote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=@%+,", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
