package client_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/assay/conformance/internal/client"
)

// rawServer sends the segments one by one, and then waits for the client to go if
// it keeps the connection alive.
func rawServer(t *testing.T, keepAlive bool, segments ...string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			served.Go(func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
					return
				}
				for i, segment := range segments {
					if i > 0 {
						<-time.After(10 * time.Millisecond) // so that it is a segment of its own
					}
					_, _ = io.WriteString(conn, segment)
				}
				if keepAlive {
					_, _ = io.Copy(io.Discard, conn)
				}
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		served.Wait()
	})
	return "http://" + listener.Addr().String() + "/v5"
}

func TestRaw(t *testing.T) {
	t.Parallel()
	const noContent = "HTTP/1.1 204 No Content\r\n"
	for _, test := range []struct {
		name      string
		keepAlive bool
		segments  []string
		status    int
		body      string
		fails     string // part of the error
	}{
		{"nothing follows", false, []string{noContent + "\r\n"}, 204, "", ""},
		{"nothing follows, and nobody closes", true, []string{noContent + "\r\n"}, 204, "", ""},
		{"a body in the same segment", false, []string{noContent + "\r\nhello"}, 204, "hello", ""},
		{"a body in a later segment", false, []string{noContent + "\r\n", "hel", "lo"}, 204, "hello", ""},
		{"a body in a later segment, and nobody closes", true, []string{noContent + "\r\n", "hello"}, 204, "hello", ""},
		{"a body with its length", true, []string{noContent + "Content-Length: 5\r\n\r\nhello"}, 204, "hello", ""},
		{"a body in chunks", false, []string{noContent + "Transfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n"}, 204, "5\r\nhello\r\n0\r\n\r\n", ""},
		{"a length of nothing", true, []string{noContent + "Content-Length: 0\r\n\r\n"}, 204, "", ""},
		{"another response", true, []string{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 200 OK\r\n\r\n"}, 200, "okHTTP/1.1 200 OK\r\n\r\n", ""},
		{"interim responses", true, []string{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", noContent + "\r\n"}, 204, "", ""},
		{"too many of them", true, []string{strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 50)}, 0, "", "more than 5 responses of 1xx"},
		{"no response", false, nil, 0, "", "EOF"},
		{"half a head", false, []string{"HTTP/1.1 204 No Con"}, 0, "", "EOF"},
		{"half a body", false, []string{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}, 200, "", "unexpected EOF"},
		{"a head without end", true, []string{"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2*client.MaxHeader)}, 0, "", "the head of the response"},
		{"no HTTP", false, []string{"SSH-2.0-x\r\n"}, 0, "", "malformed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, rawServer(t, test.keepAlive, test.segments...), nil)
			call := client.Call{Method: http.MethodPost, Path: "x", Key: key(), Raw: true}
			began := time.Now()
			e, err := c.Do(t.Context(), call)
			if (err != nil) != (test.fails != "") || err != nil && !strings.Contains(err.Error(), test.fails) {
				t.Errorf("error: got %v, want one with %q", err, test.fails)
			}
			if e.Status != test.status || string(e.Body) != test.body {
				t.Errorf("got %d with %q, want %d with %q", e.Status, e.Body, test.status, test.body)
			}
			if took := time.Since(began); took > 4*time.Second {
				t.Errorf("it took %s to see that nothing follows", took)
			}
		})
	}
}

// TestRawAnnouncesChunks: the standard library takes the header away.
func TestRawAnnouncesChunks(t *testing.T) {
	t.Parallel()
	c := newClient(t, rawServer(t, false, "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"), nil)
	e, err := c.Do(t.Context(), client.Call{Method: http.MethodPost, Path: "x", Key: key(), Raw: true})
	if err != nil || e.Header.Get("Transfer-Encoding") != "chunked" {
		t.Errorf("got headers %v, error %v; want Transfer-Encoding to be told", e.Header, err)
	}
}

func TestRawNobodyThere(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	c := newClient(t, "http://"+address, nil)
	var refused *net.OpError
	if _, err := c.Do(t.Context(), client.Call{Method: http.MethodPost, Path: "x", Raw: true}); !errors.As(err, &refused) {
		t.Errorf("got %v, want a refused connection", err)
	}
}
