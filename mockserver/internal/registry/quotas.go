package registry

import "example.com/assay/mockserver/internal/domain"

// Quota is a limit, and how much of it is used.
type Quota struct {
	Limit int `json:"limit"`
	Used  int `json:"used"`
}

// Quotas are the quotas of a registry.
type Quotas struct {
	Institutions Quota `json:"institutions"`
	Assessments  Quota `json:"assessments"` // of each institution; used: by the largest one
	Snapshots    Quota `json:"snapshots"`
}

// Quotas returns the quotas.
func (r *Registry) Quotas() Quotas {
	all := r.List()
	largest := 0
	for _, in := range all {
		count, _ := in.State().Assessments.Counts()
		largest = max(largest, count)
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return Quotas{
		Institutions: Quota{r.MaxInstitutions, len(all)},
		Assessments:  Quota{r.MaxAssessments, largest},
		Snapshots:    Quota{r.MaxSnapshots, len(r.snapshots)},
	}
}

// checkCount refuses more institutions than the quota allows.
func (r *Registry) checkCount(institutions int) error {
	if r.MaxInstitutions == 0 || institutions <= r.MaxInstitutions {
		return nil
	}
	return domain.QuotaExceeded(domain.Conflict, "institutions", institutions, r.MaxInstitutions, "delete one")
}
