package tenant

import (
	"maps"
	"slices"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/store"
)

// Settings are the choices of an institution.
type Settings struct {
	// Values has a value for each freedom. In awkward mode they hold for the fixed
	// ones alone.
	Values map[string]string `json:"values"`
	// Awkward reports whether the others vary from one request to the next.
	Awkward bool `json:"awkward"`
	// Fixed names the freedoms that do not vary in awkward mode.
	Fixed []string `json:"fixed"`
}

// Change is a change of choices.
type Change struct {
	// Values has the values to set, by freedom.
	Values map[string]string `json:"values,omitempty"`
	// Awkward switches the mode on or off; nil leaves it.
	Awkward *bool `json:"awkward,omitempty"`
}

// Settings returns the choices.
func (in *Institution) Settings() Settings { return described(in.current.Load().Settings()) }

func described(s *freedoms.Settings) Settings {
	d := Settings{Values: s.Map(), Fixed: []string{}}
	if s.Awkward != nil {
		d.Awkward = true
		d.Fixed = append(d.Fixed, s.Awkward.Fixed...)
	}
	return d
}

// Set changes choices, all or, if one of them cannot be, none. What is set while
// the mode is awkward does not vary any more.
func (in *Institution) Set(c Change) (Settings, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	current := in.current.Load()
	before := described(current.Settings())
	changed, err := change(*current.Settings(), c, in.registry.awkwardSeed(in.id))
	if err != nil {
		return Settings{}, err
	}
	current.SetSettings(*changed)
	return in.chosen(journal.OperationChangeSettings, before, described(changed)), nil
}

// ResetSettings makes the choices those that the institution began with.
func (in *Institution) ResetSettings() (Settings, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	as := in.origin.Load()
	s, err := in.registry.settingsFor(as.blueprint, in.id, as.options)
	if err != nil {
		return Settings{}, err
	}
	before := in.Settings()
	in.current.Load().SetSettings(*s)
	return in.chosen(journal.OperationResetSettings, before, described(s)), nil
}

// change returns changed settings. Those it is given are a copy.
func change(s freedoms.Settings, c Change, seed uint64) (*freedoms.Settings, error) {
	for _, name := range slices.Sorted(maps.Keys(c.Values)) {
		if err := s.Set(name, c.Values[name]); err != nil {
			return nil, domain.Errorf(domain.BadRequest, "settings: %v", err)
		}
	}
	var fixed []string
	if s.Awkward != nil {
		fixed = s.Awkward.Fixed
	}
	if c.Awkward != nil && !*c.Awkward {
		s.Awkward = nil
		return &s, nil
	}
	if c.Awkward != nil || s.Awkward != nil {
		all := slices.Concat(fixed, slices.Collect(maps.Keys(c.Values)))
		slices.Sort(all)
		s.Awkward = &freedoms.Awkward{Seed: seed, Fixed: slices.Compact(all)}
	}
	return &s, nil
}

// ownSettings returns the choices of fixtures that have some for themselves, nil if
// they have none.
func (r *Registry) ownSettings(f fixtures.Settings) (*freedoms.Settings, error) {
	if len(f.Values) == 0 && f.Awkward == nil {
		return nil, nil
	}
	s, err := change(r.Settings, Change{Values: f.Values, Awkward: f.Awkward}, 0) // the seed is each institution's own
	if err == nil && f.Fixed != nil && s.Awkward != nil {
		s.Awkward.Fixed = f.Fixed
	}
	return s, err
}

// exportedSettings returns all choices as fixtures name them.
func exportedSettings(s *freedoms.Settings) fixtures.Settings {
	d := described(s)
	exported := fixtures.Settings{Values: d.Values, Awkward: &d.Awkward}
	if d.Awkward {
		exported.Fixed = d.Fixed
	}
	return exported
}

// settingsFor returns the choices that an institution begins with.
func (r *Registry) settingsFor(b *blueprint, id string, o Options) (*freedoms.Settings, error) {
	base := r.Settings
	if b.settings != nil {
		base = *b.settings
	}
	c := Change{Values: o.Settings}
	if o.Awkward {
		c.Awkward = &o.Awkward
	}
	if base.Awkward != nil {
		own := *base.Awkward // the seed is another one in every institution
		own.Seed = r.awkwardSeed(id)
		base.Awkward = &own
	}
	return change(base, c, r.awkwardSeed(id))
}

func (r *Registry) awkwardSeed(id string) uint64 { return store.NewIDs(r.Seed, id).Number("awkward") }
