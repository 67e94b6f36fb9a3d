package conformance

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/assay/conformance/internal/client"
)

// idleTimeout is how long a connection waits for its next request: less than a
// server does, so that a request never meets a connection that is being closed.
const idleTimeout = 2 * time.Second

// newTransport returns how requests travel, and how raw calls connect: not at all
// if a proxy stands in between.
func newTransport(o Options) (*http.Transport, client.Dialer) {
	dialer := &net.Dialer{Timeout: o.Timeout}
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		return dialLocalhost(ctx, dialer, network, addr)
	}
	t := &http.Transport{
		DialContext:            dial,
		TLSClientConfig:        o.TLS.Clone(),
		TLSHandshakeTimeout:    o.Timeout,
		ResponseHeaderTimeout:  o.Timeout,
		MaxResponseHeaderBytes: client.MaxHeader,
		MaxIdleConnsPerHost:    max(o.Parallel, o.Clients) + 1,
		IdleConnTimeout:        idleTimeout,
		DisableCompression:     true, // a body is judged as it came, and cannot blow up
		ForceAttemptHTTP2:      true,
	}
	if o.Proxy != nil {
		t.Proxy = http.ProxyURL(o.Proxy)
		return t, nil
	}
	return t, func(ctx context.Context, u *url.URL) (net.Conn, error) {
		conn, err := dial(ctx, "tcp", hostPort(u))
		if err != nil || u.Scheme != "https" {
			return conn, err
		}
		config := o.TLS.Clone()
		if config == nil {
			config = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		config.ServerName, config.NextProtos = u.Hostname(), []string{"http/1.1"}
		secured := tls.Client(conn, config)
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		return secured, nil
	}
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// dialLocalhost connects names below localhost to this machine without asking a
// resolver, as browsers do and RFC 6761 asks for.
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
