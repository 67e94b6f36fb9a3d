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

// Dialer connects to the host of a URL, with TLS if the URL says https, so that
// HTTP/1.1 can be spoken over the connection.
type Dialer func(ctx context.Context, u *url.URL) (net.Conn, error)

// rawTail is how long a connection may stay open after a response that was asked
// to be the last on it. What comes in that time belongs to the response.
const rawTail = 150 * time.Millisecond

// readRaw makes the request over a connection of its own and reads all that comes
// back. An HTTP client takes a 204 at its word and drops the rest; here the rest is
// the point.
func (e *Exchange) readRaw(ctx context.Context, dial Dialer, req *http.Request) error {
	conn, err := dial(ctx, req.URL)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	req.Close = true
	if err := req.Write(conn); err != nil {
		return fmt.Errorf("send the request: %w", err)
	}
	reader := bufio.NewReader(io.LimitReader(conn, maxHeader+MaxBody))
	resp, err := http.ReadResponse(reader, req)
	if err != nil {
		return fmt.Errorf("read the response: %w", err)
	}
	defer resp.Body.Close()
	if err := e.read(resp); err != nil {
		return err
	}
	return e.readTail(conn, reader)
}

func (e *Exchange) readTail(conn net.Conn, reader io.Reader) error {
	if err := conn.SetReadDeadline(time.Now().Add(rawTail)); err != nil {
		return err
	}
	tail, err := io.ReadAll(io.LimitReader(reader, MaxBody))
	var timeout net.Error
	if err != nil && !(errors.As(err, &timeout) && timeout.Timeout()) && len(tail) == 0 {
		return nil // a reset after a whole response is an odd way to close, no more
	}
	e.Body = append(e.Body, tail...)
	return nil
}
