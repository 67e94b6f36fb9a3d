package registry

import (
	"slices"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/institution"
)

// Snapshot describes a saved state.
type Snapshot struct {
	Name        string           `json:"name"`
	Institution string           `json:"institution_id"`
	At          time.Time        `json:"at"` // by the institution's clock
	Clock       institution.Mode `json:"clock"`
	Assessments int              `json:"assessments"`
}

// snapshot is a saved state. It never changes.
type snapshot struct {
	name  string
	state *institution.Blueprint
}

func (s snapshot) describe() Snapshot {
	b := s.state
	mode := institution.Real
	if b.Clock.Frozen {
		mode = institution.Frozen
	}
	return Snapshot{Name: s.name, Institution: b.Owner.ID, At: b.Clock.At, Clock: mode, Assessments: b.Baseline.Len()}
}

// Save saves the state of the institution: its assessments, time and settings. The
// default of the name is a numbered one.
func (r *Registry) Save(in *institution.Institution, name string) (Snapshot, error) {
	r.saving.Lock() // other calls need not wait
	defer r.saving.Unlock()
	name, err := r.snapshotName(name)
	if err != nil {
		return Snapshot{}, err
	}
	state, err := in.Snapshot(name)
	if err != nil {
		return Snapshot{}, err
	}
	s := snapshot{name, state}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.saved++
	r.snapshots = append(r.snapshots, s)
	return s.describe(), nil
}

// snapshotName checks a name, or makes one, and checks the quota.
func (r *Registry) snapshotName(name string) (string, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	taken := func(name string) bool { return r.indexOfSnapshot(name) >= 0 }
	if name == "" {
		name = numbered("snapshot", r.saved, taken)
	}
	if err := checkName(name); err != nil {
		return "", err
	}
	switch n := len(r.snapshots) + 1; {
	case taken(name):
		return "", domain.Errorf(domain.Conflict, "a snapshot named %q already exists; delete it, or use another name", name)
	case r.MaxSnapshots > 0 && n > r.MaxSnapshots:
		return "", domain.QuotaExceeded(domain.Conflict, "snapshots", n, r.MaxSnapshots, "delete one")
	}
	return name, nil
}

// indexOfSnapshot needs the lock, of either kind.
func (r *Registry) indexOfSnapshot(name string) int {
	return slices.IndexFunc(r.snapshots, func(s snapshot) bool { return s.name == name })
}

func (r *Registry) snapshot(name string) (snapshot, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if i := r.indexOfSnapshot(name); i >= 0 {
		return r.snapshots[i], nil
	}
	return snapshot{}, domain.Errorf(domain.NotFound, "no snapshot named %.64q; list the snapshots to see them", name)
}

// Restore returns the institution to the state of a snapshot, of any institution:
// assessments, time and settings. The time goes on from there.
func (r *Registry) Restore(in *institution.Institution, from institution.Source, name string) error {
	s, err := r.snapshot(name)
	if err != nil {
		return err
	}
	_, err = in.Apply(from, institution.Change{Kind: institution.Restore, Snapshot: name, Blueprint: s.state})
	return err
}

// Snapshots lists the snapshots in the order in which they were saved.
func (r *Registry) Snapshots() []Snapshot {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]Snapshot, len(r.snapshots))
	for i, s := range r.snapshots {
		all[i] = s.describe()
	}
	return all
}

// Snapshot returns the snapshot with the name.
func (r *Registry) Snapshot(name string) (Snapshot, error) {
	s, err := r.snapshot(name)
	if err != nil {
		return Snapshot{}, err
	}
	return s.describe(), nil
}

// DeleteSnapshot deletes the snapshot with the name.
func (r *Registry) DeleteSnapshot(name string) error {
	if _, err := r.snapshot(name); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.snapshots = slices.DeleteFunc(r.snapshots, func(s snapshot) bool { return s.name == name })
	return nil
}

// ExportSnapshot returns a snapshot as a fixture file, with the keys of its
// institution if that still exists.
func (r *Registry) ExportSnapshot(name string) ([]byte, error) {
	s, err := r.snapshot(name)
	if err != nil {
		return nil, err
	}
	var keys []institution.Key
	if in, exists := r.ByID(s.state.Owner.ID); exists {
		keys = in.Keys()
	}
	return r.Config.ExportSnapshot(s.state, keys)
}

// Diff compares two states: snapshots, or institutions as they are now. A snapshot
// takes precedence over an institution of the same name.
func (r *Registry) Diff(a, b string) (institution.Diff, error) {
	factsA, err := r.facts(a)
	if err != nil {
		return institution.Diff{}, err
	}
	factsB, err := r.facts(b)
	if err != nil {
		return institution.Diff{}, err
	}
	return institution.Compare(a, b, factsA, factsB), nil
}

func (r *Registry) facts(ref string) (institution.Facts, error) {
	if s, err := r.snapshot(ref); err == nil {
		return r.SnapshotFacts(s.state)
	}
	in, err := r.Find(ref)
	if err != nil {
		return institution.Facts{}, domain.Errorf(domain.NotFound, "no snapshot is named %.64q, and no institution has that ID or name", ref)
	}
	return in.Facts()
}
