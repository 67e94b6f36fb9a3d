// Package tenant has the institutions of a mock, each with its own keys,
// assessments, clock and choices, and everything that can be done to one from
// outside of the API: it is the one implementation behind the Go API, the control
// plane and the command line.
package tenant

import (
	"sync"
	"sync/atomic"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fault"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/store"
)

// Institution is one tenant, as one actor reaches it. It is safe for concurrent
// use. After it is deleted its methods still work, on what nobody can reach by a
// key any more.
type Institution struct {
	*shared
	by journal.Actor // whose changes the journal will call them
}

// shared is what all who reach an institution reach.
type shared struct {
	registry *Registry
	id       string
	number   uint64 // the order of creation
	journal  *journal.Journal
	faults   *fault.Rules

	mu      sync.Mutex // held by what replaces or reads and replaces
	origin  atomic.Pointer[origin]
	current atomic.Pointer[store.Institution]
}

// origin is what an institution was made as. It never changes: fixtures that have
// the institution differently make another one.
type origin struct {
	name      string
	keys      []Key
	blueprint *blueprint
	options   Options
}

func newOrigin(b *blueprint, name string, keys []fixtures.Key, o Options) *origin {
	made := &origin{name: name, blueprint: b, options: o, keys: []Key{}} // which JSON tells from none
	for _, k := range keys {
		made.keys = append(made.keys, keyOf(k))
	}
	return made
}

// Key is a key of an institution.
type Key struct {
	Value   string   `json:"value"`
	Region  string   `json:"region"`
	Allow   []string `json:"allow,omitempty"` // networks; none: all
	Revoked bool     `json:"revoked,omitempty"`
}

// blueprint is what institutions are made from. It never changes.
type blueprint struct {
	from      string // what it is, in words
	owner     domain.Institution
	templates *store.Catalogue[domain.Template]
	entities  *store.Catalogue[domain.Entity]
	outcomes  *store.Catalogue[domain.Outcome]
	image     *store.Image
	region    string
	created   uint64             // creations that are counted already
	at        time.Time          // what time it was; zero: it depends on nothing
	frozen    bool               // whether the time stood still
	settings  *freedoms.Settings // nil: the server's
}

// Info describes an institution.
type Info struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	From        string `json:"from"` // what it was made from
	Keys        []Key  `json:"keys"`
	Assessments int    `json:"assessments"`
	Clock       Clock  `json:"clock"`
	Awkward     bool   `json:"awkward"`
}

// ID returns the ID, a UUID: the institution_id of its assessments.
func (in *Institution) ID() string { return in.id }

// Name returns the name.
func (in *Institution) Name() string { return in.origin.Load().name }

// Key returns the value of its first key that is not revoked, empty if there is
// none.
func (in *Institution) Key() string {
	for _, k := range in.origin.Load().keys {
		if !k.Revoked {
			return k.Value
		}
	}
	return ""
}

// Info describes the institution as it is now.
func (in *Institution) Info() Info {
	made, current := in.both()
	there, _ := current.Assessments.Counts()
	return Info{
		ID: in.id, Name: made.name, From: made.blueprint.from, Keys: made.keys, Assessments: there,
		Clock: clockOf(current.Time), Awkward: current.Settings().Awkward != nil,
	}
}

// both returns what the institution was made as, and what has become of that, with
// no reload between the two.
func (in *Institution) both() (*origin, *store.Institution) {
	in.registry.mu.RLock()
	defer in.registry.mu.RUnlock()
	return in.origin.Load(), in.current.Load()
}

// Store returns what the API works with at the moment. A reset replaces it.
func (in *Institution) Store() *store.Institution { return in.current.Load() }

// Journal returns the journal of what was asked with its keys.
func (in *Institution) Journal() *journal.Journal { return in.journal }

// Faults returns the faults that are armed for what is asked with its keys.
func (in *Institution) Faults() *fault.Rules { return in.faults }

// Reset makes the institution what it was when it was made: assessments, clock
// and choices, no faults, and a journal that begins with this. Its keys stay.
func (in *Institution) Reset() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	as := in.origin.Load()
	if err := in.begin(as.blueprint, as.options); err != nil {
		return err
	}
	in.faults.Reset()
	in.journal.Reset()
	in.anew(journal.OperationReset, journal.Control{Words: "made the institution what it was at the beginning"})
	return nil
}

// begin puts a new state in the place of the current one.
func (in *Institution) begin(b *blueprint, o Options) error {
	made, err := in.registry.make(b, in.id, in.Name(), o)
	if err != nil {
		return err
	}
	in.current.Store(made)
	in.registry.replace(in, made)
	return nil
}

// Delete removes the institution: its keys are unknown from now on, and who follows
// its journal is told that it has ended.
func (in *Institution) Delete() { in.registry.remove(in) }
