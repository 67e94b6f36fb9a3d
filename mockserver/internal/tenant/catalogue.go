package tenant

import "example.com/assay/mockserver/internal/domain"

// Catalogue is what the assessments of an institution refer to.
type Catalogue struct {
	Templates []Named `json:"templates"`
	Entities  []Named `json:"entities"`
	Outcomes  []Named `json:"outcomes"`
}

// Catalogue returns what the assessments of the institution refer to.
func (in *Institution) Catalogue() Catalogue {
	current := in.current.Load()
	return Catalogue{
		Templates: names(current.Templates.Values(), func(t *domain.Template) Named { return Named{t.ID, t.Name} }),
		Entities:  names(current.Entities.Values(), func(e *domain.Entity) Named { return Named{e.ID, e.Name} }),
		Outcomes:  names(current.Outcomes.Values(), func(o *domain.Outcome) Named { return Named{o.ID, o.Name} }),
	}
}

func names[T any](values []*T, name func(*T) Named) []Named {
	all := make([]Named, len(values))
	for i, v := range values {
		all[i] = name(v)
	}
	return all
}

// Fixtures returns the names of the institutions of the fixtures.
func (r *Registry) Fixtures() []string {
	all := []string{}
	for _, b := range r.fixtures {
		all = append(all, b.owner.Name)
	}
	return all
}
