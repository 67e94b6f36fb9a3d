// Package institution is one tenant of the mock: its assessments, clock, settings,
// faults and journal. It knows no other tenant.
//
// Begin with [Change] and [Institution.Apply]: each change of an institution is a
// value, and one function applies it. [State] is what changes, [Blueprint] what
// institutions are made from.
package institution

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.com/assay/mockserver/internal/fault"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/store"
)

// Institution is one tenant. It is safe for concurrent use. Its methods also work
// after it is deleted.
type Institution struct {
	config  *Config
	id      string
	journal *journal.Journal
	faults  *fault.Rules

	mu    sync.Mutex // serializes changes
	state atomic.Pointer[State]
}

// New returns an institution that begins as its origin says.
func New(c *Config, id string, o *Origin) (*Institution, error) {
	state, err := c.begin(id, o, o.Blueprint, o.Start)
	if err != nil {
		return nil, err
	}
	in := &Institution{
		config: c, id: id,
		journal: journal.New(c.Seed, id, c.Journal, c.Operations),
		faults:  fault.NewRules(store.NewIDs(c.Seed, id).Number("faults"), c.Operations),
	}
	in.state.Store(state)
	return in, nil
}

// ID returns the ID, the institution_id of its assessments.
func (in *Institution) ID() string { return in.id }

// Name returns the name.
func (in *Institution) Name() string { return in.State().Name }

// Keys returns the keys. They must not be changed.
func (in *Institution) Keys() []Key { return in.State().origin.Keys }

// Key returns the first key that is not revoked, or "".
func (in *Institution) Key() string {
	for _, k := range in.Keys() {
		if !k.Revoked {
			return k.Value
		}
	}
	return ""
}

// State returns the current state. Reset, Restore and Reload replace it.
func (in *Institution) State() *State { return in.state.Load() }

// Journal returns the journal of the requests with the institution's keys.
func (in *Institution) Journal() *journal.Journal { return in.journal }

// Faults returns the armed faults. Apply changes them.
func (in *Institution) Faults() *fault.Rules { return in.faults }

// ClockState is the time of an institution, and how it passes.
type ClockState struct {
	Mode Mode      `json:"mode"`
	Now  time.Time `json:"now"`
}

// Clock returns the time.
func (in *Institution) Clock() ClockState { return in.State().clockState() }

func (s *State) clockState() ClockState { return ClockState{modeOf(s.Clock.Frozen()), s.Clock.Now()} }

// Settings returns the settings.
func (in *Institution) Settings() Settings { return settingsOf(in.State().Settings()) }

// Assessments returns the assessments that match the filter, newest first and
// without their steps, and the number of all that match.
func (in *Institution) Assessments(f Filter) ([]Assessment, int) { return in.State().find(f) }

// Assessment returns an assessment with its steps; the error is of kind NotFound if
// it does not exist.
func (in *Institution) Assessment(id string) (Assessment, error) {
	s := in.State()
	a, now, err := s.Assessments.Find(strings.ToLower(id))
	if err != nil {
		return Assessment{}, err
	}
	return s.describe(&a, now), nil
}

// Catalogue lists what the assessments refer to.
func (in *Institution) Catalogue() Catalogue { return in.State().catalogue() }

// Info describes an institution.
type Info struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	From        string     `json:"from"` // its blueprint
	Keys        []Key      `json:"keys"`
	Assessments int        `json:"assessments"`
	Clock       ClockState `json:"clock"`
	Awkward     bool       `json:"awkward"`
}

// Info describes the institution.
func (in *Institution) Info() Info {
	s := in.State()
	count, _ := s.Assessments.Counts()
	return Info{
		ID: in.id, Name: s.Name, From: s.origin.Blueprint.From, Keys: append([]Key{}, s.origin.Keys...), // never null
		Assessments: count, Clock: s.clockState(), Awkward: s.Settings().Awkward != nil,
	}
}
