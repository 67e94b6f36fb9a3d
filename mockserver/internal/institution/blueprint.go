package institution

import (
	"fmt"
	"net/netip"
	"time"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/store"
	"example.com/assay/mockserver/internal/wire"
)

// Config is what all institutions of a server share.
type Config struct {
	Now            func() time.Time
	Seed           uint64
	Render         store.Render
	Settings       freedoms.Settings // of institutions without settings of their own
	Journal        journal.Limits
	MaxAssessments int      // of each institution; 0: any number
	Operations     []string // operationIds of the contract, for faults and filters
	// Record receives each change with the institution's ID, in order; nil: changes
	// are not kept.
	Record func(id string, c Change)
}

// Blueprint is what institutions are made from: a fixture or a snapshot. It never
// changes.
type Blueprint struct {
	From      string // what it is, in words
	Owner     domain.Owner
	Region    string
	Templates *store.Catalogue[domain.Template]
	Entities  *store.Catalogue[domain.Entity]
	Outcomes  *store.Catalogue[domain.Outcome]
	Baseline  *store.Baseline
	Created   uint64             // creations that are counted already
	Clock     fixtures.Clock     // how the time begins
	Settings  *freedoms.Settings // nil: the server's
}

// Origin is what an institution was made as. A reset returns to it.
type Origin struct {
	Name      string
	Keys      []Key
	Blueprint *Blueprint
	Start     Start
}

// Key is a key of an institution.
type Key struct {
	Value   string         `json:"value"`
	Region  string         `json:"region"`
	Allow   []netip.Prefix `json:"allow,omitempty"` // networks; empty: all
	Revoked bool           `json:"revoked,omitempty"`
}

// Start says how an institution begins where it differs from its blueprint.
type Start struct {
	Clock    ClockOptions
	Settings map[string]string
	Awkward  bool
}

// ClockOptions say how the time of an institution begins.
type ClockOptions struct {
	// Mode is real or frozen; default: as in the blueprint, or real.
	Mode Mode `json:"mode,omitempty"`
	// At is the first time; default: as in the blueprint, or the server's.
	At time.Time `json:"at,omitzero"`
}

// Mode says how the time of an institution passes.
type Mode string

// The modes.
const (
	Real   Mode = "real"   // at the pace of the server's clock
	Frozen Mode = "frozen" // only when it is advanced
)

func modeOf(frozen bool) Mode {
	if frozen {
		return Frozen
	}
	return Real
}

// Blueprint returns the blueprint of an institution of fixtures. Its catalogues are
// certified once, for all institutions that are made from it.
func (c *Config) Blueprint(f *fixtures.Institution, r wire.Resources) (*Blueprint, error) {
	b, err := c.blueprint(f, r)
	if err != nil {
		return nil, fmt.Errorf("institution %s: %w", f.ID, err)
	}
	return b, nil
}

func (c *Config) blueprint(f *fixtures.Institution, r wire.Resources) (*Blueprint, error) {
	if n := len(f.Assessments); c.MaxAssessments > 0 && n > c.MaxAssessments {
		return nil, domain.QuotaExceeded(domain.Unprocessable, "assessments", n, c.MaxAssessments, "leave some out")
	}
	b := &Blueprint{From: "fixture " + f.Name, Owner: f.Owner, Region: f.Region, Clock: f.Clock}
	var err error
	if b.Settings, err = c.fixtureSettings(f.Settings); err != nil {
		return nil, err
	}
	if b.Templates, err = catalogue(f.Templates, r.Template, func(t *domain.Template) string { return t.ID }); err != nil {
		return nil, err
	}
	if b.Entities, err = catalogue(f.Entities, r.Entity, func(e *domain.Entity) string { return e.ID }); err != nil {
		return nil, err
	}
	if b.Outcomes, err = catalogue(f.Outcomes, r.Outcome, func(o *domain.Outcome) string { return o.ID }); err != nil {
		return nil, err
	}
	b.Baseline, err = store.NewBaseline(c.initial(f))
	return b, err
}

// initial returns the assessments of the fixtures.
func (c *Config) initial(f *fixtures.Institution) []store.Initial {
	ids := store.NewIDs(c.Seed, f.ID)
	all := make([]store.Initial, len(f.Assessments))
	for i, a := range f.Assessments {
		workflow := ids.Make("fixture workflow", uint64(i))
		all[i] = store.Initial{ID: a.ID(), At: func(start time.Time) domain.Assessment { return a.At(start, workflow) }}
	}
	return all
}

func catalogue[T any](values []*T, certify func(*T) (contract.Item, error), id func(*T) string) (*store.Catalogue[T], error) {
	c := store.NewCatalogue[T]()
	for _, v := range values {
		item, err := certify(v)
		if err != nil {
			return nil, err
		}
		if err := c.Add(id(v), v, item); err != nil {
			return nil, err
		}
	}
	return c, nil
}
