// Package rejected answers the requests that net/http rejects before it calls a
// handler: a malformed request line, path or header, a head beyond the limit, an
// unsupported transfer encoding, expectation or version. net/http answers them in
// plain text, without a header for browsers, and tells no handler.
//
// Begin with [Listen]. A connection keeps the head that net/http reads, and passes
// the responses of handlers on. Any other bytes that net/http writes are a rejection;
// a [Handler] answers in its place.
package rejected

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
)

// Handler answers a rejected request. The request holds what could be read of it, and
// no body; its RequestURI is empty if there is no request line.
type Handler func(w http.ResponseWriter, r *http.Request, why Rejection)

// Rejection is the reason why net/http rejects a request.
type Rejection struct {
	Status int    // that net/http chose
	Reason string // what is wrong; what to do
}

// Listen returns the listener for Serve of the server, with TLS unless the
// configuration is nil. It sets hooks of the server, so call it before Serve.
//
// TLS offers HTTP/2, unless NextProtos of the configuration lists other protocols. The
// HTTP/2 server of net/http answers rejected requests itself.
func Listen(s *http.Server, l net.Listener, config *tls.Config, answer Handler) net.Listener {
	inner := s.Handler
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(key{}).(*conn); ok {
			c.handled(r.ContentLength)
		}
		inner.ServeHTTP(w, r)
	})
	s.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		if own := connOf(c); own != nil {
			return context.WithValue(ctx, key{}, own)
		}
		return ctx
	}
	s.ConnState = func(c net.Conn, state http.ConnState) {
		if own := connOf(c); own != nil && state == http.StateIdle {
			own.idle()
		}
	}
	plain := &listener{Listener: l, server: s, answer: answer}
	if config == nil {
		return plain
	}
	return secure(plain, config)
}

// key is the key of the connection in the context of a request.
type key struct{}

type listener struct {
	net.Listener
	server *http.Server
	answer Handler
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.wrap(accepted), nil
}

func (l *listener) wrap(c net.Conn) *conn {
	return &conn{Conn: c, server: l.server, answer: l.answer}
}

// connOf returns the connection that Accept returned, or nil for one of HTTP/2.
func connOf(c net.Conn) *conn {
	switch c := c.(type) {
	case *tlsConn:
		return c.conn
	case *conn:
		return c
	}
	return nil
}
