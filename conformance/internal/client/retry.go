package client

import (
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// minPause is the shortest pause that Retry-After can ask for.
	minPause = 50 * time.Millisecond
	// maxPause is the longest: a longer one is as good as none.
	maxPause = 24 * time.Hour
)

// ErrUnavailable is the error of a call that got only refusals, or whose response may
// be that of a repetition. It is no evidence about the API.
var ErrUnavailable = errors.New("the target is not available")

// Refusal reports whether a status is no answer of the API, but one of the
// infrastructure before it: too many requests, or no server available.
func Refusal(status int) bool {
	return status == http.StatusTooManyRequests || unavailable(status)
}

func unavailable(status int) bool {
	return slices.Contains([]int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}, status)
}

// mayHaveActed reports whether the request may have reached the API although the
// gateway returned no response of it.
func mayHaveActed(status int) bool {
	return status == http.StatusBadGateway || status == http.StatusGatewayTimeout
}

// broken reports whether the connection broke. A wrong or late response is something
// else: a repetition does not help.
func broken(err error) bool {
	var errno syscall.Errno
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &errno) && !errno.Timeout()
}

// unsent reports whether the connection could not be made, so that nothing was sent.
func unsent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// retryAfter returns the time in the header Retry-After, or 0 without a valid one. A
// date counts from the Date of the response: the clocks may differ.
func retryAfter(h http.Header) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value != "" && strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.Atoi(value)
		if err != nil || seconds > int(maxPause/time.Second) {
			return maxPause
		}
		return max(time.Duration(seconds)*time.Second, minPause)
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return min(max(at.Sub(now), minPause), maxPause)
}
