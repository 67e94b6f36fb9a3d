package store_test

import (
	"testing"
	"time"

	"example.com/assay/mockserver/internal/store"
)

// hand is a clock that is moved by hand.
type hand struct{ now time.Time }

func (h *hand) Now() time.Time { return h.now }

func TestClock(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	clock := &hand{begin}
	line := store.NewClock(clock.Now)
	expect := func(what string, got time.Time, want time.Duration) {
		t.Helper()
		if got.Sub(begin) != want {
			t.Errorf("%s: got %s after the beginning, want %s", what, got.Sub(begin), want)
		}
	}
	expect("at first", line.Now(), 0)
	clock.now = begin.Add(10 * time.Second)
	expect("later", line.Now(), 10*time.Second)
	clock.now = begin.Add(5 * time.Second)
	expect("when the clock goes back", line.Now(), 10*time.Second)
	clock.now = begin.Add(20 * time.Second)
	expect("frozen", line.Freeze(), 20*time.Second)
	clock.now = begin.Add(time.Hour)
	expect("still frozen", line.Now(), 20*time.Second)
	expect("advanced", line.AdvanceTo(begin.Add(80*time.Second)), 80*time.Second)
	expect("running again", line.Run(), 80*time.Second)
	clock.now = clock.now.Add(time.Second)
	expect("a second later", line.Now(), 81*time.Second)
	expect("ahead while it runs", line.AdvanceTo(begin.Add(time.Hour+81*time.Second)), time.Hour+81*time.Second)
	expect("never back", line.AdvanceTo(begin), time.Hour+81*time.Second)
	clock.now = clock.now.Add(time.Second)
	expect("a second later again", line.Now(), time.Hour+82*time.Second)
	if line.Run(); line.Frozen() {
		t.Error("running: got it frozen")
	}
}

func TestClockBeginsAtTime(t *testing.T) {
	t.Parallel()
	clock := &hand{time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	for _, start := range []time.Time{clock.now.AddDate(-10, 0, 0), clock.now.AddDate(10, 0, 0)} {
		frozen, running := store.NewClockAt(clock.Now, start, true), store.NewClockAt(clock.Now, start, false)
		if !frozen.Now().Equal(start) || !running.Now().Equal(start) {
			t.Errorf("got %s and %s, want %s", frozen.Now(), running.Now(), start)
		}
		clock.now = clock.now.Add(time.Second)
		if !frozen.Now().Equal(start) || !running.Now().Equal(start.Add(time.Second)) {
			t.Errorf("a second later: got %s and %s", frozen.Now(), running.Now())
		}
	}
}

func TestClockOwn(t *testing.T) {
	t.Parallel()
	clock := &hand{time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	tests := []struct {
		name string
		make func() *store.Clock
		want bool
	}{
		{"the clock's", func() *store.Clock { return store.NewClock(clock.Now) }, false},
		{"set, to the clock's time", func() *store.Clock { return store.NewClockAt(clock.Now, clock.now, false) }, true},
		{"frozen, and running again", func() *store.Clock { l := store.NewClock(clock.Now); l.Freeze(); l.Run(); return l }, true},
		{"moved", func() *store.Clock { l := store.NewClock(clock.Now); l.AdvanceTo(clock.now.Add(1)); return l }, true},
		{"moved to a time that is past", func() *store.Clock { l := store.NewClock(clock.Now); l.AdvanceTo(time.Time{}); return l }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.make().Own(); got != tt.want {
				t.Errorf("its own: got %v, want %v", got, tt.want)
			}
		})
	}
}
