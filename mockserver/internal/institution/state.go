package institution

import (
	"sync/atomic"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/store"
)

// State is what an institution owns at one time. A reset, a restored snapshot and a
// reload replace it as a whole.
type State struct {
	domain.Owner
	Templates   *store.Catalogue[domain.Template]
	Entities    *store.Catalogue[domain.Entity]
	Outcomes    *store.Catalogue[domain.Outcome]
	Assessments *store.Assessments
	Clock       *store.Clock

	origin   *Origin
	ids      store.IDs
	settings atomic.Pointer[freedoms.Settings]
	requests atomic.Uint64 // so far
}

// NextRequest returns the settings for the next request.
func (s *State) NextRequest() freedoms.Request {
	return s.Settings().ForRequest(s.requests.Add(1))
}

// Settings returns the current settings. They must not be changed.
func (s *State) Settings() *freedoms.Settings { return s.settings.Load() }

// newAssessment returns the n-th assessment that is created in the institution.
func (s *State) newAssessment(e *domain.Entity, t *domain.Template, now time.Time, n uint64) domain.Assessment {
	return domain.Assessment{
		ID:          s.ids.Make("assessment", n),
		Institution: s.ID,
		Entity:      e.ID,
		Workflow:    s.ids.Make("workflow", n),
		Status:      s.Statuses.Starting,
		Template:    t,
		Created:     now,
		Started:     now,
	}
}

// begin returns the first state of an institution with the origin. The blueprint is
// that of the origin or of a snapshot.
func (c *Config) begin(id string, o *Origin, b *Blueprint, s Start) (*State, error) {
	settings, err := c.settings(id, b, s)
	if err != nil {
		return nil, err
	}
	clock, err := c.clock(b, s.Clock)
	if err != nil {
		return nil, err
	}
	return c.assemble(id, o, b, clock, settings, b.Created), nil
}

func (c *Config) assemble(id string, o *Origin, b *Blueprint, clock *store.Clock, settings *freedoms.Settings, created uint64) *State {
	owner := b.Owner
	owner.ID, owner.Name = id, o.Name
	s := &State{
		Owner: owner, Templates: b.Templates, Entities: b.Entities, Outcomes: b.Outcomes, Clock: clock,
		origin: o, ids: store.NewIDs(c.Seed, id),
	}
	s.Assessments = store.New(store.Options{
		Clock: clock, Render: c.Render, Seed: c.Seed, Baseline: b.Baseline, Institution: id, Created: created, Max: c.MaxAssessments,
	})
	s.settings.Store(settings)
	return s
}

// preview returns the state of a snapshot, with a frozen clock.
func (c *Config) preview(snapshot *Blueprint) (*State, error) {
	o := &Origin{Name: snapshot.Owner.Name, Blueprint: snapshot}
	return c.begin(snapshot.Owner.ID, o, snapshot, Start{Clock: ClockOptions{Mode: Frozen}})
}

// reload returns the state after other fixtures were loaded for the institution. Its
// data are those of the fixtures. The clock and the settings stay, except where the
// fixtures have changed them. The numbers that make IDs go on, because the journal
// refers to assessments by ID.
func (c *Config) reload(current *State, o *Origin) (*State, error) {
	before, clock := current.origin, current.Clock
	if o.Blueprint.Clock != before.Blueprint.Clock {
		var err error
		if clock, err = c.clock(o.Blueprint, ClockOptions{}); err != nil {
			return nil, err
		}
	}
	was, err := c.settings(current.ID, before.Blueprint, before.Start)
	if err != nil {
		return nil, err
	}
	is, err := c.settings(current.ID, o.Blueprint, o.Start)
	if err != nil {
		return nil, err
	}
	_, created := current.Assessments.Counts()
	return c.assemble(current.ID, o, o.Blueprint, clock, merged(was, is, current.Settings()), created), nil
}

// clock returns the clock of an institution that begins.
func (c *Config) clock(b *Blueprint, o ClockOptions) (*store.Clock, error) {
	if y := o.At.Year(); !o.At.IsZero() && (y < fixtures.FirstYear || y > fixtures.LastYear) {
		return nil, domain.Errorf(domain.BadRequest, "clock: at: the year of %s is out of range; use one from %d to %d", o.At.Format(time.RFC3339), fixtures.FirstYear, fixtures.LastYear)
	}
	start, frozen := b.Clock.At, b.Clock.Frozen
	switch o.Mode {
	case "":
	case Real, Frozen:
		frozen = o.Mode == Frozen
	default:
		return nil, domain.Errorf(domain.BadRequest, "clock: mode: unknown mode %.20q; use %s or %s", o.Mode, Real, Frozen)
	}
	if !o.At.IsZero() {
		start = o.At.UTC()
	}
	if start.IsZero() && !frozen {
		return store.NewClock(c.Now), nil
	}
	if start.IsZero() {
		start = c.Now().UTC()
	}
	return store.NewClockAt(c.Now, start, frozen), nil
}
