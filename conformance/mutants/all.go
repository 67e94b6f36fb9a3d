package mutants

import "slices"

// All returns every mutant, in the order of the capabilities.
func All() []Mutant {
	return slices.Concat(
		cancelMutants(), cancelledMutants(), finalityMutants(), retrieveMutants(), listMutants(),
		authenticateMutants(), tenantMutants(), createMutants(), lookupMutants(), taskMutants(), auditMutants(), negativeMutants(),
	)
}

// Find returns the mutant with the ID, and whether it exists.
func Find(id string) (Mutant, bool) {
	all := All()
	i := slices.IndexFunc(all, func(m Mutant) bool { return m.ID == id })
	if i < 0 {
		return Mutant{}, false
	}
	return all[i], true
}
