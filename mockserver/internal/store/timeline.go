package store

import (
	"sync/atomic"
	"time"
)

// Timeline is the time of one institution. It never goes back, whatever its
// clock does, so that what was read once does not come undone.
type Timeline struct {
	now     func() time.Time
	base    time.Time
	elapsed atomic.Int64 // nanoseconds since base, the most so far
}

// NewTimeline returns a timeline that follows the clock from now on.
func NewTimeline(now func() time.Time) *Timeline {
	return &Timeline{now: now, base: now().UTC()}
}

// Now returns the time.
func (t *Timeline) Now() time.Time {
	elapsed := int64(t.now().Sub(t.base))
	for {
		latest := t.elapsed.Load()
		if elapsed <= latest {
			return t.base.Add(time.Duration(latest))
		}
		if t.elapsed.CompareAndSwap(latest, elapsed) {
			return t.base.Add(time.Duration(elapsed))
		}
	}
}
