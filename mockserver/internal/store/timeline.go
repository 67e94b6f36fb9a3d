package store

import (
	"sync"
	"sync/atomic"
	"time"
)

// Timeline is the time of one institution. It never goes back, whatever its
// clock does, so that what was read once does not come undone. It follows a
// clock, at a distance that grows when it is advanced, or stands still.
type Timeline struct {
	now  func() time.Time
	base time.Time

	mu      sync.RWMutex
	own     bool // whether it was set, frozen or moved, ever
	frozen  bool
	at      time.Duration // since base, while frozen
	ahead   time.Duration // of the clock, while not frozen
	elapsed atomic.Int64  // nanoseconds since base, the most so far
}

// NewTimeline returns a timeline that follows the clock from now on.
func NewTimeline(now func() time.Time) *Timeline {
	return &Timeline{now: now, base: now().UTC()}
}

// NewTimelineAt returns a timeline that begins at the time, and goes on from
// there at the pace of the clock unless it is frozen.
func NewTimelineAt(now func() time.Time, start time.Time, frozen bool) *Timeline {
	base := now().UTC()
	t := &Timeline{now: now, base: base, own: true, frozen: frozen}
	t.at = start.Sub(base)
	t.ahead = t.at
	t.elapsed.Store(int64(t.at))
	return t
}

// Now returns the time.
func (t *Timeline) Now() time.Time {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.read()
}

// read needs the lock, of either kind.
func (t *Timeline) read() time.Time {
	elapsed := int64(t.at)
	if !t.frozen {
		elapsed = int64(t.now().Sub(t.base) + t.ahead)
	}
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

// Frozen reports whether the time stands still.
func (t *Timeline) Frozen() bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.frozen
}

// Own reports whether the time is another one than the clock's: it was set, frozen or
// moved.
func (t *Timeline) Own() bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.own
}

// Freeze makes the time stand still, and returns it.
func (t *Timeline) Freeze() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.read()
	t.own, t.frozen, t.at = true, true, now.Sub(t.base)
	return now
}

// Run makes the time pass again, from where it stands, and returns it.
func (t *Timeline) Run() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.read()
	if t.frozen {
		t.frozen, t.ahead = false, now.Sub(t.base)-t.now().Sub(t.base)
	}
	return now
}

// Advance moves the time ahead, but never beyond the latest one that is allowed: then
// it stays, and allowed is false. It returns the time before and after.
func (t *Timeline) Advance(d time.Duration, latest time.Time) (before, after time.Time, allowed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before = t.read()
	to := before.Add(max(d, 0))
	if to.After(latest) {
		return before, before, false
	}
	t.move(to)
	return before, t.read(), true
}

// AdvanceTo moves the time ahead to the given one, unless it is past already,
// and returns the time before and after.
func (t *Timeline) AdvanceTo(to time.Time) (before, after time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before = t.read()
	if to.After(before) {
		t.move(to)
	}
	return before, t.read()
}

func (t *Timeline) move(to time.Time) {
	t.own = true
	if t.frozen {
		t.at = to.Sub(t.base)
		return
	}
	t.ahead = to.Sub(t.base) - t.now().Sub(t.base)
}
