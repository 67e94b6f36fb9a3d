package mockserver_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/assay/mockserver"
)

// pipes is a listener whose connections are pipes of this process: in a bubble of
// synctest, nobody waits for real.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.accepted:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

// dialPipe serves a mock on a pipe, and returns the client's end.
func dialPipe(t *testing.T) net.Conn {
	t.Helper()
	server, listener := newServer(t, mockserver.Config{}).HTTPServer(), &pipes{make(chan net.Conn), make(chan struct{})}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	client, conn := net.Pipe()
	listener.accepted <- conn
	t.Cleanup(func() {
		client.Close()
		server.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("serve: got %v", err)
		}
	})
	return client
}

// TestTimeouts has clients that stop in the middle, or send a byte now and then.
func TestTimeouts(t *testing.T) {
	t.Parallel()
	const (
		line = "GET /healthz HTTP/1.1\r\n"
		post = "POST /v5/assessments HTTP/1.1\r\nHost: x\r\napikey: API_KEY\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
	)
	tests := []struct {
		name    string
		at      []time.Duration // when something is sent
		send    []string
		answers int // how many are complete
		want    time.Duration
	}{
		{"nothing at all", nil, nil, 0, 5 * time.Second},
		{"half a head", []time.Duration{0}, []string{line}, 0, 5 * time.Second},
		{"a head that comes by the line", []time.Duration{0, 2 * time.Second, 4 * time.Second, 6 * time.Second}, []string{line, "A: a\r\n", "B: b\r\n", "C: c\r\n"}, 0, 5 * time.Second},
		{"half a body", []time.Duration{0}, []string{post}, 1, time.Minute},
		{"a body that comes by the byte", []time.Duration{0, 50 * time.Second, 59 * time.Second, 61 * time.Second}, []string{post, " ", " ", " "}, 1, time.Minute},
		{"nothing after a request", []time.Duration{0}, []string{line + "Host: x\r\n\r\n"}, 1, 2 * time.Minute},
		{"another request in time", []time.Duration{0, 119 * time.Second}, []string{line + "Host: x\r\n\r\n", line + "Host: x\r\n\r\n"}, 2, 119*time.Second + 2*time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				conn, begin := dialPipe(t), time.Now()
				var sender sync.WaitGroup
				sender.Go(func() {
					for i, text := range tt.send {
						<-time.After(time.Until(begin.Add(tt.at[i])))
						if _, err := io.WriteString(conn, text); err != nil {
							return // cut off, which is what is looked at below
						}
					}
				})
				if got := answersOn(t, conn); got != tt.answers {
					t.Errorf("answers: got %d, want %d", got, tt.answers)
				}
				if took := time.Since(begin); took != tt.want {
					t.Errorf("the connection was closed after %s, want %s", took, tt.want)
				}
				sender.Wait()
			})
		})
	}
}

// answersOn counts the answers that come until the server closes the connection.
func answersOn(t *testing.T, conn net.Conn) int {
	t.Helper()
	reader := bufio.NewReader(conn)
	for answers := 0; ; answers++ {
		response, err := http.ReadResponse(reader, nil)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return answers
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode >= 500 || !strings.HasPrefix(response.Proto, "HTTP/1.1") {
			t.Errorf("got %s %s, %v", response.Status, body, err)
		}
	}
}
