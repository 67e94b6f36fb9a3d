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

// keepHead notes the head of the request, without what is secret in it.
func (x *Exchange) keepHead(r *http.Request) {
	x.present(r)
	x.record.method, x.record.host, x.record.uri = x.asked(x.record.method), x.asked(x.record.host), x.asked(x.record.uri)
	x.record.asked = fields(r.Header, x.asked)
	if path, query, ok := strings.Cut(x.record.uri, "?"); ok {
		_, query = redact.Query(query)
		x.record.uri = path + "?" + query
	}
}

// present finds the secrets of a request. Those of a request with one key and
// nothing else, that is of nearly all, are made once.
func (x *Exchange) present(r *http.Request) {
	keys := r.Header["Apikey"]
	if len(keys) != 1 || presentsMore(r.Header, x.record.uri) {
		x.secrets = hiding(presented(r.Header, x.record.uri)...)
		return
	}
	if x.secrets = x.strays.known.Of(keys[0]); x.secrets != nil {
		return
	}
	if x.secrets = hiding(keys[0]); x.secrets != nil {
		x.unknown = keys[0]
	}
}

// minSecret is the length of the shortest credential that is hidden, in bytes. A
// shorter one stands in many words.
const minSecret = 6

// hiding returns what hides the credentials, nil if there are none.
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

// presented returns the secrets in the headers and in the query.
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

// presentsMore reports whether there may be secrets in other places than in the
// header apikey.
func presentsMore(header http.Header, uri string) bool {
	for name := range header {
		if name != "Apikey" && redact.Named(name) {
			return true
		}
	}
	return strings.Contains(uri, "=")
}

// fields copies a head, each part as it may be kept. The order is left to the
// reader.
func fields(header http.Header, kept func(string) string) []Header {
	list := make([]Header, 0, len(header))
	for name, values := range header {
		for _, v := range values {
			if redact.Named(name) {
				v = redact.Redacted
			}
			list = append(list, Header{kept(name), kept(v)})
		}
	}
	return list
}

// asked returns a part of the head of the request as it may be kept, and notes if
// a secret was in it.
func (x *Exchange) asked(text string) string {
	hidden := x.secrets.Text(text)
	x.exposed = x.exposed || hidden != text
	return hidden
}

// answered returns a part of the head of the answer as it may be kept. It cannot
// repeat what that of the request did not have besides its credentials.
func (x *Exchange) answered(text string) string {
	if !x.exposed {
		return text
	}
	return x.secrets.Text(text)
}

// sorted returns the fields in the order of their names. Fields of one name keep
// theirs.
func sorted(list []Header) []Header {
	list = append([]Header{}, list...)
	slices.SortStableFunc(list, func(a, b Header) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Hide returns a text that was made of pieces of the request without what is
// secret in it, for whatever else is told of an exchange, such as a log. It is the
// text itself on a nil exchange.
func (x *Exchange) Hide(text string) string {
	if x == nil {
		return text
	}
	return x.secrets.Parts(text, publicWords()...)
}

// hideBody returns a body without secrets.
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

// hideFindings returns copies without secrets: the findings are in the answer,
// too, which its caller may see.
func (x *Exchange) hideFindings(findings []contract.Mismatch) []contract.Mismatch {
	if x.secrets == nil {
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
