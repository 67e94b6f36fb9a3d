// Package steps implements the sentences of the features.
//
// Begin reading in steps.go, with the table of all patterns. A World is the state
// of one scenario, a Run the state of all of them. Below the sentences,
// assessments.go provides assessments and checks.go assertions as values; package
// target makes the calls.
//
// A step returns nil; or an AssertionError, if an assertion does not hold; or a
// SkipError, if the scenario cannot check this target; or another error, if
// something broke; a panic is a PanicError.
package steps

import (
	"context"
	"net/url"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
	"example.com/assay/conformance/report"
	"example.com/assay/openapi"
)

// definition is a pattern and its handler: a method of World, written as
// (*World).name. It takes an optional context and the groups of the pattern, and
// returns an error.
type definition struct {
	pattern string
	handler any
}

// Config configures a Run.
type Config struct {
	target.Config

	Redactor  *client.Redactor
	Catalogue *openapi.Catalogue

	Key      client.Key
	OtherKey client.Key // of another institution
	Denied   client.Key // valid, with an allow list without this machine
	BadKeys  []client.Key

	EntityID         string            // for new assessments; empty: the first listed one
	TemplateID       string            // likewise
	CanceledOutcomes map[string]string // by template, in small letters; "" for all others
	OtherRegion      *url.URL          // base URL of a region foreign to the key

	VisibilityTimeout time.Duration // limit for a read to show a change
	Settle            time.Duration // how long an assessment is watched for changes
	Seed              uint64        // of the broken requests
	Negatives         int           // number of those
	Clients           int           // concurrent clients of one assessment

	NewID func() string // returns a random UUID
}

// Run is the shared state of the scenarios of a run. It is safe for concurrent use.
type Run struct {
	Config
	target *target.Target

	outcomes         sync.Mutex // held while the path of outcomes is looked for
	outcomeOperation string

	tasks      sync.Mutex // held while a source of tasks is looked for
	taskSource source

	mu        sync.Mutex
	pool      []string // unused sacrificial IDs
	resources map[string]*resources
	sightings []sighting    // in all exchanges; collected for the first scenario to ask
	slow      bool          // a cancel did not become visible within the visibility timeout
	seen      time.Duration // the longest time until a cancel became visible
	seenOnce  bool
	facts     facts
}

// facts are the observed values of the freedoms, each with its exchange, and other
// notes.
type facts struct {
	values map[string]fact
	extras map[string]bool // undocumented fields
	notes  map[string]bool
}

type fact struct{ value, evidence string }

// resources are the templates and entities with an ID of one key's institution.
type resources struct {
	once      sync.Once
	templates []target.Record
	entities  []target.Record
	unread    []string // why a list could not be read
}

// World is the state of one scenario.
type World struct {
	*target.Session

	run         *Run
	requirement string
	step        string
	steps       int // begun so far

	subject    *assessment   // "it"
	other      *assessment   // "the other one"
	foreign    *assessment   // "it", with the key of its own institution
	known      []*assessment // to look for in the list
	list       *target.List
	source     source // of the created assessment
	tasks      tasks
	events     int // how often the audit export named "it"
	comparison comparison
	requests   []request // of the last When
	history    []porcupine.Operation
	sightings  []sighting

	mu        sync.Mutex // guards the exchanges and flaky
	exchanges []*client.Exchange
	flaky     bool // a request had to be repeated

	assertions  int
	failures    []report.Failure
	waited      time.Duration
	attachments []report.Attachment
	err         error // of the last step
}

// request is a request under judgement, and its control call: the same call
// without its defect.
type request struct {
	exchange *client.Exchange
	defect   string // empty where it is plain
	control  func(context.Context) (*client.Exchange, error)
}

// assessment is an assessment under test.
type assessment struct {
	id      string
	key     client.Key
	before  target.Record    // as it read before anything was done to it
	after   target.Record    // as it read last
	created *client.Exchange // nil if it existed before the run
}

// source is an entity and a template to create assessments from.
type source struct{ entityID, templateID string }

// evidence is a response with its record.
type evidence struct {
	exchange *client.Exchange
	record   target.Record // nil if the body is not a JSON object
}

// sighting is an assessment in a response.
type sighting struct {
	evidence

	id     string // in small letters
	listed bool   // in a list, rather than by itself
}

// comparison is the list around requests without a create.
type comparison struct {
	after    *target.List
	cannot   error         // why nothing can be told; nil if it can
	appeared []string      // IDs in the later reading only
	took     time.Duration // the requests in between
	busy     bool          // IDs appear while nothing is done, too
}
