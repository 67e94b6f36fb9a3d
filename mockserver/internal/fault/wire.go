package fault

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Aborter is a ResponseWriter that wants to know that its connection ends.
type Aborter interface{ Abort() }

// cut resets the connection if the server gives it away, and ends the handler in
// the way that net/http takes for a wish to cut it. It does not return.
func cut(w http.ResponseWriter) {
	if a, ok := w.(Aborter); ok {
		a.Abort()
	}
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if wrapped, ok := conn.(*tls.Conn); ok {
			reset(wrapped.NetConn())
		}
		reset(conn)
	}
	panic(http.ErrAbortHandler)
}

// reset closes a connection so that its other end is told at once: by a reset
// where the network has one.
func reset(conn net.Conn) {
	if c, ok := conn.(interface{ SetLinger(int) error }); ok {
		_ = c.SetLinger(0) // without it the connection is closed all the same
	}
	_ = conn.Close() // it is given up
}

// pause waits, and says whether it came to its end before the context did.
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

// shorten sends the headers of the response, half of its body if that is wanted,
// and then cuts the connection. A response without a body is sent whole: there is
// nothing to take away from it.
func shorten(w http.ResponseWriter, half bool, a Answering) error {
	s := &shortening{ResponseWriter: w, half: half}
	err := a.Write(s)
	if s.over {
		_ = http.NewResponseController(w).Flush() // what cannot be flushed was never there
		cut(w)
	}
	return err
}

// shortening lets through no more of a body than it is told.
type shortening struct {
	http.ResponseWriter
	half bool
	left int
	over bool
}

func (s *shortening) WriteHeader(status int) {
	if length, err := strconv.Atoi(s.Header().Get("Content-Length")); err == nil && s.half {
		s.left = length / 2
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *shortening) Write(p []byte) (int, error) {
	s.over = true
	n := min(len(p), s.left)
	s.left -= n
	if n > 0 {
		if n, err := s.ResponseWriter.Write(p[:n]); err != nil {
			return n, err
		}
	}
	return len(p), nil
}

// pieces is how many pieces a slow body comes in, if it has so many bytes.
const pieces = 10

// dribbling sends a body in pieces, at even distances over a time.
type dribbling struct {
	http.ResponseWriter
	request *http.Request
	over    time.Duration

	piece int // bytes
	sent  int // since the last pause
}

func (d *dribbling) WriteHeader(status int) {
	length, _ := strconv.Atoi(d.Header().Get("Content-Length"))
	d.piece = max(length/pieces, 1)
	d.over /= time.Duration(max(min(length, pieces), 1))
	d.ResponseWriter.WriteHeader(status)
}

func (d *dribbling) Write(p []byte) (int, error) {
	for start := 0; start < len(p); {
		n := min(d.piece-d.sent, len(p)-start)
		if d.sent == 0 {
			_ = http.NewResponseController(d.ResponseWriter).Flush() // a server without it sends when it likes
			if !pause(d.request.Context(), d.over) {
				cut(d.ResponseWriter)
			}
		}
		if n, err := d.ResponseWriter.Write(p[start : start+n]); err != nil {
			return start + n, err
		}
		d.sent = (d.sent + n) % d.piece
		start += n
	}
	return len(p), nil
}
