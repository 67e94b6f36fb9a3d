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
	// maxBusy is how often a call asks again after 429 or 503, by which a server
	// refuses before it does anything.
	maxBusy = 6
	// maxLost is how often a call asks again after 502 or 504, by which a gateway
	// tells that it does not know what the server behind it did.
	maxLost = 3
	// minPause is the shortest pause, whatever a Retry-After header asks for.
	minPause = 50 * time.Millisecond
	// maxPause is the longest pause that a Retry-After header can ask for.
	maxPause = 30 * time.Second
	// firstPause is the first pause without a Retry-After header; each further one
	// of a call is twice as long.
	firstPause = 100 * time.Millisecond
)

// ErrUnavailable is the error of a call that got nothing but answers by which
// infrastructure refuses or loses a request: 429, 502, 503, 504. They are no
// evidence about the API.
var ErrUnavailable = errors.New("the target is not available")

// errUncertain is the error of a write after which the target may have been asked twice.
var errUncertain = errors.New("a gateway lost the answer to an earlier attempt, so the request may have had its effect before")

// broken reports whether the connection broke, rather than that the response was
// wrong or late: another attempt can help.
func broken(err error) bool {
	var errno syscall.Errno
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &errno) && !errno.Timeout()
}

// infrastructure reports whether the status is one by which gateways, rate limiters
// and servers that start or stop answer in the place of the API, and how often to
// ask again.
func infrastructure(status int) (attempts int, ok bool) {
	switch status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return maxBusy, true
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return maxLost, true
	}
	return 0, false
}

// again waits and reports whether to make the call once more. The error says that
// the exchange is no evidence about the API.
//
// A 5xx that one call gets every time, while the target answers other calls, is an
// answer of the API itself, and no error. Once a call has asked in vain and no other
// was answered meanwhile, further calls do not wait until there is an answer again:
// a target that is down must not hold up the run for as long as it has calls.
func (c *Client) again(ctx context.Context, e *Exchange, answered int64) (bool, error) {
	attempts, ok := infrastructure(e.Status)
	if !ok {
		c.answered.Add(1)
		c.down.Store(false)
		c.pace.accepted()
		return false, e.uncertain()
	}
	hold, asked := retryAfter(e.Header)
	if attempts == maxBusy || asked { // a gateway that lost an answer says nothing about the pace
		c.pace.refused(e.Sent, hold)
	}
	if e.Throttled < attempts && !c.down.Load() {
		e.Throttled++
		e.lost = e.lost || attempts == maxLost
		if !asked {
			hold = firstPause << (e.Throttled - 1)
		}
		if Pause(ctx, hold) == nil {
			return true, nil
		}
	}
	if c.answered.Load() > answered && !asked && e.Status != http.StatusTooManyRequests {
		return false, nil
	}
	c.down.Store(c.answered.Load() == answered)
	e.Unavailable = true
	return false, ErrUnavailable
}

// uncertain returns an error if the exchange is a write that was sent again after a
// gateway had lost an answer, and the refusal may be of the repetition.
func (e *Exchange) uncertain() error {
	switch {
	case !e.lost || e.Call.Method == http.MethodGet || e.Success():
		return nil
	case e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden || e.Status == http.StatusNotFound:
		return nil
	}
	e.Unavailable = true
	return errUncertain
}

// retryAfter reads the header in both of its forms, within limits. A date is
// relative to that of the response, since clocks differ.
func retryAfter(h http.Header) (pause time.Duration, ok bool) {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value != "" && strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.Atoi(value)
		if err != nil || seconds > int(maxPause/time.Second) {
			return maxPause, true
		}
		return max(time.Duration(seconds)*time.Second, minPause), true
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return min(max(at.Sub(now), minPause), maxPause), true
}

// Pause waits for the duration. The error is that of the context, if it ends before.
func Pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
