package client

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/assay/internal/text"
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

	// Stream reads the body of a 200 that is longer than MaxBody, as it comes. It is
	// called once for each attempt.
	Stream func(io.Reader)
}

// Key is an API key, or the absence of one. Only its name is ever written down:
// the value stands behind a pointer, which is as far as any formatting goes.
type Key struct {
	name  string // how it is written in a shell: $ASSAY_APIKEY
	value *string
}

// NoKey is the absence of a key.
var NoKey = Key{name: "no key"} //nolint:gochecknoglobals // a constant in all but the keyword

// NewKey returns a key, and how a shell gets at it without seeing it: "$ASSAY_APIKEY".
func NewKey(name, value string) Key { return Key{name: name, value: &value} }

// Given reports whether there is a key to send.
func (k Key) Given() bool { return k.text() != "" }

func (k Key) text() string {
	if k.value == nil {
		return ""
	}
	return *k.value
}

// Name returns what stands for the key in reports.
func (k Key) Name() string { return k.name }

// Variants returns keys that are almost this one, and must all be refused: one
// of the same form at random, and those that a sloppy comparison accepts. The
// random one comes first.
func (k Key) Variants(random string) []Key {
	value, variable := k.text(), strings.TrimPrefix(k.name, "$")
	stranger := "a-key-that-nobody-has-" + random
	variants := []Key{NewKey(stranger, stranger), NewKey("${"+variable+"}x", value+"x")}
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

// Exchange is one call and all that came of it.
type Exchange struct {
	Number    int // counts the calls of a run from 1
	Call      Call
	URL       string // redacted
	Sent      time.Time
	Duration  time.Duration // of the last attempt
	Attempts  int
	Retried   bool // a broken connection was followed by another attempt
	Throttled int  // answers of infrastructure before the last one

	// Dropped marks an exchange whose connection was closed without a response.
	Dropped bool
	// Unavailable marks an exchange that is no evidence about the API.
	Unavailable bool

	Status    int // 0: no response came
	Header    http.Header
	Body      []byte
	Truncated bool   // Body is not there any more, because there was too much to keep
	Err       string // why no whole response came, redacted

	lost     bool   // a gateway may have lost the answer to an earlier attempt
	size     int    // of the body that came, in bytes
	safe     string // the body's beginning with every key replaced
	sentSize int    // of the body that was sent
	sent     string // its beginning, likewise
	target   *url.URL
	options  *Options
}

// Returned is when the response was there.
func (e *Exchange) Returned() time.Time { return e.Sent.Add(e.Duration) }

// Size returns how many bytes of body came.
func (e *Exchange) Size() int { return e.size }

// Success reports whether the status is a 2xx.
func (e *Exchange) Success() bool { return e.Status >= 200 && e.Status < 300 }

// Got says in words what came, for a person who reads a failure.
func (e *Exchange) Got() string {
	switch {
	case e.Status == 0:
		return "no response: " + e.Err
	case e.Err != "" && !e.Unavailable:
		return fmt.Sprintf("%d, and no whole response: %s", e.Status, e.Err)
	}
	s := fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
	if location := e.Header.Get("Location"); location != "" && e.Status/100 == 3 {
		s += " to " + printable(e.options.Redactor.Text(location)) + " (redirects are not followed)"
	}
	if coding := e.Header.Get("Content-Encoding"); coding != "" && e.size > 0 {
		s += " (compressed though nobody asked for it, as " + printable(e.options.Redactor.Text(coding)) + ")"
	}
	if e.size > 0 {
		s += " with " + e.excerpt()
	}
	return strings.TrimSpace(s)
}

// SafeBody returns the body with every key replaced, or as much of it as a person
// may want to read.
func (e *Exchange) SafeBody() string { return ofAll(e.safe, e.size) }

func ofAll(beginning string, size int) string {
	if size > maxSafe {
		return fmt.Sprintf("%s… (%d bytes in all)", beginning, size)
	}
	return beginning
}

// SafeRequestBody returns the body of the request in the same way.
func (e *Exchange) SafeRequestBody() string { return ofAll(e.sent, e.sentSize) }

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

func (e *Exchange) excerpt() string {
	s := strings.ToValidUTF8(e.safe, "\uFFFD")
	if len(s) > maxExcerpt {
		return fmt.Sprintf("%q… (%d bytes)", text.Prefix(s, maxExcerpt), e.size)
	}
	return fmt.Sprintf("%q", s)
}

// printable quotes what a terminal would not show as it is.
func printable(s string) string {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
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
		b.WriteString(" -d " + shellQuote(e.SafeRequestBody()))
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
