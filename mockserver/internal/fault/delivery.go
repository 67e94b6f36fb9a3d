package fault

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Response is a response that can be written.
type Response interface {
	Write(http.ResponseWriter) error
}

// Observer is a ResponseWriter that is told how a fault ends. Abort and Disconnect come
// last.
type Observer interface {
	Miss(reason string) // the fault does not happen
	Abort()             // the mock cuts the connection
	Disconnect()        // the connection ended early: the client closed it, or the mock stops
}

// delivery is what a kind does with the response of one request.
type delivery struct {
	w        http.ResponseWriter
	request  *http.Request
	response Response
	other    replacement
	delay    time.Duration
	miss     func(reason string)
}

const noBody = "the response has no body"

func (d delivery) whole() error    { return d.response.Write(d.w) }
func (d delivery) replaced() error { return d.other.Write(d.w) }

func (d delivery) reset() error {
	cut(d.w)
	return nil
}

func (d delivery) slow() error {
	s := &slowWriter{ResponseWriter: d.w, request: d.request, over: d.delay}
	err := d.response.Write(s)
	if !s.began {
		d.miss(noBody)
	}
	return err
}

// truncated returns a delivery of the headers and a share of the body, which ends
// with a cut connection. A response without a body is sent whole.
func truncated(share float64) func(delivery) error {
	return func(d delivery) error {
		t := &truncatingWriter{ResponseWriter: d.w, share: share}
		err := d.response.Write(t)
		if t.truncated {
			_ = http.NewResponseController(d.w).Flush() // a writer without it has nothing to flush
			cut(d.w)
		}
		d.miss(noBody)
		return err
	}
}

// cut resets the connection. It does not return.
func cut(w http.ResponseWriter) {
	if o, ok := w.(Observer); ok {
		o.Abort()
	}
	sever(w)
}

// disconnected ends a request whose connection has ended. It does not return.
func disconnected(w http.ResponseWriter) {
	if o, ok := w.(Observer); ok {
		o.Disconnect()
	}
	sever(w)
}

// sever resets the connection if the server allows to hijack it, and panics with
// http.ErrAbortHandler.
func sever(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		resetConnection(conn)
	}
	panic(http.ErrAbortHandler)
}

// resetConnection closes a connection, with a TCP reset where possible.
func resetConnection(conn net.Conn) {
	if wrapped, ok := conn.(interface{ NetConn() net.Conn }); ok {
		resetConnection(wrapped.NetConn())
	}
	if c, ok := conn.(interface{ SetLinger(int) error }); ok {
		_ = c.SetLinger(0) // without it the connection is closed in the ordinary way
	}
	_ = conn.Close() // not used again
}

// pause waits, and reports whether the time passed before the context ended.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// truncatingWriter passes on a share of a body.
type truncatingWriter struct {
	http.ResponseWriter
	share     float64
	left      int // bytes
	truncated bool
}

func (t *truncatingWriter) WriteHeader(status int) {
	if length, err := strconv.Atoi(t.Header().Get("Content-Length")); err == nil {
		t.left = int(float64(length) * t.share)
	}
	t.ResponseWriter.WriteHeader(status)
}

func (t *truncatingWriter) Write(p []byte) (int, error) {
	t.truncated = true
	n := min(len(p), t.left)
	t.left -= n
	if n > 0 {
		if n, err := t.ResponseWriter.Write(p[:n]); err != nil {
			return n, err
		}
	}
	return len(p), nil
}

// pieces is the number of pieces of a slow body.
const pieces = 10

// slowWriter sends a body in pieces, evenly spread over a time.
type slowWriter struct {
	http.ResponseWriter
	request *http.Request
	over    time.Duration

	began bool
	piece int // bytes
	sent  int // since the last pause
}

func (s *slowWriter) WriteHeader(status int) {
	length, _ := strconv.Atoi(s.Header().Get("Content-Length"))
	s.piece = max(length/pieces, 1)
	s.over /= time.Duration(max(min(length, pieces), 1))
	s.ResponseWriter.WriteHeader(status)
}

func (s *slowWriter) Write(p []byte) (int, error) {
	s.began = true
	for start := 0; start < len(p); {
		n := min(s.piece-s.sent, len(p)-start)
		if s.sent == 0 {
			_ = http.NewResponseController(s.ResponseWriter).Flush() // a writer without it sends at its own pace
			if !pause(s.request.Context(), s.over) {
				disconnected(s.ResponseWriter)
			}
		}
		if n, err := s.ResponseWriter.Write(p[start : start+n]); err != nil {
			return start + n, err
		}
		s.sent = (s.sent + n) % s.piece
		start += n
	}
	return len(p), nil
}
