package redact

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// words are the words in the names of headers and parameters with secret values,
// by first letter.
//
//nolint:gochecknoglobals // a constant table
var words = ['t' + 1][]string{
	'a': {"auth"}, 'c': {"cookie"}, 'k': {"key"}, 'p': {"password"}, 's': {"secret", "session"}, 't': {"token"},
}

// Named reports whether the header or the parameter of this name holds a secret.
func Named(name string) bool {
	switch name {
	case "Idempotency-Key", "Sec-Websocket-Key", "Www-Authenticate":
		return false
	}
	for i := range len(name) {
		c := name[i] | 0x20 // lower case
		if int(c) >= len(words) {
			continue
		}
		for _, word := range words[c] {
			if len(name)-i >= len(word) && strings.EqualFold(name[i:i+len(word)], word) {
				return true
			}
		}
	}
	return false
}

// Credentials returns the secrets in the value of a header: the value, the part
// after the name of a scheme, and user and password of Basic.
func Credentials(value string) []string {
	all := []string{value}
	scheme, rest, found := strings.Cut(value, " ")
	if !found {
		return all
	}
	rest = strings.TrimSpace(rest)
	all = append(all, rest)
	if decoded, err := base64.StdEncoding.DecodeString(rest); err == nil && strings.EqualFold(scheme, "Basic") {
		user, password, _ := strings.Cut(string(decoded), ":")
		all = append(all, user, password)
	}
	return all
}

// Query returns the secret values of a query, and the query without them.
func Query(query string) (secrets []string, safe string) {
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		if !Named(unescaped(name)) {
			continue
		}
		secrets = append(secrets, unescaped(value))
		pairs[i] = name + "=" + Redacted
	}
	return secrets, strings.Join(pairs, "&")
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}
