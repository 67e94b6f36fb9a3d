package client

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Dialer connects to the host of a URL, with TLS if the URL says https, so that
// HTTP/1.1 can be spoken over the connection.
type Dialer func(ctx context.Context, u *url.URL) (net.Conn, error)

const (
	// rawTail is how long a connection may stay open after a response that was asked
	// to be the last on it. What comes in that time belongs to the response.
	rawTail = 150 * time.Millisecond
	// maxInterim is how many responses of 1xx may come before the one that counts.
	maxInterim = 5
)

// readRaw makes the request over a connection of its own and reads all that comes
// back. An HTTP client takes a 204 at its word and drops the rest; here the rest is
// the point.
func (e *Exchange) readRaw(ctx context.Context, dial Dialer, req *http.Request, large chan struct{}) error {
	conn, err := dial(ctx, req.URL)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // whoever reads is told
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
		return fmt.Errorf("expected the head of a response of at most %d bytes, got a longer one", MaxHeader)
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

// readHead reads up to the response that counts: one of 1xx says that another is
// to come.
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
	return nil, fmt.Errorf("expected at most %d responses of 1xx before the one that counts, got more", maxInterim)
}

// orDone tells running out of time from what it looks like: a closed connection.
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
	// It ends with the deadline, or with the connection: a reset after a whole
	// response is an odd way to close, no more.
	tail, _ := io.ReadAll(io.LimitReader(reader, MaxBody))
	e.Body = append(e.Body, tail...)
	return nil
}
