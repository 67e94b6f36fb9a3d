package steps

import (
	"slices"
	"time"

	"example.com/assay/conformance/internal/target"
)

// NewRun returns a Run.
func NewRun(c Config) *Run {
	return &Run{Config: c, target: target.New(c.Config), pool: slices.Clone(c.Sacrificial), resources: map[string]*resources{}, facts: newFacts()}
}

// take returns an unused sacrificial ID, or "" if none is left.
func (r *Run) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.pool) == 0 {
		return ""
	}
	id := r.pool[0]
	r.pool = r.pool[1:]
	return id
}

// noteVisibility records how long a cancel took to become visible, if it did.
func (r *Run) noteVisibility(visible bool, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !visible {
		r.slow = true
		return
	}
	r.seen, r.seenOnce = max(r.seen, took), true
}

// visibilityBudget is how long to wait for a change: not at all once one did not
// become visible in time.
func (r *Run) visibilityBudget() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.slow {
		return 0
	}
	return r.VisibilityTimeout
}
