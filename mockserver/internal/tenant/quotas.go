package tenant

import (
	"strconv"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/journal"
)

// Limits say how much a registry takes. A quota of 0 is none.
type Limits struct {
	Institutions int // at once, those of the fixtures included
	Assessments  int // in one institution
	Snapshots    int // at once
	Journal      journal.Limits
}

// DefaultLimits are far more than tests need, and keep a runaway loop from
// taking the memory.
func DefaultLimits() Limits {
	return Limits{Institutions: 1_000, Assessments: 100_000, Snapshots: 100, Journal: journal.DefaultLimits()}
}

// takes refuses so many institutions at once.
func (l Limits) takes(institutions int) error {
	if l.Institutions == 0 || institutions <= l.Institutions {
		return nil
	}
	return domain.Full(domain.Conflict, "institutions", l.Institutions, strconv.Itoa(institutions), "delete what is not needed any more", "--max-institutions (Config.MaxInstitutions)")
}

// holds refuses an institution that begins with so many assessments.
func (l Limits) holds(assessments int) error {
	if l.Assessments == 0 || assessments <= l.Assessments {
		return nil
	}
	return domain.Full(domain.Unprocessable, "assessments", l.Assessments, strconv.Itoa(assessments)+" in one institution", "leave some out", "--max-assessments (Config.MaxAssessments)")
}

// Quota is how much there may be of something, and how much there is.
type Quota struct {
	Limit int `json:"limit"`
	Used  int `json:"used"`
}

// Quotas say how full a registry is.
type Quotas struct {
	Institutions Quota `json:"institutions"`
	Assessments  Quota `json:"assessments"` // in one institution; used: by the one that has most
	Snapshots    Quota `json:"snapshots"`
}

// Quotas returns how full the registry is.
func (r *Registry) Quotas() Quotas {
	all := r.List()
	most := 0
	for _, in := range all {
		there, _ := in.current.Load().Assessments.Counts()
		most = max(most, there)
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return Quotas{
		Institutions: Quota{r.Limits.Institutions, len(all)},
		Assessments:  Quota{r.Limits.Assessments, most},
		Snapshots:    Quota{r.Limits.Snapshots, len(r.snapshots)},
	}
}
