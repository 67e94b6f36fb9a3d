package client

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// firstPause is the pause of a call after its first refusal without Retry-After; it
	// doubles with each further one, up to maxBackoff.
	firstPause = 100 * time.Millisecond
	maxBackoff = 4 * time.Second
	// minPace is the slowest pace that refusals lead to, in requests a second.
	minPace = 2
	// maxPace is the pace beyond which none is kept, in requests a second.
	maxPace = 5000
	// gain is the share of the pace that one accepted request adds to it.
	gain = 0.01
	// window is how many requests the observed rate is taken from.
	window = 32
)

// pace learns how many requests a second a target takes: an accepted request adds a
// share, a refusal halves. All workers of a run share it, so that they do not come
// back together. It begins with the limit of the options alone, and is safe for
// concurrent use.
type pace struct {
	limiter *rate.Limiter // of the options
	turn    chan struct{} // holds a token while a worker waits for its turn
	mu      sync.Mutex
	rate    float64               // requests a second; 0: none learned
	next    time.Time             // the earliest time for the next request
	halved  time.Time             // when rate was last halved
	sent    [window]time.Time     // a ring of the latest requests
	current int                   // the next place in the ring
	took    [window]time.Duration // a ring of the latest responses
	answers int                   // the next place in that ring
}

// wait returns when the next request may be sent. Workers wait in turn, so that the
// rate of the moment holds for each. The learned rate means nothing for a target that
// is down.
func (p *pace) wait(ctx context.Context, down bool) error {
	if err := p.limiter.Wait(ctx); err != nil || down {
		return err
	}
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		pause := p.take(time.Now())
		if pause <= 0 {
			return nil
		}
		if err := Pause(ctx, pause); err != nil {
			return err
		}
	}
}

// take takes the turn if the time has come, and else returns how long to wait.
func (p *pace) take(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if pause := p.next.Sub(now); pause > 0 {
		return pause
	}
	if p.rate > 0 {
		p.next = now.Add(time.Duration(float64(time.Second) / p.rate))
	}
	p.sent[p.current%window] = now
	p.current++
	return 0
}

// refuse takes a refusal of a request that was sent at the time. No request is sent
// before hold has passed. Refusals of requests sent before the rate was halved say
// nothing about the new rate.
func (p *pace) refuse(sent time.Time, hold time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.next = later(p.next, now.Add(hold))
	if !sent.After(p.halved) && !p.halved.IsZero() {
		return
	}
	if p.rate == 0 {
		p.rate = p.observed(now)
	}
	p.rate, p.halved = max(p.rate/2, minPace), now
}

// accept takes any other answer, which took so long.
func (p *pace) accept(took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.took[p.answers%window] = took
	p.answers++
	if p.rate == 0 {
		return
	}
	if p.rate += gain * p.rate; p.rate > maxPace {
		p.rate = 0
	}
}

// Latency returns the median duration of the latest responses; 0: there is none.
func (c *Client) Latency() time.Duration {
	p := c.pace
	p.mu.Lock()
	defer p.mu.Unlock()
	latest := slices.Sorted(slices.Values(p.took[:min(p.answers, window)]))
	if len(latest) == 0 {
		return 0
	}
	return latest[len(latest)/2]
}

// Rate returns how many requests a second the options and the target allow, +Inf if
// neither limits them.
func (c *Client) Rate() float64 {
	p := c.pace
	p.mu.Lock()
	defer p.mu.Unlock()
	limit := float64(p.limiter.Limit())
	if p.limiter.Limit() == rate.Inf {
		limit = math.Inf(1)
	}
	if p.rate > 0 {
		limit = min(limit, p.rate)
	}
	return limit
}

// observed returns the rate of the latest requests.
func (p *pace) observed(now time.Time) float64 {
	n := min(p.current, window)
	oldest := p.sent[(p.current-n)%window]
	return float64(n) / max(now.Sub(oldest), time.Millisecond).Seconds()
}

// newPace returns a pace of at most so many requests a second; 0: no limit.
func newPace(limit rate.Limit) *pace {
	burst := max(1, int(limit))
	if limit <= 0 {
		limit = rate.Inf
	}
	return &pace{limiter: rate.NewLimiter(limit, burst), turn: make(chan struct{}, 1)}
}

// backoff returns the pause of a call after so many refusals without Retry-After.
func backoff(refusals int) time.Duration {
	return min(firstPause<<min(refusals-1, 10), maxBackoff)
}

// Pause waits for the duration, or returns the error of the context.
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

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
