package conformance_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/assay/conformance"
	"example.com/assay/mockserver"
)

// hostile is a server below HTTP: it can send any bytes at all. It answers one
// request a connection, with an attack or else as the mock would.
type hostile struct {
	listener net.Listener
	mock     *mockserver.Server
	attack   func(*victim)
	when     func(*http.Request) bool
	secure   func(net.Conn) net.Conn

	mu     sync.Mutex
	open   map[net.Conn]bool
	served sync.WaitGroup
}

// victim is one connection that is attacked.
type victim struct {
	net.Conn
	request *http.Request
	number  int // of the attack, from 1
}

// always and the others say which requests are attacked.
func always(*http.Request) bool { return true }

// afterCanary spares the checks that come before and after all else, so that every
// scenario meets the attack.
func afterCanary(r *http.Request) bool {
	return !strings.Contains(r.Header.Get("User-Agent"), "; canary)")
}

func onReads(r *http.Request) bool {
	return afterCanary(r) && r.Method == http.MethodGet && len(r.URL.Path) > len("/v5/assessments/templates")
}

func onLists(r *http.Request) bool {
	return afterCanary(r) && r.Method == http.MethodGet && r.URL.Path == "/v5/assessments"
}

func onCancels(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/cancel-workflow") }

func startHostile(t *testing.T, when func(*http.Request) bool, attack func(*victim)) *hostile {
	t.Helper()
	return startHostileOver(t, when, attack, func(c net.Conn) net.Conn { return c })
}

func startHostileOver(t *testing.T, when func(*http.Request) bool, attack func(*victim), secure func(net.Conn) net.Conn) *hostile {
	t.Helper()
	mock, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &hostile{listener: listener, mock: mock, attack: attack, when: when, secure: secure, open: map[net.Conn]bool{}}
	h.served.Go(h.accept)
	t.Cleanup(h.close)
	return h
}

// target is the hostile server, to be asked with the mock's own key.
func (h *hostile) target() conformance.Target {
	return conformance.Target{BaseURL: "http://" + h.listener.Addr().String() + "/v5", APIKey: h.mock.Credentials().Key}
}

func (h *hostile) close() {
	h.listener.Close()
	h.mu.Lock()
	for conn := range h.open {
		conn.Close()
	}
	h.mu.Unlock()
	h.served.Wait()
}

func (h *hostile) accept() {
	for number := 1; ; number++ {
		conn, err := h.listener.Accept()
		if err != nil {
			return
		}
		h.mu.Lock()
		h.open[conn] = true
		h.mu.Unlock()
		h.served.Go(func() {
			defer h.forget(conn)
			h.serve(h.secure(conn), number)
		})
	}
}

func (h *hostile) forget(conn net.Conn) {
	conn.Close()
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.open, conn)
}

func (h *hostile) serve(conn net.Conn, number int) {
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	r.RemoteAddr = conn.RemoteAddr().String()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	if h.when(r) {
		h.attack(&victim{Conn: conn, request: r, number: number})
		return
	}
	recorder := httptest.NewRecorder()
	h.mock.ServeHTTP(recorder, r)
	resp := recorder.Result()
	resp.Close = true
	_ = resp.Write(conn) // whoever has gone needs no answer
}

// send writes text, and reports whether anybody still listens.
func (v *victim) send(parts ...string) bool {
	for _, part := range parts {
		if _, err := io.WriteString(v, part); err != nil {
			return false
		}
	}
	return true
}

// flood writes the part for as long as somebody listens.
func (v *victim) flood(part string) {
	for v.send(part) {
	}
}

// drip writes the part every few milliseconds for as long as somebody listens.
func (v *victim) drip(part string) {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for range ticker.C {
		if !v.send(part) {
			return
		}
	}
}

// linger waits until the other side has closed the connection.
func (v *victim) linger() { _, _ = io.Copy(io.Discard, v) }

// reset closes the connection in the rudest way there is.
func (v *victim) reset() {
	if tcp, ok := v.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	v.Close()
}
