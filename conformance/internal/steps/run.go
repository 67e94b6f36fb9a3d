package steps

import (
	"net/url"
	"slices"
	"sync"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/openapi"
)

// Config is what the scenarios of a run have to work with.
type Config struct {
	Client    *client.Client
	Redactor  *client.Redactor
	Catalogue *openapi.Catalogue

	Key      client.Key
	OtherKey client.Key // of another institution
	Denied   client.Key // valid, but this machine is not on its allow list
	BadKeys  []client.Key

	Writes            bool     // whether anything may be created or cancelled
	EntityID          string   // to create assessments from; "": the first that is listed
	TemplateID        string   // likewise
	Sacrificial       []string // existing assessments that may be cancelled
	CanceledOutcomeID string   // "": what the template says
	OtherRegion       *url.URL // base URL of a region that the key is not of

	VisibilityTimeout time.Duration // how long a change may take to be seen
	Settle            time.Duration // how long an assessment is watched for changes
	Seed              uint64        // of the requests that break the contract
	Negatives         int           // how many of those are sent
	Clients           int           // how many cancel and read one assessment at once

	NewID  func() string        // returns a random UUID
	Intent func(Write) error    // told before anything is written; an error stops the write
	Done   func(Write, Written) // told after it
}

// Run is what the scenarios of one run share.
type Run struct {
	Config
	client    *client.Client
	redactor  *client.Redactor
	catalogue *openapi.Catalogue

	// creating is held for reading by whoever creates an assessment, and for
	// writing by the scenario that looks whether one appears all the same.
	creating sync.RWMutex

	parsing sync.Mutex // held while a large page is taken apart

	outcomes  sync.Mutex // held while it is found out where outcomes are read
	outcomeOp *operation

	mu        sync.Mutex
	mayCancel map[string]bool // IDs that this run has created, was given, or has made up
	pool      []string        // sacrificial IDs that nobody has taken
	resources map[string]*resources
	sightings []sighting    // all that was seen, once it was asked for
	slow      bool          // a cancel was not seen within the visibility timeout
	seen      time.Duration // the longest that a cancel took to be seen
	seenOnce  bool
	facts     facts
}

// NewRun returns a Run.
func NewRun(c Config) *Run {
	r := &Run{
		Config: c, client: c.Client, redactor: c.Redactor, catalogue: c.Catalogue,
		mayCancel: map[string]bool{}, pool: slices.Clone(c.Sacrificial), resources: map[string]*resources{},
	}
	for _, id := range c.Sacrificial {
		r.allowCancel(id)
	}
	return r
}

// NewWorld returns the state for one scenario, which has yet to begin.
func (r *Run) NewWorld() *World { return &World{run: r} }

// Begin names the scenario, and the requirement that it speaks for.
func (w *World) Begin(scenario, requirement string) {
	w.scenario, w.requirement = scenario, requirement
}
