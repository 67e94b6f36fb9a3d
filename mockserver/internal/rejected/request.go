package rejected

import (
	"bytes"
	"context"
	"crypto/tls"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// request returns what can be read of the head.
func (c *conn) request() *http.Request {
	head, _, _ := cutHead(c.head)
	line, fields, _ := strings.Cut(string(head), "\n")
	method, target, proto := requestLine(line)
	r := &http.Request{
		Method: method, RequestURI: target, Proto: proto, URL: urlOf(target), Header: http.Header{}, Body: http.NoBody, RemoteAddr: c.RemoteAddr().String(),
	}
	r.ProtoMajor, r.ProtoMinor, _ = http.ParseHTTPVersion(proto)
	for field := range strings.SplitSeq(fields, "\n") {
		if name, value, ok := strings.Cut(field, ":"); ok {
			r.Header.Add(strings.TrimSpace(name), textproto.TrimString(value))
		}
	}
	r.Host = r.Header.Get("Host")
	if r.URL.Host != "" {
		r.Host = r.URL.Host
	}
	if secured, ok := c.Conn.(*tls.Conn); ok {
		state := secured.ConnectionState()
		r.TLS = &state
	}
	return r.WithContext(context.Background())
}

// requestLine returns the parts of a request line; all are empty if it is none.
func requestLine(line string) (method, target, proto string) {
	line = strings.TrimSuffix(line, "\r")
	method = methodOf([]byte(line))
	if method == "" {
		return "", "", ""
	}
	target = line[len(method)+1:]
	if at := strings.LastIndex(target, " HTTP/"); at >= 0 {
		target, proto = target[:at], target[at+1:]
	}
	if target == "" {
		return "", "", ""
	}
	return method, target, proto
}

// methodOf returns the method that a line begins with, or "".
func methodOf(line []byte) string {
	method, _, ok := bytes.Cut(line, []byte(" "))
	if !ok || !httpguts.ValidHeaderFieldName(string(method)) { // both are tokens
		return ""
	}
	return string(method)
}

// urlOf returns the URL of a target, with the path as it is if that is malformed.
func urlOf(target string) *url.URL {
	if u, err := url.ParseRequestURI(target); err == nil {
		return u
	}
	path, query, _ := strings.Cut(target, "?")
	return &url.URL{Path: path, RawQuery: query}
}

// statusOf returns the status of a response, by its first line.
func statusOf(response []byte) int {
	fields := strings.Fields(string(response[:min(len(response), len("HTTP/1.1 999"))]))
	if len(fields) == 2 {
		if status, err := strconv.Atoi(fields[1]); err == nil && http.StatusText(status) != "" {
			return status
		}
	}
	return http.StatusBadRequest
}
