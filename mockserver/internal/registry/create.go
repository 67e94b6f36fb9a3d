package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/store"
)

// Options say how an institution begins. The zero value stands for a copy of the
// first institution of the fixtures, with the server's clock and settings.
type Options struct {
	// Name is the name; default: a numbered one. The ID and the key follow from the
	// name and the seed alone.
	Name string `json:"name,omitempty"`
	// Fixture is the ID or the name of the institution of the fixtures to copy;
	// default: the first one, or the only one of Fixtures.
	Fixture string `json:"fixture,omitempty"`
	// Fixtures is the content of a fixture file, in YAML or JSON, that replaces the
	// server's. No file is opened.
	Fixtures string `json:"fixtures,omitempty"`
	// FixturesName is the name of Fixtures in messages, as in "mine.yaml:12: ...";
	// default: fixtures.
	FixturesName string `json:"fixtures_name,omitempty"`
	// Keep takes the ID, the name and the keys from Fixtures: an exported institution
	// comes back as it was.
	Keep bool `json:"keep,omitempty"`
	// Snapshot is the name of a snapshot to copy, in place of fixtures.
	Snapshot string `json:"snapshot,omitempty"`
	// Empty leaves the assessments out.
	Empty bool `json:"empty,omitempty"`
	// Clock is how the time begins.
	Clock institution.ClockOptions `json:"clock,omitzero"`
	// Settings are values of freedoms; default: the server's.
	Settings map[string]string `json:"settings,omitempty"`
	// Awkward varies each freedom that Settings do not name.
	Awkward bool `json:"awkward,omitempty"`
}

// Create creates an institution with a key of its own. From a snapshot or a fixture
// of the server, it takes constant time.
func (r *Registry) Create(o Options) (*institution.Institution, error) {
	given, err := r.readInput(o) // may take long, so before the lock
	if err != nil {
		return nil, err
	}
	r.creating.Lock()
	defer r.creating.Unlock()
	b := given.blueprint
	if b == nil {
		if b, err = r.choose(o); err != nil {
			return nil, err
		}
	}
	if o.Empty {
		empty := *b
		empty.Baseline = &store.Baseline{}
		b = &empty
	}
	id, origin, err := r.identify(o, b, given.keys)
	if err != nil {
		return nil, err
	}
	in, err := institution.New(&r.Config.Config, id, origin)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Keys.Swap(nil, r.add(in))
	return in, nil
}

// choose returns the blueprint that the options name.
func (r *Registry) choose(o Options) (*institution.Blueprint, error) {
	if o.Snapshot != "" {
		s, err := r.snapshot(o.Snapshot)
		return s.state, err
	}
	for _, b := range r.fixtures.blueprints {
		if o.Fixture == "" || b.Owner.ID == o.Fixture || b.Owner.Name == o.Fixture {
			return b, nil
		}
	}
	return nil, domain.Errorf(domain.NotFound, "fixture: no institution %.64q in the fixtures", o.Fixture)
}

// identify returns an ID and an origin that are not in use, and checks the quota.
func (r *Registry) identify(o Options, b *institution.Blueprint, given []institution.Key) (string, *institution.Origin, error) {
	others := r.List()
	if err := r.checkCount(len(others) + 1); err != nil {
		return "", nil, err
	}
	id, origin := b.Owner.ID, &institution.Origin{
		Name: b.Owner.Name, Keys: given, Blueprint: b,
		Start: institution.Start{Clock: o.Clock, Settings: o.Settings, Awkward: o.Awkward},
	}
	if !o.Keep {
		name, err := r.nameFor(o.Name, others)
		if err != nil {
			return "", nil, err
		}
		id = store.NewIDs(r.Seed, "").Make("institution "+name, 0)
		origin.Name, origin.Keys = name, []institution.Key{{Value: r.keyFor(name), Region: b.Region}}
	}
	return id, origin, checkFree(id, origin, others)
}

// checkFree returns an error if an institution has the name, the ID or a key.
func checkFree(id string, origin *institution.Origin, others []*institution.Institution) error {
	for _, in := range others {
		if in.Name() == origin.Name {
			return domain.Errorf(domain.Conflict, "an institution named %q already exists; delete or reset it", origin.Name)
		}
		if in.ID() == id {
			return domain.Errorf(domain.Conflict, "the institution %q already has the ID %s; delete it, or leave keep out for a new ID", in.Name(), id)
		}
		for _, k := range origin.Keys {
			if hasKey(in, k.Value) {
				return domain.Errorf(domain.Conflict, "the institution %q already has one of the keys; delete it, or leave keep out for a new key", in.Name())
			}
		}
	}
	return nil
}

// nameFor checks a name, or makes one.
func (r *Registry) nameFor(name string, others []*institution.Institution) (string, error) {
	if name != "" {
		return name, checkName(name)
	}
	taken := map[string]bool{}
	for _, in := range others {
		taken[in.Name()] = true
	}
	return numbered("institution", r.created, func(name string) bool { return taken[name] }), nil
}

// numbered returns a name with the next number that is free.
func numbered(kind string, count uint64, taken func(name string) bool) string {
	for {
		count++
		if name := fmt.Sprintf("%s-%d", kind, count); !taken(name) {
			return name
		}
	}
}

const maxName = 64

var namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._-]*$`)

func checkName(name string) error {
	if len(name) > maxName || !namePattern.MatchString(name) {
		return domain.Errorf(domain.BadRequest, "name: invalid name %.64q; use 1 to %d letters, digits, spaces, dots, dashes and underscores, a letter or digit first", name, maxName)
	}
	return nil
}

// keyFor returns the key of an institution, which follows from the seed and the name.
func (r *Registry) keyFor(name string) string {
	const size = 16 // bytes
	sum := sha256.Sum256(fmt.Appendf(nil, "%d key %s", r.Seed, name))
	return "key_" + hex.EncodeToString(sum[:size])
}
