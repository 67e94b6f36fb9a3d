package rejected_test

import (
	"bufio"
	"bytes"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver/internal/rejected"
)

// FuzzHead reads any head. A reason is a short text, and a head that net/http accepts
// is read as net/http reads it.
func FuzzHead(f *testing.F) {
	for _, head := range []string{
		"", "hello\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\napikey: k\r\n\r\n", "GET /% HTTP/1.1\r\n\r\n", "\r\nGET / HTTP/1.1\r\n\r\n", "GET /a b HTTP/1.1\n\n",
		"POST http://h/p?q HTTP/1.0\r\nA : 1\r\n B\r\n\r\n{}", "\x16\x03\x01", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\nContent-Length: a\r\n\r\n",
	} {
		f.Add([]byte(head), 400)
	}
	f.Fuzz(func(t *testing.T, head []byte, status int) {
		got, reason := rejected.Read(head, status)
		if reason == "" || len(reason) > 1000 || !utf8.ValidString(reason) {
			t.Errorf("reason: got %q", reason)
		}
		want, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(head)))
		spaced := func(name string) bool { return strings.Contains(name, " ") } // which net/http reads, and then rejects
		if err != nil || slices.ContainsFunc(slices.Collect(maps.Keys(want.Header)), spaced) || bytes.ContainsAny(head, "\t") || bytes.Contains(head, []byte("\n ")) || len(want.TransferEncoding)+len(want.Trailer) > 0 {
			return // net/http joins lines, and removes headers that it understands
		}
		if got.Method != want.Method || got.RequestURI != want.RequestURI || got.Proto != want.Proto {
			t.Errorf("request line: got %q %q %q, want %q %q %q", got.Method, got.RequestURI, got.Proto, want.Method, want.RequestURI, want.Proto)
		}
		for _, changed := range []string{"Host", "Pragma", "Cache-Control", "Content-Length"} {
			got.Header.Del(changed)
			want.Header.Del(changed)
		}
		if diff := cmp.Diff(slices.Sorted(maps.Keys(got.Header)), slices.Sorted(maps.Keys(want.Header))); diff != "" {
			t.Errorf("headers (-got +want):\n%s", diff)
		}
	})
}
