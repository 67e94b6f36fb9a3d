package rejected

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
)

// tlsConn is a conn with TLS.
type tlsConn struct {
	*conn
	secured *tls.Conn
	below   *firstBytes
}

// firstBytes keeps what is read from a connection until the handshake is made.
type firstBytes struct {
	net.Conn
	bytes []byte
	made  bool
}

// Read implements net.Conn.
func (c *firstBytes) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if !c.made {
		c.bytes = append(c.bytes, p[:n]...)
	}
	return n, err
}

// NetConn returns the connection below.
func (c *firstBytes) NetConn() net.Conn { return c.Conn }

// ConnectionState makes the handshake. net/http calls it first.
func (c *tlsConn) ConnectionState() tls.ConnectionState {
	ctx, cancel := context.WithTimeout(context.Background(), c.server.ReadHeaderTimeout)
	defer cancel()
	if err := c.secured.HandshakeContext(ctx); err != nil {
		c.failed(err)
	}
	c.below.bytes, c.below.made = nil, true
	return c.secured.ConnectionState()
}

// failed answers a client that speaks HTTP without TLS; any other has no common
// language with the server.
func (c *tlsConn) failed(err error) {
	c.mu.Lock()
	c.rejected = true
	c.mu.Unlock()
	record, ok := errors.AsType[tls.RecordHeaderError](err)
	if !ok || record.Conn == nil || methodOf(record.RecordHeader[:]) == "" {
		if c.server.ErrorLog != nil {
			c.server.ErrorLog.Printf("TLS handshake with %s: %v", c.RemoteAddr(), err)
		}
		return
	}
	c.Conn, c.head = c.below.Conn, c.below.bytes
	c.readHead()
	c.respond(c.request(), Rejection{http.StatusBadRequest, "plain HTTP on a port that serves HTTPS; use https:// in the URL"})
}

// Read implements net.Conn. Without a handshake there is nothing to read.
func (c *tlsConn) Read(p []byte) (int, error) {
	c.mu.Lock()
	rejected := c.rejected
	c.mu.Unlock()
	if rejected {
		return 0, io.EOF
	}
	return c.conn.Read(p)
}

// NetConn returns the connection below.
func (c *tlsConn) NetConn() net.Conn { return c.Conn }
