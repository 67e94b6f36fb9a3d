package client

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Wire is the way of a raw call to the target.
type Wire interface {
	// Dial connects to the host of a URL, with TLS for https, to speak HTTP/1.1. The
	// error wraps ErrNoWire if there is no such connection.
	Dial(ctx context.Context, u *url.URL) (net.Conn, error)
}

// ErrNoWire is the error of a Wire that cannot connect to the target itself.
var ErrNoWire = errors.New("the bytes behind a response cannot be read")

// Dialer is a Wire that is a function.
type Dialer func(ctx context.Context, u *url.URL) (net.Conn, error)

// Dial implements Wire.
func (d Dialer) Dial(ctx context.Context, u *url.URL) (net.Conn, error) { return d(ctx, u) }

// ShownByTransport is the Wire of a transport that passes on bytes behind a 204.
const ShownByTransport = noWire("")

// Hidden returns the Wire of a transport that hides bytes behind a 204.
func Hidden(reason string) Wire { return noWire(reason) }

type noWire string

func (n noWire) Dial(context.Context, *url.URL) (net.Conn, error) {
	return nil, fmt.Errorf("%w: %s", ErrNoWire, string(n))
}

const (
	// rawTail is how long a connection may stay open after its last response. Bytes in
	// that time belong to the response.
	rawTail = 150 * time.Millisecond
	// maxInterim is the limit of 1xx responses before the final one.
	maxInterim = 5
)

// readRaw sends the request on a connection of its own, and reads all bytes that come
// back. An HTTP client drops those behind a 204.
func (e *Exchange) readRaw(ctx context.Context, wire Wire, req *http.Request, large chan struct{}) error {
	conn, err := wire.Dial(ctx, req.URL)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // ends a read
	defer stop()
	req.Close = true
	if err := req.Write(conn); err != nil {
		return fmt.Errorf("send the request: %w", err)
	}
	limit := &io.LimitedReader{R: conn, N: MaxHeader}
	reader := bufio.NewReader(limit)
	resp, err := readHead(reader, req)
	switch {
	case err != nil && limit.N <= 0:
		return fmt.Errorf("the head of the response has more than %d bytes", MaxHeader)
	case err != nil:
		return orDone(ctx, fmt.Errorf("read the response: %w", err))
	}
	defer resp.Body.Close()
	limit.N = MaxBody + MaxHeader // chunks have heads too
	if err := e.read(ctx, resp, large); err != nil {
		return orDone(ctx, err)
	}
	return e.readTail(conn, reader)
}

// readHead reads up to the final response.
func readHead(reader *bufio.Reader, req *http.Request) (*http.Response, error) {
	for range maxInterim + 1 {
		resp, err := http.ReadResponse(reader, req)
		if err != nil || resp.StatusCode/100 != 1 || resp.StatusCode == http.StatusSwitchingProtocols {
			return resp, err
		}
		if err := resp.Body.Close(); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("more than %d responses of 1xx before the final one", maxInterim)
}

// orDone returns the error of a context that has ended: it closed the connection.
func orDone(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (e *Exchange) readTail(conn net.Conn, reader io.Reader) error {
	if err := conn.SetReadDeadline(time.Now().Add(rawTail)); err != nil {
		return err
	}
	// It ends with the deadline or the connection. A reset after a complete response is
	// an odd way to close, no more.
	tail, _ := io.ReadAll(io.LimitReader(reader, MaxBody))
	e.Body = append(e.Body, tail...)
	return nil
}
