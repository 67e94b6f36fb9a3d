package institution

import (
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/store"
)

// Export returns the institution with its keys as a fixture file: a server that
// loads it has the institution in this state, with its settings, and its workflows
// go on from where they were. A clock that was frozen, moved or set begins at its
// time again; any other follows the server's.
func (in *Institution) Export() ([]byte, error) {
	s := in.State()
	all, now := s.Assessments.All()
	var clock fixtures.Clock
	if s.Clock.Own() {
		clock = fixtures.Clock{Frozen: s.Clock.Frozen(), At: now}
	}
	return s.export(s.origin.Keys, clock, all, now)
}

// ExportSnapshot returns a snapshot as a fixture file with the keys. The clock
// begins at the time of the snapshot.
func (c *Config) ExportSnapshot(snapshot *Blueprint, keys []Key) ([]byte, error) {
	s, err := c.preview(snapshot)
	if err != nil {
		return nil, err
	}
	all, now := s.Assessments.All()
	return s.export(keys, fixtures.Clock{Frozen: snapshot.Clock.Frozen, At: now}, all, now)
}

func (s *State) export(keys []Key, clock fixtures.Clock, all []domain.Assessment, now time.Time) ([]byte, error) {
	e := fixtures.Export{
		Owner: s.Owner, Region: s.origin.Blueprint.Region, Assessments: all, Now: now,
		Clock: clock, Settings: exportedSettings(s.Settings()),
		Outcomes: s.Outcomes.Values(), Templates: s.Templates.Values(), Entities: s.Entities.Values(),
	}
	for _, k := range keys {
		e.Keys = append(e.Keys, fixtures.Key{Value: k.Value, Institution: s.ID, Region: k.Region, Allow: k.Allow, Revoked: k.Revoked})
	}
	content, err := fixtures.Write(e)
	if err != nil {
		return nil, err
	}
	if err := fixtures.Fits("export", content); err != nil { // such a file cannot be loaded
		return nil, domain.Errorf(domain.Unprocessable, "%v, the limit of fixtures; save a snapshot instead", err)
	}
	return content, nil
}

// Snapshot returns the current state: its assessments, time and settings.
func (in *Institution) Snapshot(name string) (*Blueprint, error) {
	s := in.State()
	all, now := s.Assessments.All()
	baseline, err := store.BaselineOf(all)
	if err != nil {
		return nil, err
	}
	_, created := s.Assessments.Counts()
	settings := *s.Settings()
	b := *s.origin.Blueprint
	b.From, b.Owner = "snapshot "+name, s.Owner
	b.Baseline, b.Created, b.Settings = baseline, created, &settings
	b.Clock = fixtures.Clock{At: now, Frozen: s.Clock.Frozen()}
	return &b, nil
}
