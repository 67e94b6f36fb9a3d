package steps

import (
	"net/url"
	"slices"
	"sync"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
	"example.com/assay/openapi"
)

// Config is what the scenarios of a run work with.
type Config struct {
	target.Config

	Redactor  *client.Redactor
	Catalogue *openapi.Catalogue

	Key      client.Key
	OtherKey client.Key // of another institution
	Denied   client.Key // valid, with an allow list that lacks this machine
	BadKeys  []client.Key

	EntityID          string   // to create assessments from; empty: the first that is listed
	TemplateID        string   // likewise
	CanceledOutcomeID string   // empty: from the template
	OtherRegion       *url.URL // base URL of a region that refuses the key

	VisibilityTimeout time.Duration // limit for a read to show a change
	Settle            time.Duration // how long an assessment is watched for changes
	Seed              uint64        // of the requests that break the contract
	Negatives         int           // number of those
	Clients           int           // clients that cancel and read one assessment at once

	NewID func() string // returns a random UUID
}

// Run is what the scenarios of one run share. It is safe for concurrent use.
type Run struct {
	Config
	target *target.Target

	outcomes         sync.Mutex // held while the path of outcomes is looked for
	outcomeOperation string

	mu        sync.Mutex
	pool      []string // sacrificial IDs that no scenario has taken
	resources map[string]*resources
	sightings []sighting    // everything that was seen; set when the first scenario asks
	slow      bool          // a cancel did not become visible within the visibility timeout
	seen      time.Duration // the longest time until a cancel became visible
	seenOnce  bool
	facts     facts
}

// NewRun returns a Run.
func NewRun(c Config) *Run {
	return &Run{Config: c, target: target.New(c.Config), pool: slices.Clone(c.Sacrificial), resources: map[string]*resources{}, facts: newFacts()}
}

// take returns a sacrificial ID that no scenario has, or "" if none is left.
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
