// Package steps implements the sentences of the features.
//
// Begin reading in steps.go, which has the table of all patterns. A World is the
// state of one scenario, a Run that of all of them. Below the sentences,
// assessments.go provides what the scenarios work with, and checks.go has the
// assertions that are values; package target makes the calls.
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
// (*World).name, that takes an optional context and the groups of the pattern, and
// returns an error.
type definition struct {
	pattern string
	handler any
}

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

// facts are what the scenarios saw of the freedoms, each with the exchange that
// showed it, and other notes.
type facts struct {
	values map[string]fact
	extras map[string]bool // fields that no guide prints
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
	steps       int // that have begun

	subject    *assessment   // "it"
	other      *assessment   // "the other one"
	foreign    *assessment   // "it", with the key of its own institution
	known      []*assessment // that the list should have
	list       *target.List
	source     source // of the assessment that was created
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
	err         error // of the step that ended the scenario
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

// evidence is a response, and the record that it holds.
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

// comparison is the list around something that should create nothing.
type comparison struct {
	after    *target.List
	cannot   error         // why nothing can be told; nil if it can
	appeared []string      // IDs that only the later reading shows
	took     time.Duration // what was done in between
	busy     bool          // IDs appear while nothing is done, too
}
