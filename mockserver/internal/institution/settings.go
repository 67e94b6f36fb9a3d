package institution

import (
	"maps"
	"slices"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/store"
	"example.com/assay/openapi"
)

// Settings are the settings of an institution.
type Settings struct {
	// Values has a value for each freedom. In awkward mode they hold for the fixed
	// freedoms only.
	Values map[string]string `json:"values"`
	// Awkward reports whether the other freedoms vary from request to request.
	Awkward bool `json:"awkward"`
	// Fixed names the freedoms that do not vary in awkward mode.
	Fixed []string `json:"fixed"`
}

// SettingsChange is a change of settings.
type SettingsChange struct {
	// Values has the values to set, by freedom. In awkward mode these freedoms become
	// fixed.
	Values map[string]string `json:"values,omitempty"`
	// Awkward switches the mode on or off; nil leaves it.
	Awkward *bool `json:"awkward,omitempty"`
}

func settingsOf(s *freedoms.Settings) Settings {
	d := Settings{Values: s.Map(), Fixed: []string{}}
	if s.Awkward != nil {
		d.Awkward = true
		d.Fixed = append(d.Fixed, s.Awkward.Fixed...)
	}
	return d
}

// apply returns the changed settings. The seed is for awkward mode.
func (c SettingsChange) apply(s freedoms.Settings, seed uint64) (*freedoms.Settings, error) {
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

// fixtureSettings returns the settings of fixtures, or nil if they have none. Each
// institution sets the seed of awkward mode itself.
func (c *Config) fixtureSettings(f fixtures.Settings) (*freedoms.Settings, error) {
	if len(f.Values) == 0 && f.Awkward == nil {
		return nil, nil
	}
	s, err := SettingsChange{Values: f.Values, Awkward: f.Awkward}.apply(c.Settings, 0)
	if err == nil && f.Fixed != nil && s.Awkward != nil {
		s.Awkward.Fixed = f.Fixed
	}
	return s, err
}

// exportedSettings returns all settings in the form of fixtures.
func exportedSettings(s *freedoms.Settings) fixtures.Settings {
	d := settingsOf(s)
	exported := fixtures.Settings{Values: d.Values, Awkward: &d.Awkward}
	if d.Awkward {
		exported.Fixed = d.Fixed
	}
	return exported
}

// settings returns the settings that an institution begins with.
func (c *Config) settings(id string, b *Blueprint, s Start) (*freedoms.Settings, error) {
	base, seed := c.Settings, c.awkwardSeed(id)
	if b.Settings != nil {
		base = *b.Settings
	}
	if base.Awkward != nil {
		base.Awkward = &freedoms.Awkward{Seed: seed, Fixed: base.Awkward.Fixed}
	}
	change := SettingsChange{Values: s.Settings}
	if s.Awkward {
		change.Awkward = &s.Awkward
	}
	return change.apply(base, seed)
}

func (c *Config) awkwardSeed(id string) uint64 { return store.NewIDs(c.Seed, id).Number("awkward") }

// merged returns the current settings with the changes between two beginnings.
func merged(was, is, now *freedoms.Settings) *freedoms.Settings {
	result := *now
	for _, f := range openapi.Freedoms() {
		if was.Value(f.Name) != is.Value(f.Name) {
			_ = result.Set(f.Name, is.Value(f.Name)) // a valid value already
		}
	}
	if !sameAwkward(was.Awkward, is.Awkward) {
		result.Awkward = is.Awkward
	}
	return &result
}

func sameAwkward(a, b *freedoms.Awkward) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Seed == b.Seed && slices.Equal(a.Fixed, b.Fixed)
}
