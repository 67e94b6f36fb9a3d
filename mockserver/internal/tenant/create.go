package tenant

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/store"
)

// Options say how an institution is to begin. The zero value makes one of the
// first institution of the fixtures, with the server's clock and choices.
type Options struct {
	// Name is the name. The ID and the key are made from it and the seed, so that
	// whoever uses the same name gets the same ones, whatever others do at the same
	// time. Empty: one is made by number.
	Name string `json:"name,omitempty"`
	// Fixture is the ID or the name of the institution of the fixtures to copy;
	// empty: the first.
	Fixture string `json:"fixture,omitempty"`
	// Snapshot is the name of the snapshot to copy, instead of fixtures.
	Snapshot string `json:"snapshot,omitempty"`
	// Empty leaves the assessments out, and keeps the rest.
	Empty bool `json:"empty,omitempty"`
	// Clock is how the time begins.
	Clock ClockOptions `json:"clock,omitzero"`
	// Settings choose values of freedoms; what is not named is as the server's.
	Settings map[string]string `json:"settings,omitempty"`
	// Awkward varies every freedom that Settings do not name.
	Awkward bool `json:"awkward,omitempty"`
}

// ClockOptions say how the time of an institution begins.
type ClockOptions struct {
	// Mode is real or frozen; empty: real, or as it was in the snapshot.
	Mode Mode `json:"mode,omitempty"`
	// At is the time to begin at; zero: the server's, or that of the snapshot.
	At time.Time `json:"at,omitzero"`
}

const (
	maxName = 64
	hexKey  = 16 // bytes of a key
)

var namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._-]*$`)

func checkName(what, name string) error {
	if len(name) > maxName || !namePattern.MatchString(name) {
		return domain.Errorf(domain.BadRequest, "%s: expected 1 to %d letters, digits, spaces, dots, dashes and underscores, a letter or digit first, got %.64q", what, maxName, name)
	}
	return nil
}

// Create makes an institution with a key of its own. It takes no longer if what
// it is made from holds more.
func (r *Registry) Create(o Options) (*Institution, error) {
	r.creating.Lock()
	defer r.creating.Unlock()
	b, err := r.choose(o)
	if err != nil {
		return nil, err
	}
	name, err := r.nameFor(o.Name)
	if err != nil {
		return nil, err
	}
	if o.Empty {
		bare := *b
		bare.image = &store.Image{}
		b = &bare
	}
	id := store.NewIDs(r.Seed, "").Make("institution "+name, 0)
	if _, taken := r.ByID(id); taken {
		return nil, domain.Errorf(domain.Conflict, "expected a name of its own, got %q, which an institution has: delete or reset that one", name)
	}
	key := fixtures.Key{Value: r.keyFor(name), Institution: id, Region: b.region}
	return r.add(b, id, name, []fixtures.Key{key}, o)
}

// nameFor checks a name, or makes one, and sees that there is room.
func (r *Registry) nameFor(name string) (string, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if err := r.Limits.takes(len(r.byID) + 1); err != nil {
		return "", err
	}
	if name == "" {
		return fmt.Sprintf("institution-%d", r.made+1), nil
	}
	if err := checkName("name", name); err != nil {
		return "", err
	}
	for _, in := range r.byID {
		if in.name == name {
			return "", domain.Errorf(domain.Conflict, "expected a name of its own, got %q, which an institution has: delete or reset that one", name)
		}
	}
	return name, nil
}

// keyFor makes the key of an institution from the seed and its name.
func (r *Registry) keyFor(name string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d key %s", r.Seed, name))
	return "key_" + hex.EncodeToString(sum[:hexKey])
}

// choose finds what an institution is to be made from.
func (r *Registry) choose(o Options) (*blueprint, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	switch {
	case o.Snapshot != "" && (o.Fixture != "" || o.Empty):
		return nil, domain.Errorf(domain.BadRequest, "expected either a snapshot or a fixture, got both")
	case o.Snapshot != "":
		s, err := r.snapshotNamed(o.Snapshot)
		if err != nil {
			return nil, err
		}
		return s.blueprint, nil
	case o.Fixture == "":
		return r.fixtures[0], nil
	}
	for _, b := range r.fixtures {
		if b.owner.ID == o.Fixture || b.owner.Name == o.Fixture {
			return b, nil
		}
	}
	return nil, domain.Errorf(domain.NotFound, "fixture: expected the ID or the name of an institution of the fixtures, got %.64q", o.Fixture)
}

// make makes the state of an institution.
func (r *Registry) make(b *blueprint, id, name string, o Options) (*store.Institution, error) {
	settings, err := r.settingsFor(b, id, o)
	if err != nil {
		return nil, err
	}
	timeline, err := r.timelineFor(b, o.Clock)
	if err != nil {
		return nil, err
	}
	owner := b.owner
	owner.ID, owner.Name = id, name
	in := &store.Institution{
		Institution: owner, Templates: b.templates, Entities: b.entities, Outcomes: b.outcomes,
		IDs: store.NewIDs(r.Seed, id), Time: timeline,
	}
	in.Assessments = store.NewMemory(timeline, r.Seed, r.Resources.Assessment, store.Beginning{
		Image: b.image, Institution: id, Created: b.created, Most: r.Limits.Assessments,
	})
	in.SetSettings(*settings)
	return in, nil
}
