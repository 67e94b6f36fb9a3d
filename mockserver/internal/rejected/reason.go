package rejected

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"example.com/assay/internal/text"
)

// NetHTTPMargin is what net/http reads beyond its MaxHeaderBytes.
const NetHTTPMargin = 4096

// reasonOf returns what is wrong with a request.
func reasonOf(status int, r *http.Request, head []byte, maxHeaderBytes int) string {
	switch status {
	case http.StatusRequestHeaderFieldsTooLarge:
		return fmt.Sprintf("the request line and the headers exceed the limit of %d bytes", maxHeaderBytes+NetHTTPMargin)
	case http.StatusNotImplemented:
		return fmt.Sprintf("unsupported Transfer-Encoding %s; send chunked or a Content-Length", quoted(strings.Join(r.Header.Values("Transfer-Encoding"), ", ")))
	case http.StatusExpectationFailed:
		return fmt.Sprintf("unsupported Expect %s; send 100-continue or nothing", quoted(r.Header.Get("Expect")))
	case http.StatusHTTPVersionNotSupported:
		return fmt.Sprintf("unsupported version %s; use HTTP/1.1", quoted(r.Proto))
	}
	whole, _, complete := cutHead(head)
	lines := strings.Split(string(whole), "\n")
	lines = lines[:max(1, len(lines)-1)] // the last one is empty, or cut
	for _, check := range []func(*http.Request, []string) string{requestLineReason, targetReason, fieldReason, hostReason, lengthReason} {
		if reason := check(r, lines); reason != "" {
			return reason
		}
	}
	switch {
	case !complete:
		return "incomplete headers; end them with an empty line"
	case head[0] == '\r' || head[0] == '\n':
		return "an empty line before the request line"
	}
	return "malformed headers"
}

func requestLineReason(r *http.Request, lines []string) string {
	switch {
	case strings.HasPrefix(lines[0], "\x16\x03"):
		return "a TLS handshake on a port that serves plain HTTP; use http:// in the URL"
	case r.RequestURI == "" || r.Proto == "":
		return fmt.Sprintf("malformed request line %s; send METHOD PATH HTTP/1.1", quoted(strings.TrimSuffix(lines[0], "\r")))
	}
	if _, _, ok := http.ParseHTTPVersion(r.Proto); !ok {
		return fmt.Sprintf("malformed version %s; use HTTP/1.1", quoted(r.Proto))
	}
	return ""
}

func targetReason(r *http.Request, _ []string) string {
	_, err := url.ParseRequestURI(r.RequestURI)
	switch path, _, _ := strings.Cut(r.RequestURI, "?"); {
	case strings.ContainsAny(r.RequestURI, " \t"):
		return fmt.Sprintf("a space in the path %s; send it as %%20", quoted(r.RequestURI))
	case err == nil, r.Method == http.MethodConnect:
		return ""
	case !escaped(path):
		return fmt.Sprintf("malformed percent escape in the path %s; send a literal %% as %%25", quoted(path))
	default:
		return fmt.Sprintf("malformed path %s; begin it with a slash, and percent-encode control characters", quoted(r.RequestURI))
	}
}

// escaped reports whether every percent sign begins an escape.
func escaped(path string) bool {
	_, err := url.PathUnescape(path)
	return err == nil
}

func fieldReason(_ *http.Request, lines []string) string {
	for i, line := range lines[1:] {
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			break
		}
		name, value, ok := strings.Cut(line, ":")
		switch {
		case !ok && (line[0] != ' ' && line[0] != '\t' || i == 0):
			return fmt.Sprintf("header line %d has no colon", i+1)
		case ok && !httpguts.ValidHeaderFieldName(name):
			return fmt.Sprintf("malformed header name %s", quoted(name))
		case ok && !httpguts.ValidHeaderFieldValue(value):
			return fmt.Sprintf("control character in the value of the header %s", quoted(name))
		}
	}
	return ""
}

func hostReason(r *http.Request, _ []string) string {
	hosts := r.Header.Values("Host")
	switch {
	case len(hosts) == 0 && r.ProtoAtLeast(1, 1) && r.Method != http.MethodConnect:
		return "missing Host header"
	case len(hosts) > 1:
		return "several Host headers; send one"
	case len(hosts) == 1 && !httpguts.ValidHostHeader(hosts[0]):
		return fmt.Sprintf("malformed Host header %s", quoted(hosts[0]))
	}
	return ""
}

func lengthReason(r *http.Request, _ []string) string {
	lengths := slices.Compact(r.Header.Values("Content-Length"))
	if len(lengths) == 0 {
		return ""
	}
	return fmt.Sprintf("malformed Content-Length %s; send one decimal number", quoted(strings.Join(lengths, ", ")))
}

// maxQuoted limits a quoted text, in bytes.
const maxQuoted = 200

func quoted(s string) string { return fmt.Sprintf("%q", text.Shorten(s, maxQuoted)) }
