package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"example.com/assay/mockserver"
)

// servers are the servers that a script can ask for: what a base URL may lead to
// by mistake, and deployments that are not quite right.
func servers() map[string]func(*mockserver.Server) http.HandlerFunc {
	return map[string]func(*mockserver.Server) http.HandlerFunc{
		"html":     serveHTML,
		"redirect": serveRedirect,
		"mock":     serveMock,
		"broken":   serveBroken,
		"chatty":   serveChatty,
	}
}

// serveHTML is a web site.
func serveHTML(*mockserver.Server) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!doctype html><title>Welcome</title><p>There is no API here.")
	}
}

// serveRedirect sends everybody to another host.
func serveRedirect(*mockserver.Server) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://elsewhere.example"+r.URL.Path)
		w.WriteHeader(http.StatusPermanentRedirect)
	}
}

// serveMock is a deployment that conforms, under whatever host name a request
// gives: also a proxy, for clients that are told so.
func serveMock(mock *mockserver.Server) http.HandlerFunc { return mock.ServeHTTP }

// serveChatty sends the key of each request behind the response.
func serveChatty(mock *mockserver.Server) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		mock.ServeHTTP(answer, r)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(conn, "HTTP/1.1 %d -\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%sdebug apikey=%s",
			answer.Code, answer.Body.Len(), answer.Body, r.Header.Get("Apikey"))
		go func() { // until the client closes
			defer conn.Close()
			_, _ = io.Copy(io.Discard, conn)
		}()
	}
}

// serveBroken answers a read of what is not there with 200, against GET-02.
func serveBroken(mock *mockserver.Server) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			mock.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		mock.ServeHTTP(answer, r)
		if answer.Code == http.StatusNotFound {
			answer.Code = http.StatusOK
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}
}

func cmdServe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || servers()[args[0]] == nil {
		ts.Fatalf("usage: serve KIND, with a kind of %d", len(servers()))
	}
	mock, err := mockserver.New(mockserver.Config{})
	ts.Check(err)
	server := httptest.NewServer(servers()[args[0]](mock))
	ts.Defer(server.Close)
	ts.Setenv("served", server.URL+"/v5")
	ts.Setenv("host", strings.TrimPrefix(server.URL, "http://"))
}
