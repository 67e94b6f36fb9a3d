package mockserver

import (
	"fmt"

	"example.com/assay/mockserver/internal/api"
	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/store"
)

// builder makes institutions from fixtures.
type builder struct {
	resources api.Resources
	settings  freedoms.Settings
	seed      uint64
	clock     Clock
}

// fill puts everything of the fixtures where the API looks for it.
func (b *builder) fill(set *fixtures.Set, keys *auth.Keys, institutions *store.Institutions) error {
	for _, f := range set.Institutions {
		in, err := b.institution(f)
		if err != nil {
			return fmt.Errorf("institution %s: %w", f.ID, err)
		}
		if err := institutions.Add(in); err != nil {
			return err
		}
	}
	for _, k := range set.Keys {
		key := auth.Key{Institution: k.Institution, Region: k.Region, Allow: k.Allow, Revoked: k.Revoked}
		if err := keys.Add(k.Value, key); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) institution(f *fixtures.Institution) (*store.Institution, error) {
	timeline := store.NewTimeline(b.clock.Now)
	in := &store.Institution{Institution: f.Institution, IDs: store.NewIDs(b.seed, f.ID)}
	in.Assessments = store.NewMemory(timeline, b.seed, b.resources.Assessment, store.Beginning{})
	in.SetSettings(b.settings)
	var err error
	if in.Templates, err = catalogue(f.Templates, b.resources.Template, func(t *domain.Template) string { return t.ID }); err != nil {
		return nil, err
	}
	if in.Entities, err = catalogue(f.Entities, b.resources.Entity, func(e *domain.Entity) string { return e.ID }); err != nil {
		return nil, err
	}
	if in.Outcomes, err = catalogue(f.Outcomes, b.resources.Outcome, func(o *domain.Outcome) string { return o.ID }); err != nil {
		return nil, err
	}
	now := timeline.Now()
	for i, a := range f.Assessments {
		workflow := in.IDs.Make("fixture workflow", uint64(i))
		if err := in.Assessments.Add(a.At(now, workflow)); err != nil {
			return nil, err
		}
	}
	return in, nil
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
