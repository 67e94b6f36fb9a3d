// Package shell writes requests as commands for a POSIX shell.
package shell

import (
	"net/http"
	"strings"
)

// KeyVariable is the environment variable that stands in commands where a key
// belongs: commands are pasted into issues and chats.
const KeyVariable = "ASSAY_APIKEY"

// Request is what a command sends.
type Request struct {
	Method  string
	URL     string
	Headers []Field
	Body    string
	Keyed   bool   // send the key of the variable
	CACert  string // file of the certificate to trust; empty for those of the machine
}

// Field is a header of a request.
type Field struct{ Name, Value string }

// Command returns the command, in one line.
func Command(r Request) string {
	words := []string{"curl", "-i"}
	if r.CACert != "" {
		words = append(words, "--cacert", Quote(r.CACert))
	}
	switch r.Method {
	case http.MethodGet:
	case http.MethodHead:
		words = append(words, "-I")
	default:
		words = append(words, "-X", Quote(r.Method))
	}
	words = append(words, Quote(r.URL))
	if r.Keyed {
		words = append(words, "-H", `"apikey: $`+KeyVariable+`"`)
	}
	for _, h := range r.Headers {
		words = append(words, "-H", Quote(h.Name+": "+h.Value))
	}
	if r.Body != "" {
		words = append(words, "--data-raw", Quote(r.Body))
	}
	return strings.Join(words, " ")
}

// Quote returns the word as a POSIX shell reads it back.
func Quote(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./:,@%+", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
