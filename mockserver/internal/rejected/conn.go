package rejected

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	answerTimeout = 5 * time.Second        // to send an answer
	lingerTimeout = 500 * time.Millisecond // for the client to send the rest, and to read the answer
	maxLinger     = 4 << 20                // bytes that a client sends meanwhile
	maxRejected   = 256 << 10              // bytes of a head that are read for the answer
)

// conn is a connection that tells the responses of handlers from rejections.
type conn struct {
	net.Conn
	server *http.Server
	answer Handler

	mu       sync.Mutex
	head     []byte // that net/http reads, and what follows it
	handling bool   // a handler has the request
	body     int64  // bytes of the body that are still to come; unknown: they end with the response
	rejected bool
}

// unknown is the length of a chunked body.
const unknown = -1

// Read implements net.Conn.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.keep(p[:n], len(p) == 1)
	return n, err
}

// keep appends the bytes that belong to a head. While a handler has a request, net/http
// waits for the next one by reading a single byte.
func (c *conn) keep(p []byte, single bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rejected || c.handling && c.body == unknown && !single {
		return
	}
	if c.body > 0 {
		n := min(int64(len(p)), c.body)
		c.body -= n
		p = p[n:]
	}
	c.head = append(c.head, p...)
}

// handled removes a request that a handler has got from the head.
func (c *conn) handled(contentLength int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handling, c.body = true, contentLength
	_, rest, found := cutHead(c.head)
	if !found || contentLength < 0 {
		c.body, rest = unknown, nil
	} else {
		n := min(int64(len(rest)), c.body)
		c.body -= n
		rest = rest[n:]
	}
	c.head = append(c.head[:0], rest...)
}

// idle notes that the response of the handler is complete.
func (c *conn) idle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handling, c.body = false, 0
}

// Write implements net.Conn.
func (c *conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	handling, again := c.handling, c.rejected
	c.rejected = c.rejected || !handling
	c.mu.Unlock()
	switch {
	case handling:
		return c.Conn.Write(p)
	case !again:
		c.reject(p)
	}
	return len(p), nil // the answer replaces all of it
}

// reject answers in place of net/http, which closes the connection afterwards.
func (c *conn) reject(answer []byte) {
	c.readHead()
	why := Rejection{Status: statusOf(answer)}
	r := c.request()
	why.Reason = reasonOf(why.Status, r, c.head, c.server.MaxHeaderBytes)
	c.respond(r, why)
}

// readHead reads the rest of a head, for the headers that the answer depends on:
// net/http stops at the first line that is wrong.
func (c *conn) readHead() {
	_ = c.SetReadDeadline(time.Now().Add(lingerTimeout)) // without it, the client decides
	for chunk := make([]byte, 4<<10); len(c.head) < maxRejected; {
		if _, _, complete := cutHead(c.head); complete {
			return
		}
		n, err := c.Conn.Read(chunk)
		c.head = append(c.head, chunk[:n]...)
		if err != nil {
			return
		}
	}
}

func (c *conn) respond(r *http.Request, why Rejection) {
	r.Header.Del("Host") // as net/http does
	w := &response{header: http.Header{}}
	c.answer(w, r, why)
	if c.SetDeadline(time.Now().Add(answerTimeout)) == nil && w.send(c.Conn, r) == nil {
		c.linger()
	}
}

// linger lets the client read the answer: closing a connection with unread bytes
// resets it.
func (c *conn) linger() {
	closer, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok || closer.CloseWrite() != nil || c.SetReadDeadline(time.Now().Add(lingerTimeout)) != nil {
		return
	}
	_, _ = io.CopyN(io.Discard, c.Conn, maxLinger) // it ends by one of the limits, or because the client closes
}

// NetConn returns the connection below, as that of [crypto/tls.Conn] does.
func (c *conn) NetConn() net.Conn { return c.Conn }

// CloseWrite lets net/http close a connection in one direction.
func (c *conn) CloseWrite() error {
	if closer, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return closer.CloseWrite()
	}
	return nil
}

// cutHead returns the head of a request and the bytes after it, and reports whether
// the head is complete.
func cutHead(b []byte) (head, rest []byte, complete bool) {
	start := len(b) - len(bytes.TrimLeft(b, "\r\n"))
	for at := start; at < len(b); {
		line := bytes.IndexByte(b[at:], '\n')
		if line < 0 {
			break
		}
		empty := len(bytes.TrimSuffix(b[at:at+line], []byte("\r"))) == 0
		at += line + 1
		if empty {
			return b[start:at], b[at:], true
		}
	}
	return b[start:], nil, false
}
