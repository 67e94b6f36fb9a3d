package store

import (
	"sync"
	"sync/atomic"
	"time"
)

// Clock is the time of one institution. It follows the clock of the server, at a
// distance that grows when it is advanced, or it is frozen. It never goes back, even
// if the server's clock does, so a state that was read does not come undone.
type Clock struct {
	now  func() time.Time
	base time.Time

	mu      sync.RWMutex
	own     bool // it was set, frozen or moved at some time
	frozen  bool
	at      time.Duration // since base, while frozen
	ahead   time.Duration // of the server's clock, while not frozen
	elapsed atomic.Int64  // nanoseconds since base, the most so far
}

// NewClock returns a clock that follows the server's from now on.
func NewClock(now func() time.Time) *Clock { return &Clock{now: now, base: now().UTC()} }

// NewClockAt returns a clock that begins at the time.
func NewClockAt(now func() time.Time, start time.Time, frozen bool) *Clock {
	base := now().UTC()
	c := &Clock{now: now, base: base, own: true, frozen: frozen, at: start.Sub(base)}
	c.ahead = c.at
	c.elapsed.Store(int64(c.at))
	return c
}

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.read()
}

// read needs the lock, of either kind.
func (c *Clock) read() time.Time {
	elapsed := int64(c.at)
	if !c.frozen {
		elapsed = int64(c.now().Sub(c.base) + c.ahead)
	}
	for {
		latest := c.elapsed.Load()
		if elapsed <= latest {
			return c.base.Add(time.Duration(latest))
		}
		if c.elapsed.CompareAndSwap(latest, elapsed) {
			return c.base.Add(time.Duration(elapsed))
		}
	}
}

// Frozen reports whether the time stands still.
func (c *Clock) Frozen() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.frozen
}

// Own reports whether the time may differ from the server's, because it was set,
// frozen or moved.
func (c *Clock) Own() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.own
}

// Freeze stops the time, and returns it.
func (c *Clock) Freeze() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.read()
	c.own, c.frozen, c.at = true, true, now.Sub(c.base)
	return now
}

// Run lets the time pass again, from where it stands, and returns it.
func (c *Clock) Run() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.read()
	if c.frozen {
		c.frozen, c.ahead = false, now.Sub(c.base)-c.now().Sub(c.base)
	}
	return now
}

// AdvanceTo moves the time ahead to the given one, unless it is later already, and
// returns the time.
func (c *Clock) AdvanceTo(to time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if to.After(c.read()) {
		c.own, c.at, c.ahead = true, to.Sub(c.base), to.Sub(c.base)-c.now().Sub(c.base)
	}
	return c.read()
}
