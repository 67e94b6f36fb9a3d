package mockserver

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.com/assay/mockserver/internal/rejected"
	"example.com/assay/openapi"
)

// The limits of a connection. What a request may hold beyond them is never read.
const (
	maxHead      = 64 << 10               // bytes of the request line and the headers
	headTimeout  = 5 * time.Second        // to send them
	readTimeout  = time.Minute            // to send the whole request
	idleTimeout  = 2 * time.Minute        // between two requests of a connection
	closeTimeout = 400 * time.Millisecond // for each listener
)

// listening is one address that a server listens on.
type listening struct {
	addr    string
	tls     *tls.Config
	logger  *slog.Logger
	handler http.Handler
	reject  rejected.Handler
	// interrupt ends the contexts of requests when the listener closes, for those
	// that wait for something; else they are left to end by themselves.
	interrupt bool
	stopping  atomic.Bool // set as soon as it is told to stop

	mu       sync.Mutex
	listener net.Listener
	server   *http.Server
	done     chan struct{} // closed when serving has ended
}

// Errors of Start that name the listener; any other error is about the API's own.
var (
	ErrControl = errors.New("start the control plane")
	ErrRegion  = errors.New("start the listener of the region")
)

// Start binds the addresses and serves them in the background. When it returns,
// the server takes connections. A server starts once.
func (s *Server) Start() error {
	if err := s.listening.start(); err != nil {
		return fmt.Errorf("start the mock server: %w", err)
	}
	for _, region := range s.Regions() {
		if err := s.regions[region].start(); err != nil {
			return errors.Join(fmt.Errorf("%w %s: %w", ErrRegion, region, err), s.Close())
		}
	}
	if s.control.addr == "" {
		return nil
	}
	handler, err := s.controlPlane()
	if err != nil {
		return errors.Join(err, s.Close())
	}
	s.control.handler = handler
	s.control.reject = func(w http.ResponseWriter, _ *http.Request, why rejected.Rejection) {
		handler.Reject(w, refusalOf(why))
	}
	if err := s.control.start(); err != nil {
		return errors.Join(fmt.Errorf("%w: %w", ErrControl, err), s.Close())
	}
	return nil
}

func (l *listening) start() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.server != nil {
		return errors.New("server already started")
	}
	listener, err := net.Listen("tcp", l.addr)
	if err != nil {
		return err
	}
	l.listener = listener
	l.server = newHTTPServer(l.handler, l.logger)
	if l.interrupt {
		ctx, cancel := context.WithCancel(context.Background())
		l.server.BaseContext = func(net.Listener) context.Context { return ctx }
		l.server.RegisterOnShutdown(cancel)
	}
	l.done = make(chan struct{})
	served := rejected.Listen(l.server, listener, l.tls, l.reject)
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
		MaxHeaderBytes:    maxHead - rejected.NetHTTPMargin,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
}

// Addr returns the address that the server listens on; nil before Start.
func (s *Server) Addr() net.Addr { return s.listening.address() }

func (l *listening) address() net.Addr {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.listener == nil {
		return nil
	}
	return l.listener.Addr()
}

// URL returns the base URL, such as http://127.0.0.1:8080/v5; empty before
// Start. Where the server listens on all addresses, it names the loopback one.
func (s *Server) URL() string { return s.listening.url(openapi.BasePath) }

// ControlURL returns the URL of the control plane, such as
// http://127.0.0.1:8081; empty before Start, and where there is none.
func (s *Server) ControlURL() string { return s.control.url("") }

func (l *listening) url(path string) string {
	addr, ok := l.address().(*net.TCPAddr)
	if !ok {
		return ""
	}
	host := addr.IP
	if host.IsUnspecified() {
		host = net.IPv4(127, 0, 0, 1)
	}
	scheme := "http"
	if l.tls != nil {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s%s", scheme, net.JoinHostPort(host.String(), fmt.Sprint(addr.Port)), path)
}

// Close stops listening, lets requests in flight end for less than a second, and
// then cuts them off. Closing again, or before Start, does nothing.
func (s *Server) Close() error {
	var errs []error
	for _, l := range s.listeners() {
		errs = append(errs, l.close())
	}
	return errors.Join(errs...)
}

// listeners returns all listeners, in the order in which they stop.
func (s *Server) listeners() []*listening {
	return append(append([]*listening{&s.control}, slices.Collect(maps.Values(s.regions))...), &s.listening)
}

func (l *listening) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	err := l.shutdown(ctx)
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	l.logger.Warn("requests were cut off at the end")
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.server.Close()
}

// Shutdown stops listening and waits for requests in flight, as long as the
// context allows; its error is the context's if that was too short.
func (s *Server) Shutdown(ctx context.Context) error {
	var errs []error
	for _, l := range s.listeners() {
		errs = append(errs, l.shutdown(ctx))
	}
	return errors.Join(errs...)
}

func (l *listening) shutdown(ctx context.Context) error {
	l.mu.Lock()
	server, done := l.server, l.done
	l.mu.Unlock()
	if server == nil {
		return nil
	}
	l.stopping.Store(true)
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("stop the mock server: %w", err)
	}
	<-done
	return nil
}
