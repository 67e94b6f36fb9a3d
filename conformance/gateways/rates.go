package gateways

import (
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"example.com/assay/conformance/internal/layer"
)

// rates limit or lose requests for a while.
func rates() []Gateway {
	return of("rate", []Gateway{
		{ID: "limit-429-seconds", behave: limit(60, func() *response { return refusal(429, "1") }),
			How: "Answers 429 with Retry-After in seconds above 300 requests a second."},
		{ID: "limit-429-date", behave: limit(60, refusalWithDate),
			How: "Answers 429 with Retry-After as a date above 300 requests a second; its clock is an hour slow."},
		{ID: "limit-429-bare", behave: limit(60, func() *response { return page(429) }),
			How: "Answers 429 without Retry-After above 300 requests a second."},
		{ID: "limit-503-seconds", behave: limit(40, func() *response { return refusal(503, "1") }),
			How: "Answers 503 with Retry-After above 300 requests a second."},
		{ID: "limit-503-burst-of-5", behave: limit(5, func() *response { return page(503) }),
			How: "Answers 503 without Retry-After above 300 requests a second, with a burst of five."},
		{ID: "bad-gateway-at-times", Partial: true, behave: counted(every(41, func(*exchange) *response { return page(502) })),
			How: "Answers every 41st request with 502 and an HTML page."},
		{ID: "timeout-at-times", behave: counted(every(37, timeoutOfReads)),
			How: "Answers every 37th request with 504 if it is a read."},
		{ID: "outage", behave: outage(200, 300*time.Millisecond),
			How: "Answers 503 for 300 milliseconds after request 200."},
		{ID: "reads-break-at-times", behave: counted(every(43, breakReads)),
			How: "Closes the connection instead of answering every 43rd request if it is a read."},
		{ID: "writes-break-at-times", Partial: true, behave: counted(every(19, breakWrites)),
			How: "Closes the connection before every 19th request reaches the implementation if it is a write."},
	})
}

// perSecond is the rate of the limiters.
const perSecond = 300

// limit passes requests as a token bucket does, and refuses the others.
func limit(burst int, refuse func() *response) func() reaction {
	return func() reaction {
		var mu sync.Mutex
		tokens, last := float64(burst), time.Now()
		take := func() bool {
			mu.Lock()
			defer mu.Unlock()
			now := time.Now()
			tokens = min(float64(burst), tokens+perSecond*now.Sub(last).Seconds())
			last = now
			if tokens < 1 {
				return false
			}
			tokens--
			return true
		}
		return func(x *exchange) *response {
			if take() {
				return x.Pass()
			}
			return refuse()
		}
	}
}

func refusal(status int, retryAfter string) *response {
	a := page(status)
	a.Header().Set("Retry-After", retryAfter)
	return a
}

func refusalWithDate() *response {
	now := time.Now().Add(-time.Hour).UTC()
	a := refusal(http.StatusTooManyRequests, now.Add(time.Second).Format(http.TimeFormat))
	a.Header().Set("Date", now.Format(http.TimeFormat))
	return a
}

// every reacts to each nth request, and passes the others on.
func every(n int, react reaction) func(number int, x *exchange) *response {
	return func(number int, x *exchange) *response {
		if number%n != 0 {
			return x.Pass()
		}
		return react(x)
	}
}

func timeoutOfReads(x *exchange) *response {
	if x.Request.Method == http.MethodGet {
		return page(http.StatusGatewayTimeout)
	}
	return x.Pass()
}

func breakReads(x *exchange) *response {
	if x.Request.Method == http.MethodGet {
		layer.Break(io.ErrUnexpectedEOF)
	}
	return x.Pass()
}

func breakWrites(x *exchange) *response {
	if x.Request.Method == http.MethodPost {
		layer.Break(io.ErrUnexpectedEOF)
	}
	return x.Pass()
}

func outage(after int, length time.Duration) func() reaction {
	return func() reaction {
		var requests layer.Tally
		var began layer.Memory[time.Time]
		return func(x *exchange) *response {
			if requests.Add("") > after && time.Since(began.Once("", time.Now())) < length {
				return refusal(http.StatusServiceUnavailable, strconv.Itoa(1))
			}
			return x.Pass()
		}
	}
}
