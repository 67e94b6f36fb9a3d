package journal

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"example.com/assay/internal/redact"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/openapi"
)

// keepHead records the head of the request without its credentials.
func (x *Exchange) keepHead(r *http.Request) {
	x.findSecrets(r)
	x.record.method, x.record.host, x.record.uri = x.hideInRequest(x.record.method), x.hideInRequest(x.record.host), x.hideInRequest(x.record.uri)
	x.record.requestHeaders = fields(r.Header, x.hideInRequest)
	if path, query, ok := strings.Cut(x.record.uri, "?"); ok {
		_, query = redact.Query(query)
		x.record.uri = path + "?" + query
	}
}

// findSecrets makes the redactor of the request. Nearly all requests have one key and
// no other credential; they share a redactor.
func (x *Exchange) findSecrets(r *http.Request) {
	keys := r.Header["Apikey"]
	if len(keys) != 1 || presentsMore(r.Header, x.record.uri) {
		x.secrets = hiding(presented(r.Header, x.record.uri)...)
		return
	}
	if x.secrets = x.unmatched.known.Of(keys[0]); x.secrets != nil {
		return
	}
	if x.secrets = hiding(keys[0]); x.secrets != nil {
		x.unknown = keys[0]
	}
}

// minSecret is the length in bytes of the shortest hidden credential. Many words
// contain a shorter one.
const minSecret = 6

// hiding returns the redactor of the credentials, or nil if there are none.
func hiding(values ...string) *redact.Redactor {
	var secrets []redact.Secret
	for _, value := range values {
		if len(value) >= minSecret {
			secrets = append(secrets, redact.Secret{Name: redact.Redacted, Value: value})
		}
	}
	return redact.New(secrets...)
}

// publicWords returns the words in the paths of the API.
//
//nolint:gochecknoglobals // computed once from an embedded file, never changed
var publicWords = sync.OnceValue(func() []string {
	var words []string
	for _, op := range openapi.Operations() {
		for word := range strings.SplitSeq(op.Path, "/") {
			if word != "" && word[0] != '{' {
				words = append(words, word)
			}
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
})

// presented returns the credentials in the headers and in the query.
func presented(header http.Header, uri string) []string {
	_, query, _ := strings.Cut(uri, "?")
	secrets, _ := redact.Query(query)
	for name, values := range header {
		if redact.Named(name) {
			for _, value := range values {
				secrets = append(secrets, redact.Credentials(value)...)
			}
		}
	}
	return secrets
}

// presentsMore reports whether there may be credentials outside the header apikey.
func presentsMore(header http.Header, uri string) bool {
	for name := range header {
		if name != "Apikey" && redact.Named(name) {
			return true
		}
	}
	return strings.Contains(uri, "=")
}

// fields returns the redacted headers in any order.
func fields(header http.Header, hide func(string) string) []Header {
	list := make([]Header, 0, len(header))
	for name, values := range header {
		for _, v := range values {
			if redact.Named(name) {
				v = redact.Redacted
			}
			list = append(list, Header{hide(name), hide(v)})
		}
	}
	return list
}

// hideInRequest redacts a part of the head of the request, and notes whether that had
// a credential.
func (x *Exchange) hideInRequest(text string) string {
	hidden := x.secrets.Text(text)
	x.exposed = x.exposed || hidden != text
	return hidden
}

// hideInResponse redacts a part of the head of the response. The mock copies parts of
// the request's head there, but no header with a credential.
func (x *Exchange) hideInResponse(text string) string {
	if !x.exposed {
		return text
	}
	return x.secrets.Text(text)
}

// Hide redacts a text composed of parts of the request, such as a line of a log. On
// nil it returns the text.
func (x *Exchange) Hide(text string) string {
	if x == nil {
		return text
	}
	return x.secrets.Parts(text, publicWords()...)
}

// hideBody redacts a body; it returns the same slice if there is nothing to hide.
func (x *Exchange) hideBody(body []byte, hide func(string) string) []byte {
	if x.secrets == nil || len(body) == 0 {
		return body
	}
	text := string(body)
	hidden := hide(text)
	if hidden == text {
		return body
	}
	return []byte(hidden)
}

// HideFindings returns redacted copies. On nil it returns the findings.
func (x *Exchange) HideFindings(findings []contract.Mismatch) []contract.Mismatch {
	if x == nil || x.secrets == nil {
		return findings
	}
	findings = slices.Clone(findings)
	for i := range findings {
		f := &findings[i]
		for _, text := range []*string{&f.Pointer, &f.Parameter, &f.Expected, &f.Got, &f.Hint} {
			*text = x.Hide(*text)
		}
	}
	return findings
}
