package tenant

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/store"
)

// Snapshot describes a state that was saved.
type Snapshot struct {
	Name        string    `json:"name"`
	Institution string    `json:"institution_id"` // of which
	At          time.Time `json:"at"`             // by the institution's clock
	Clock       Mode      `json:"clock"`
	Assessments int       `json:"assessments"`
}

// snapshot is a state that was saved. It never changes.
type snapshot struct {
	Snapshot
	blueprint *blueprint
	number    uint64 // the order of saving
}

// Save keeps the state of the institution under a name: its assessments, its time
// and its choices. Without a name, one is made by number.
func (in *Institution) Save(name string) (Snapshot, error) {
	r := in.registry
	r.saving.Lock() // no other lock: whoever asks meanwhile, of whichever institution, need not wait
	defer r.saving.Unlock()
	name, err := r.nameOfSnapshot(name)
	if err != nil {
		return Snapshot{}, err
	}
	s, err := in.capture(name)
	if err != nil {
		return Snapshot{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.saved++
	s.number = r.saved
	r.snapshots[name] = s
	return s.Snapshot, nil
}

// nameOfSnapshot checks a name, or makes one, and sees that there is room.
func (r *Registry) nameOfSnapshot(name string) (string, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if name == "" {
		name = numbered("snapshot", r.saved, func(name string) bool { return r.snapshots[name] != nil })
	}
	if err := checkName("name", name); err != nil {
		return "", err
	}
	switch {
	case r.snapshots[name] != nil:
		return "", domain.Errorf(domain.Conflict, "expected a name of its own, got %q, which a snapshot has: delete that one", name)
	case r.Limits.Snapshots > 0 && len(r.snapshots) >= r.Limits.Snapshots:
		return "", domain.Full(domain.Conflict, "snapshots", r.Limits.Snapshots, "another", "delete one that is not needed any more", "--max-snapshots (Config.MaxSnapshots)")
	}
	return name, nil
}

// capture makes a snapshot of the institution as it is now.
func (in *Institution) capture(name string) (*snapshot, error) {
	made, current := in.both()
	all, now := current.Assessments.All()
	image, err := store.ImageOf(all)
	if err != nil {
		return nil, err
	}
	_, created := current.Assessments.Counts()
	settings := *current.Settings()
	b := *made.blueprint
	b.from = "snapshot " + name
	b.owner = current.Institution
	b.image, b.created = image, created
	b.at, b.frozen, b.settings = now, current.Time.Frozen(), &settings
	s := &snapshot{blueprint: &b}
	s.Snapshot = Snapshot{Name: name, Institution: in.id, At: now, Clock: clockOf(current.Time).Mode, Assessments: len(all)}
	return s, nil
}

// Restore makes the institution what it was when the snapshot was taken, of
// whichever institution: assessments, time and choices. The time goes on from
// where it was, in the mode that it had.
func (in *Institution) Restore(name string) error {
	s, err := in.registry.snapshot(name)
	if err != nil {
		return err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := in.begin(s.blueprint, Options{}); err != nil {
		return err
	}
	in.anew(journal.OperationRestore, journal.Control{Snapshot: name, Words: fmt.Sprintf("made the institution what the snapshot %q has", name)})
	return nil
}

// Snapshots lists the snapshots in the order in which they were taken.
func (r *Registry) Snapshots() []Snapshot {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]*snapshot, 0, len(r.snapshots))
	for _, s := range r.snapshots {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *snapshot) int { return cmp.Compare(a.number, b.number) })
	described := make([]Snapshot, len(all))
	for i, s := range all {
		described[i] = s.Snapshot
	}
	return described
}

// Snapshot describes the snapshot with the name.
func (r *Registry) Snapshot(name string) (Snapshot, error) {
	s, err := r.snapshot(name)
	if err != nil {
		return Snapshot{}, err
	}
	return s.Snapshot, nil
}

// Forget deletes the snapshot with the name.
func (r *Registry) Forget(name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, err := r.snapshotNamed(name); err != nil {
		return err
	}
	delete(r.snapshots, name)
	return nil
}

func (r *Registry) snapshot(name string) (*snapshot, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.snapshotNamed(name)
}

// snapshotNamed needs the lock.
func (r *Registry) snapshotNamed(name string) (*snapshot, error) {
	if s := r.snapshots[name]; s != nil {
		return s, nil
	}
	return nil, domain.Errorf(domain.NotFound, "expected the name of a snapshot, got %.64q: list the snapshots to see them", name)
}
