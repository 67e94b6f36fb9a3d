package mockserver

import (
	"fmt"

	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/tenant"
)

// Reloaded says what became of the institutions of the fixtures when those were
// replaced, by their names. One that the new fixtures have unchanged is in no
// list.
type Reloaded = tenant.Reloaded

// Reload replaces the fixtures while the server serves. An institution that they
// have as before keeps its state; one that they have newly begins; one that they do
// not have any more is gone, with its keys. One that they have differently has their
// assessments, templates, entities, outcomes, name and keys from now on, while its
// journal, its armed faults, its time and its choices go on, except for a clock or a
// choice that the fixtures themselves have changed; its journal says so.
// Institutions that were made at run time keep their state and their keys. A request
// sees an institution as it was or as it is, and nothing between.
//
// The name is the one that messages carry, as Config.FixturesName. An error says
// what is wrong, with file and line, and then nothing has changed.
func (s *Server) Reload(name string, data []byte) (Reloaded, error) {
	told, err := s.reload(name, data)
	s.metrics.reloaded(err)
	return told, err
}

func (s *Server) reload(name string, data []byte) (Reloaded, error) {
	set, err := fixtures.Load(name, data)
	if err != nil {
		return Reloaded{}, fmt.Errorf("fixtures: %w", err)
	}
	told, err := s.tenants.Reload(set)
	if err != nil {
		return Reloaded{}, fmt.Errorf("fixtures: %s: %w", name, err)
	}
	s.fixtures.Store(set)
	warnOverridden(s.logger, set, s.chosen)
	return told, nil
}
