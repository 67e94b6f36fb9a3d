package tenant

import (
	"net/netip"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/store"
)

// Export returns the institution as it is now, keys included, as a fixture file:
// a server that is made with it has the institution in this state, with its
// choices, and its workflows going on from where they were. A clock that has a time
// of its own, because it was frozen, moved or set, begins at that time again; any
// other is the server's.
func (in *Institution) Export() ([]byte, error) {
	made, current := in.both()
	all, now := current.Assessments.All()
	var clock fixtures.Clock
	if current.Time.Own() {
		clock = fixtures.Clock{Frozen: current.Time.Frozen(), At: now}
	}
	return write(current, made.blueprint.region, made.keys, clock, all, now)
}

// Export returns the snapshot with the name as a fixture file, with the keys of
// the institution that it was taken of, as far as that is still there. The clock
// begins at the time of the snapshot.
func (r *Registry) Export(name string) ([]byte, error) {
	s, err := r.snapshot(name)
	if err != nil {
		return nil, err
	}
	var keys []Key
	if in, there := r.ByID(s.Institution); there {
		keys = in.origin.Load().keys
	}
	made, err := r.make(s.blueprint, s.blueprint.owner.ID, s.blueprint.owner.Name, Options{Clock: ClockOptions{Mode: Frozen}})
	if err != nil {
		return nil, err
	}
	all, now := made.Assessments.All()
	return write(made, s.blueprint.region, keys, fixtures.Clock{Frozen: s.blueprint.frozen, At: now}, all, now)
}

func write(current *store.Institution, region string, keys []Key, clock fixtures.Clock, all []domain.Assessment, now time.Time) ([]byte, error) {
	e := fixtures.Export{
		Institution: current.Institution, Region: region, Assessments: all, Now: now,
		Clock: clock, Settings: exportedSettings(current.Settings()),
		Outcomes: current.Outcomes.Values(), Templates: current.Templates.Values(), Entities: current.Entities.Values(),
	}
	for _, k := range keys {
		key := fixtures.Key{Value: k.Value, Institution: current.ID, Region: k.Region, Revoked: k.Revoked}
		for _, network := range k.Allow {
			prefix, err := netip.ParsePrefix(network)
			if err != nil {
				return nil, err
			}
			key.Allow = append(key.Allow, prefix)
		}
		e.Keys = append(e.Keys, key)
	}
	content, err := fixtures.Write(e)
	if err != nil {
		return nil, err
	}
	if err := fixtures.Fits("export", content); err != nil { // a file that nobody can load is none
		return nil, domain.Errorf(domain.Unprocessable, "%v, beyond which no fixtures are loaded: keep such a state as a snapshot", err)
	}
	return content, nil
}
