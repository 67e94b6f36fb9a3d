package tenant

import (
	"fmt"
	"time"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/store"
)

// blueprintOf makes a blueprint of an institution of the fixtures, and has what
// clients only read certified, once for all that are made from it.
func (r *Registry) blueprintOf(f *fixtures.Institution) (*blueprint, error) {
	b := &blueprint{from: "fixture " + f.Name, owner: f.Institution, region: f.Region}
	b.at, b.frozen = f.Clock.At, f.Clock.Frozen
	err := r.Limits.holds(len(f.Assessments))
	if err != nil {
		return nil, owned(f, err)
	}
	if b.settings, err = r.ownSettings(f.Settings); err != nil {
		return nil, owned(f, err)
	}
	if b.templates, err = catalogue(f.Templates, r.Resources.Template, func(t *domain.Template) string { return t.ID }); err != nil {
		return nil, owned(f, err)
	}
	if b.entities, err = catalogue(f.Entities, r.Resources.Entity, func(e *domain.Entity) string { return e.ID }); err != nil {
		return nil, owned(f, err)
	}
	if b.outcomes, err = catalogue(f.Outcomes, r.Resources.Outcome, func(o *domain.Outcome) string { return o.ID }); err != nil {
		return nil, owned(f, err)
	}
	if b.image, err = store.NewImage(r.origins(f)); err != nil {
		return nil, owned(f, err)
	}
	return b, nil
}

func owned(f *fixtures.Institution, err error) error {
	return fmt.Errorf("institution %s: %w", f.ID, err)
}

// origins returns the assessments of the fixtures, each as a function of the time
// at which an institution begins.
func (r *Registry) origins(f *fixtures.Institution) []store.Origin {
	ids := store.NewIDs(r.Seed, f.ID)
	origins := make([]store.Origin, len(f.Assessments))
	for i, a := range f.Assessments {
		workflow := ids.Make("fixture workflow", uint64(i))
		origins[i] = store.Origin{ID: a.ID(), At: func(start time.Time) domain.Assessment { return a.At(start, workflow) }}
	}
	return origins
}

func catalogue[T any](values []*T, certify func(*T) (contract.Item, error), id func(*T) string) (*store.Catalogue[T], error) {
	c := store.NewCatalogue[T]()
	for _, v := range values {
		item, err := certify(v)
		if err != nil {
			return nil, err
		}
		if err := c.Add(id(v), v, item); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func keysOf(set *fixtures.Set, institution string) []fixtures.Key {
	var keys []fixtures.Key
	for _, k := range set.Keys {
		if k.Institution == institution {
			keys = append(keys, k)
		}
	}
	return keys
}
