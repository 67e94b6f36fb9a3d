package tenant

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/freedoms"
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
	// empty: the first, or the only one of Fixtures.
	Fixture string `json:"fixture,omitempty"`
	// Fixtures is the content of a fixture file, in YAML or JSON, to take the place of
	// the server's. No file is opened.
	Fixtures string `json:"fixtures,omitempty"`
	// FixturesName is what messages about Fixtures call it, as in "mine.yaml:12: ...";
	// empty: fixtures.
	FixturesName string `json:"fixtures_name,omitempty"`
	// Keep takes the ID, the name and the keys, too, as Fixtures have them, instead of
	// making new ones: an exported institution comes back as it was.
	Keep bool `json:"keep,omitempty"`
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

// Create makes an institution with a key of its own. It takes no longer if the
// snapshot, or the fixture of the server, that it is made from holds more.
func (r *Registry) Create(o Options) (*Institution, error) {
	given, err := r.given(o) // what takes long, before anybody has to wait
	if err != nil {
		return nil, err
	}
	o.Fixtures = "" // it is not needed any more, and may be large
	r.creating.Lock()
	defer r.creating.Unlock()
	b := given.blueprint
	if b == nil {
		if b, err = r.choose(o); err != nil {
			return nil, err
		}
	}
	if o.Empty {
		bare := *b
		bare.image = &store.Image{}
		b = &bare
	}
	who, err := r.identify(o, b, given)
	if err != nil {
		return nil, err
	}
	return r.add(b, who.id, who.name, who.keys, o)
}

// identity is what tells an institution from the others.
type identity struct {
	id, name string
	keys     []fixtures.Key
}

// identify finds an unused identity, and checks the quota.
func (r *Registry) identify(o Options, b *blueprint, given document) (identity, error) {
	if err := r.room(); err != nil {
		return identity{}, err
	}
	if o.Keep {
		who := identity{b.owner.ID, b.owner.Name, given.keys}
		return who, r.checkIdentity(who)
	}
	name, err := r.nameFor(o.Name)
	if err != nil {
		return identity{}, err
	}
	id := store.NewIDs(r.Seed, "").Make("institution "+name, 0)
	who := identity{id, name, []fixtures.Key{{Value: r.keyFor(name), Institution: id, Region: b.region}}}
	return who, r.checkIdentity(who)
}

func (r *Registry) room() error {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.Limits.takes(len(r.byID) + 1)
}

// checkIdentity sees that no institution has the name, the ID or a key.
func (r *Registry) checkIdentity(who identity) error {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, in := range r.byID {
		if in.Name() == who.name {
			return domain.Errorf(domain.Conflict, "expected a name of its own, got %q, which an institution has: delete or reset that one", who.name)
		}
		if in.id == who.id {
			return domain.Errorf(domain.Conflict, "expected an ID of its own, got %s, which the institution %q has: delete that one, or leave keep out for a new ID", who.id, in.Name())
		}
		for _, k := range who.keys {
			if in.hasKey(k.Value) {
				return domain.Errorf(domain.Conflict, "expected keys of its own, got one that the institution %q has: delete that one, or leave keep out for a new key", in.Name())
			}
		}
	}
	return nil
}

// numbered makes a name by the number of those that were made so far, or by the
// next one that nobody has taken for a name of his own.
func numbered(kind string, made uint64, taken func(name string) bool) string {
	for {
		made++
		if name := fmt.Sprintf("%s-%d", kind, made); !taken(name) {
			return name
		}
	}
}

// nameFor checks a name, or makes one.
func (r *Registry) nameFor(name string) (string, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if name == "" {
		return numbered("institution", r.made, func(name string) bool {
			for _, in := range r.byID {
				if in.Name() == name {
					return true
				}
			}
			return false
		}), nil
	}
	if err := checkName("name", name); err != nil {
		return "", err
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
	return r.assemble(b, id, name, timeline, *settings, b.created), nil
}

// assemble puts the state of an institution together. So many creations are
// counted already.
func (r *Registry) assemble(b *blueprint, id, name string, timeline *store.Timeline, settings freedoms.Settings, created uint64) *store.Institution {
	owner := b.owner
	owner.ID, owner.Name = id, name
	in := &store.Institution{
		Institution: owner, Templates: b.templates, Entities: b.entities, Outcomes: b.outcomes,
		IDs: store.NewIDs(r.Seed, id), Time: timeline,
	}
	in.Assessments = store.NewMemory(timeline, r.Seed, r.Resources.Assessment, store.Beginning{
		Image: b.image, Institution: id, Created: created, Most: r.Limits.Assessments,
	})
	in.SetSettings(settings)
	return in
}
