package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
)

const (
	// MaxBody is the limit of a response body, in bytes. An assessment has about 600.
	MaxBody = 1 << 20
	// MaxStream is the limit of a body that Call.Stream reads, in bytes.
	MaxStream = 64 << 20
	// largeBody is the size from which a body counts as large, in bytes; maxLarge
	// large ones are read at once.
	largeBody = 128 << 10
	maxLarge  = 4
)

// read stores the response, whatever its status. A compressed body stays compressed:
// its real size is unknown.
func (e *Exchange) read(ctx context.Context, resp *http.Response, large chan struct{}) error {
	e.Status, e.Header = resp.StatusCode, bounded(resp.Header, resp.TransferEncoding)
	body, err := io.ReadAll(io.LimitReader(resp.Body, largeBody))
	if err == nil && len(body) == largeBody {
		select {
		case large <- struct{}{}:
			defer func() { <-large }()
		case <-ctx.Done():
			return ctx.Err()
		}
		var rest []byte
		rest, err = io.ReadAll(io.LimitReader(resp.Body, MaxBody+1-largeBody)) // one byte more than the limit
		body = append(body, rest...)
	}
	switch {
	case err != nil:
		return fmt.Errorf("read the body after %d bytes: %w", len(body), err)
	case len(body) > MaxBody && e.Call.Stream != nil && e.Status == http.StatusOK:
		return e.stream(body, resp.Body)
	case len(body) > MaxBody:
		return tooLong(MaxBody)
	}
	e.Body = body
	return nil
}

// Discard is a Call.Stream for bodies whose content does not matter.
func Discard(body io.Reader) { _, _ = io.Copy(io.Discard, body) }

func tooLong(limit int) error { return fmt.Errorf("the body has more than %d bytes", limit) }

// stream passes a long body, with the part that was read, to the reader of the call.
func (e *Exchange) stream(beginning []byte, rest io.Reader) error {
	c := &counter{r: io.MultiReader(bytes.NewReader(beginning), rest)}
	e.Call.Stream(c)
	e.Body, e.Truncated, e.size = slices.Clone(beginning[:maxSafe]), true, c.n
	switch {
	case c.n > MaxStream:
		return tooLong(MaxStream)
	case c.err != nil:
		return fmt.Errorf("read the body after %d bytes: %w", c.n, c.err)
	}
	return nil
}

// counter counts bytes up to MaxStream, and keeps the error at the end.
type counter struct {
	r   io.Reader
	n   int
	err error // other than io.EOF
}

func (c *counter) Read(p []byte) (int, error) {
	if c.n > MaxStream {
		return 0, tooLong(MaxStream)
	}
	n, err := c.r.Read(p)
	if c.n += n; err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}
