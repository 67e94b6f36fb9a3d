package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// maxThrottled is how often one call waits for a server that says 429.
	maxThrottled = 5
	// minPause is the shortest pause after a 429, whatever the server asks for.
	minPause = 50 * time.Millisecond
	// maxPause is the longest pause that a Retry-After header can ask for.
	maxPause = 30 * time.Second
	// defaultPause is the pause after a 429 that does not say how long.
	defaultPause = time.Second
)

// broken reports whether the connection broke, rather than that what came over it
// was wrong or late: asking again can help then.
func broken(err error) bool {
	var errno syscall.Errno
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &errno) && !errno.Timeout()
}

// throttled waits if the answer is a 429, and reports whether to ask again. Once a
// call has asked in vain as often as it may, others do not wait at all until the
// target answers otherwise: one that says 429 for ever must not hold up the run for
// as long as it has calls.
func (c *Client) throttled(ctx context.Context, e *Exchange) bool {
	if e.Status != http.StatusTooManyRequests {
		c.overrun.Store(false)
		return false
	}
	if e.Throttled == maxThrottled {
		c.overrun.Store(true)
	}
	if e.Throttled == maxThrottled || c.overrun.Load() {
		return false
	}
	e.Throttled++
	return Pause(ctx, retryAfter(e.Header)) == nil // out of time: the 429 is the answer
}

// retryAfter reads the header in both of its forms, within reason.
func retryAfter(h http.Header) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value != "" && strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.Atoi(value)
		if err != nil || seconds > int(maxPause/time.Second) {
			return maxPause
		}
		return max(time.Duration(seconds)*time.Second, minPause)
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(time.Until(at), minPause), maxPause)
	}
	return defaultPause
}

// Pause waits so long. The error is that of the context, if it ends before.
func Pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
