package steps

import (
	"context"
	"time"

	"example.com/assay/conformance/internal/client"
)

// poll asks until the answer is yes or the time is up, first at once, then more
// and more seldom. Whether the answer ever was yes is for the caller to look at.
func (w *World) poll(ctx context.Context, limit time.Duration, done func() (bool, error)) error {
	began := time.Now()
	defer func() { w.waited += time.Since(began) }()
	for interval := max(limit/100, 2*time.Millisecond); ; interval = min(2*interval, max(limit/8, 5*time.Millisecond)) {
		ok, err := done()
		if ok || err != nil || time.Since(began)+interval > limit {
			return err
		}
		if err := client.Pause(ctx, interval); err != nil {
			return err
		}
	}
}

// watch looks at something again and again for the settle time, and once after
// it, however long a look takes.
func (w *World) watch(ctx context.Context, look func() error) error {
	interval := max(w.run.Settle/8, time.Millisecond)
	for end := time.Now().Add(w.run.Settle); time.Now().Before(end); {
		if err := look(); err != nil {
			return err
		}
		if err := client.Pause(ctx, interval); err != nil {
			return err
		}
	}
	return look()
}

// patience is how long to wait for a change, once more if none was missed so far.
func (w *World) patience() time.Duration {
	w.run.mu.Lock()
	defer w.run.mu.Unlock()
	if w.run.slow {
		return 0
	}
	return w.run.VisibilityTimeout
}
