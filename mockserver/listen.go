package mockserver

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"example.com/assay/openapi"
)

// The limits of a connection. What a request may hold beyond them is never read.
const (
	maxHead       = 64 << 10        // bytes of the request line and the headers
	headTimeout   = 5 * time.Second // to send them
	readTimeout   = time.Minute     // to send the whole request
	idleTimeout   = 2 * time.Minute // between two requests of a connection
	closeTimeout  = 800 * time.Millisecond
	netHTTPMargin = 4096 // what net/http reads beyond its MaxHeaderBytes
)

// listening is the part of a server that has to do with sockets.
type listening struct {
	addr   string
	tls    *tls.Config
	logger *slog.Logger

	mu       sync.Mutex
	listener net.Listener
	server   *http.Server
	done     chan struct{} // closed when serving has ended
}

func (l *listening) configure(cfg Config) { l.addr, l.tls, l.logger = cfg.Addr, cfg.TLS, cfg.Logger }

// Start binds the address and serves it in the background. When it returns, the
// server takes connections. A server starts once.
func (s *Server) Start() error {
	l := &s.listening
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.server != nil {
		return errors.New("start the mock server: expected one that was never started, got one that was")
	}
	listener, err := net.Listen("tcp", l.addr)
	if err != nil {
		return fmt.Errorf("start the mock server: %w", err)
	}
	l.listener = listener
	l.server = newHTTPServer(s, l.logger)
	l.done = make(chan struct{})
	served := listener
	if l.tls != nil {
		served = tls.NewListener(listener, l.tls)
	}
	go func(server *http.Server, done chan<- struct{}) {
		defer close(done)
		if err := server.Serve(served); !errors.Is(err, http.ErrServerClosed) {
			l.logger.Error("serving ended", "error", err)
		}
	}(l.server, l.done)
	return nil
}

func newHTTPServer(h http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headTimeout,
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHead - netHTTPMargin,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
}

// Addr returns the address that the server listens on; nil before Start.
func (s *Server) Addr() net.Addr {
	s.listening.mu.Lock()
	defer s.listening.mu.Unlock()
	if s.listening.listener == nil {
		return nil
	}
	return s.listening.listener.Addr()
}

// URL returns the base URL, such as http://127.0.0.1:8080/v5; empty before
// Start. Where the server listens on all addresses, it names the loopback one.
func (s *Server) URL() string {
	addr, ok := s.Addr().(*net.TCPAddr)
	if !ok {
		return ""
	}
	host := addr.IP
	if host.IsUnspecified() {
		host = net.IPv4(127, 0, 0, 1)
	}
	scheme := "http"
	if s.listening.tls != nil {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s%s", scheme, net.JoinHostPort(host.String(), fmt.Sprint(addr.Port)), openapi.BasePath)
}

// Close stops listening, lets requests in flight end for less than a second, and
// then cuts them off. Closing again, or before Start, does nothing.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	err := s.Shutdown(ctx)
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	s.listening.logger.Warn("requests were cut off at the end")
	s.listening.mu.Lock()
	defer s.listening.mu.Unlock()
	return s.listening.server.Close()
}

// Shutdown stops listening and waits for requests in flight, as long as the
// context allows; its error is the context's if that was too short.
func (s *Server) Shutdown(ctx context.Context) error {
	s.listening.mu.Lock()
	server, done := s.listening.server, s.listening.done
	s.listening.mu.Unlock()
	if server == nil {
		return nil
	}
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("stop the mock server: %w", err)
	}
	<-done
	return nil
}
