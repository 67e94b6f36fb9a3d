package client

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/assay/internal/shell"
	"example.com/assay/internal/text"
)

// Exchange is a call and its result.
type Exchange struct {
	Number    int // of the call in the run, from 1
	Call      Call
	URL       string // redacted
	Sent      time.Time
	Duration  time.Duration // of the last attempt
	Attempts  int
	Retried   bool // the call was repeated, after a broken connection or a refusal
	Throttled int  // refusals: 429, 502, 503 and 504 before this response
	// Dropped marks an exchange whose connection was closed without a response.
	Dropped bool
	// Unavailable marks an exchange that is no evidence about the API.
	Unavailable bool
	Unread      string // why bytes behind the response could not be read, after a Raw call

	Status    int // 0: no response
	Header    http.Header
	Body      []byte
	Truncated bool   // Body was not kept, for its size
	Err       string // why no complete response came, redacted

	size     int    // of Body, in bytes
	safe     string // beginning of Body, redacted
	sentSize int    // of the request body, in bytes
	sent     string // its beginning, redacted
	target   *url.URL
	redactor *Redactor
}

// Returned is the time at which the response was complete.
func (e *Exchange) Returned() time.Time { return e.Sent.Add(e.Duration) }

// Size returns the number of bytes of the body.
func (e *Exchange) Size() int { return e.size }

// Success reports whether the status is a 2xx.
func (e *Exchange) Success() bool { return e.Status >= 200 && e.Status < 300 }

// Got describes the response in words.
func (e *Exchange) Got() string {
	switch {
	case e.Status == 0:
		return "no response: " + e.Err
	case e.Unavailable:
		return e.Err
	case e.Err != "":
		return fmt.Sprintf("%d, and no complete response: %s", e.Status, e.Err)
	}
	s := fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
	if location := e.Header.Get("Location"); location != "" && e.Status/100 == 3 {
		s += " to " + printable(e.redactor.Text(location)) + " (redirects are not followed)"
	}
	if coding := e.Header.Get("Content-Encoding"); coding != "" && e.size > 0 {
		s += " (compressed without a request for it, as " + printable(e.redactor.Text(coding)) + ")"
	}
	if e.size > 0 {
		s += " with " + e.excerpt()
	}
	return strings.TrimSpace(s)
}

// SafeBody returns the body, redacted and shortened.
func (e *Exchange) SafeBody() string { return ofAll(e.safe, e.size) }

func ofAll(beginning string, size int) string {
	if size > maxSafe {
		return fmt.Sprintf("%s… (%d bytes in all)", beginning, size)
	}
	return beginning
}

// SafeRequestBody returns the body of the request in the same way.
func (e *Exchange) SafeRequestBody() string { return ofAll(e.sent, e.sentSize) }

// SafeHeader returns the headers of the response, redacted.
func (e *Exchange) SafeHeader() map[string][]string {
	safe := make(map[string][]string, len(e.Header))
	for name, values := range e.Header {
		for _, v := range values {
			safe[e.redactor.Text(name)] = append(safe[e.redactor.Text(name)], e.redactor.Text(v))
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

// printable quotes texts with unprintable characters.
func printable(s string) string {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// Curl returns a command that makes the same call, with the key from the
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
	if e.Call.IfMatch != "" {
		b.WriteString(" -H " + shell.Quote("If-Match: "+e.Call.IfMatch))
	}
	if e.Call.ContentType != "" {
		b.WriteString(" -H " + shell.Quote("Content-Type: "+e.Call.ContentType))
	}
	if e.Call.Body != nil {
		b.WriteString(" -d " + shell.Quote(e.SafeRequestBody()))
	}
	b.WriteString(" " + shell.Quote(e.URL))
	return b.String()
}
