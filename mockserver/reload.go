package mockserver

import (
	"fmt"
	"maps"
	"slices"

	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/registry"
)

// Reloaded names the institutions that a reload of the fixtures affected. Unchanged
// ones are in no list.
type Reloaded = registry.Reloaded

// Reload replaces the fixtures while the server runs. An unchanged institution keeps
// its state, a new one begins, and a removed one is deleted with its keys. A changed
// one gets the assessments, templates, entities, outcomes, name and keys of the
// fixtures. Its journal, armed faults, time and settings stay, except for a clock or
// a setting that the fixtures themselves have changed; its journal records the
// reload. Institutions that were created at run time keep their state and their keys.
// A request sees the old or the new state of an institution.
//
// Messages use the name as they do Config.FixturesName. An error tells what is wrong,
// with file and line, and means that nothing has changed.
func (s *Server) Reload(name string, data []byte) (Reloaded, error) {
	report, err := s.reload(name, data)
	s.metrics.reloaded(err)
	return report, err
}

func (s *Server) reload(name string, data []byte) (Reloaded, error) {
	set, err := fixtures.Load(name, data)
	if err != nil {
		return Reloaded{}, fmt.Errorf("fixtures: %w", err)
	}
	report, err := s.registry.Reload(set)
	if err != nil {
		return Reloaded{}, fmt.Errorf("fixtures: %s: %w", name, err)
	}
	s.fixtures.Store(set)
	s.warnOverridden(set)
	return report, nil
}

// warnOverridden warns of settings of the server that fixtures override: an exported
// file names all of them, so --set has no effect on its institutions.
func (s *Server) warnOverridden(set *fixtures.Set) {
	for _, in := range set.Institutions {
		for _, freedom := range slices.Sorted(maps.Keys(s.settings)) {
			if own, exists := in.Settings.Values[freedom]; exists && own != s.settings[freedom] {
				s.logger.Warn("the fixtures override a setting of the server", "institution", in.Name, "freedom", freedom, "fixtures", own, "server", s.settings[freedom])
			}
		}
	}
}
