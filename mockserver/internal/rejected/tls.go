package rejected

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
)

// secureListener makes the handshake of each connection. net/http serves HTTP/2 on a
// [tls.Conn] alone, and answers a failed handshake itself.
type secureListener struct {
	*listener
	config   *tls.Config
	accepted chan accepted
	ctx      context.Context // ends when the listener is closed
	cancel   context.CancelFunc
}

// accepted is a result of Accept.
type accepted struct {
	conn net.Conn
	err  error
}

// http2 is the name of HTTP/2 in a handshake.
const http2 = "h2"

func secure(l *listener, config *tls.Config) net.Listener {
	config = config.Clone()
	if len(config.NextProtos) == 0 {
		config.NextProtos = []string{http2, "http/1.1"}
	}
	s := &secureListener{listener: l, config: config, accepted: make(chan accepted)}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	go s.acceptAll()
	return s
}

// Accept implements net.Listener.
func (l *secureListener) Accept() (net.Conn, error) {
	select {
	case a := <-l.accepted:
		return a.conn, a.err
	case <-l.ctx.Done():
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *secureListener) Close() error {
	l.cancel()
	return l.listener.Close()
}

func (l *secureListener) acceptAll() {
	for l.ctx.Err() == nil {
		c, err := l.Listener.Accept()
		if err != nil {
			l.offer(accepted{err: err})
			continue
		}
		go l.handshake(c)
	}
}

// offer passes a result to Accept, unless the listener is closed first.
func (l *secureListener) offer(a accepted) {
	select {
	case l.accepted <- a:
	case <-l.ctx.Done():
		if a.conn != nil {
			_ = a.conn.Close() // unused
		}
	}
}

func (l *secureListener) handshake(c net.Conn) {
	ctx, cancel := context.WithTimeout(l.ctx, l.server.ReadHeaderTimeout)
	defer cancel()
	below := &firstBytes{Conn: c}
	secured := tls.Server(below, l.config)
	if err := secured.HandshakeContext(ctx); err != nil {
		defer c.Close()
		l.failed(below, err)
		return
	}
	below.bytes, below.made = nil, true
	if secured.ConnectionState().NegotiatedProtocol == http2 {
		l.offer(accepted{conn: secured})
		return
	}
	l.offer(accepted{conn: &tlsConn{l.wrap(secured), secured}})
}

// failed answers a client that speaks HTTP without TLS; any other has no common
// language with the server.
func (l *secureListener) failed(below *firstBytes, err error) {
	record, ok := errors.AsType[tls.RecordHeaderError](err)
	if !ok || record.Conn == nil || methodOf(record.RecordHeader[:]) == "" {
		if l.server.ErrorLog != nil {
			l.server.ErrorLog.Printf("TLS handshake with %s: %v", below.RemoteAddr(), err)
		}
		return
	}
	c := l.wrap(below.Conn)
	c.head = below.bytes
	c.readHead()
	c.respond(c.request(), Rejection{http.StatusBadRequest, "plain HTTP on a port that serves HTTPS; use https:// in the URL"})
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

// tlsConn is a conn whose handshake is made.
type tlsConn struct {
	*conn
	secured *tls.Conn
}

// ConnectionState tells net/http that the connection has TLS.
func (c *tlsConn) ConnectionState() tls.ConnectionState { return c.secured.ConnectionState() }

// NetConn returns the connection below.
func (c *tlsConn) NetConn() net.Conn { return c.Conn }
