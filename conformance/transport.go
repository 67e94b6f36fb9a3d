package conformance

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/assay/conformance/internal/client"
)

// idleTimeout is the longest time between two requests on a connection: less than
// that of servers, so that a request never meets a connection in its close.
const idleTimeout = 2 * time.Second

// NewTransport returns the transport of a run with the options. Wrap it, and pass
// the result as Target.Transport, to change requests or responses on their way.
func NewTransport(o Options) http.RoundTripper { return newTransport(o.withDefaults(false)) }

func newTransport(o Options) *http.Transport {
	dialer := &net.Dialer{Timeout: o.Timeout}
	return &http.Transport{
		Proxy: o.Proxy,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			return dialLocalhost(ctx, dialer, network, addr)
		},
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
			return connectResult(resp)
		},
		TLSClientConfig:        o.TLS.Clone(),
		TLSHandshakeTimeout:    o.Timeout,
		ResponseHeaderTimeout:  o.Timeout,
		MaxResponseHeaderBytes: client.MaxHeader,
		MaxIdleConnsPerHost:    max(o.Parallel, o.Clients) + 1,
		IdleConnTimeout:        idleTimeout,
		DisableCompression:     true, // a body is judged as it came, and cannot blow up
		ForceAttemptHTTP2:      true,
	}
}

// reach is how requests travel.
type reach struct {
	kept  http.RoundTripper // on connections for many requests
	fresh http.RoundTripper // each on a new connection: no server drops one between two requests
	wire  client.Wire       // of raw calls
}

// reachOf returns the reach by the transport.
func reachOf(transport http.RoundTripper) reach {
	switch t := transport.(type) {
	case *http.Transport:
		fresh := t.Clone()
		fresh.DisableKeepAlives = true
		return reach{kept: t, fresh: fresh, wire: wire{t}}
	case interface{ ShowsBodyOf204() bool }:
		if t.ShowsBodyOf204() {
			return reach{transport, transport, client.ShownByTransport}
		}
	}
	return reach{transport, transport, client.Hidden("Target.Transport hides them")}
}

// wire connects as a transport does: directly, or through its proxy.
type wire struct{ *http.Transport }

// Dial implements client.Wire.
func (w wire) Dial(ctx context.Context, u *url.URL) (net.Conn, error) {
	conn, err := w.connect(ctx, u)
	if err != nil || u.Scheme != "https" {
		return conn, err
	}
	secured, err := w.secure(ctx, conn, u.Hostname())
	if err != nil && strings.Contains(err.Error(), "no application protocol") {
		return nil, fmt.Errorf("%w: the target speaks HTTP/2 only", client.ErrNoWire)
	}
	return secured, err
}

// connect returns a connection to the host of the URL.
func (w wire) connect(ctx context.Context, u *url.URL) (net.Conn, error) {
	var proxy *url.URL
	if w.Proxy != nil {
		var err error
		if proxy, err = w.Proxy(&http.Request{URL: u}); err != nil {
			return nil, err
		}
	}
	if proxy == nil {
		return w.dial(ctx, hostPort(u))
	}
	if proxy.Scheme != "http" && proxy.Scheme != "https" {
		return nil, fmt.Errorf("%w: the proxy speaks %s", client.ErrNoWire, proxy.Scheme)
	}
	conn, err := w.dial(ctx, hostPort(proxy))
	if err == nil && proxy.Scheme == "https" {
		conn, err = w.secure(ctx, conn, proxy.Hostname())
	}
	if err != nil {
		return nil, &net.OpError{Op: "proxyconnect", Net: "tcp", Err: err}
	}
	return tunnel(ctx, conn, proxy, u)
}

func (w wire) dial(ctx context.Context, addr string) (net.Conn, error) {
	if w.DialContext != nil {
		return w.DialContext(ctx, "tcp", addr)
	}
	return dialLocalhost(ctx, &net.Dialer{}, "tcp", addr)
}

// secure begins TLS for HTTP/1.1.
func (w wire) secure(ctx context.Context, conn net.Conn, host string) (net.Conn, error) {
	config := w.TLSClientConfig.Clone()
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if config.ServerName == "" {
		config.ServerName = host
	}
	config.NextProtos = []string{"http/1.1"}
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secured, nil
}

// tunnel asks a proxy for a connection to the host of a URL. A proxy may refuse that
// for plain HTTP.
func tunnel(ctx context.Context, conn net.Conn, proxy, u *url.URL) (net.Conn, error) {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: hostPort(u)}, Host: hostPort(u), Header: http.Header{}}
	if proxy.User != nil {
		password, _ := proxy.User.Password()
		req.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(proxy.User.Username()+":"+password)))
	}
	if err := req.Write(conn); err != nil {
		return nil, errors.Join(&net.OpError{Op: "proxyconnect", Net: "tcp", Err: err}, conn.Close())
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), req) //nolint:bodyclose // the connection is the body
	if err == nil {
		err = connectResult(resp)
	}
	if err == nil {
		return conn, nil
	}
	if u.Scheme == "http" {
		err = fmt.Errorf("%w: the proxy refuses CONNECT: %w", client.ErrNoWire, err)
	}
	return nil, errors.Join(err, conn.Close())
}

// proxyError is the refusal of a proxy to connect.
type proxyError struct{ status int }

func (p *proxyError) Error() string {
	return fmt.Sprintf("the proxy answers CONNECT with %d %s", p.status, http.StatusText(p.status))
}

func connectResult(resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyError{resp.StatusCode}
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// dialLocalhost connects names below localhost to this machine without a resolver,
// as browsers do (RFC 6761).
func dialLocalhost(ctx context.Context, dialer *net.Dialer, network, addr string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || !strings.HasSuffix(strings.ToLower(host), ".localhost") {
		return dialer.DialContext(ctx, network, addr)
	}
	conn, err := dialer.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return dialer.DialContext(ctx, network, net.JoinHostPort("::1", port))
	}
	return conn, nil
}
