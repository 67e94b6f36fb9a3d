package prove

import "example.com/assay/openapi"

// Expected returns the right result of a proof, without a run.
func Expected(o Options) (*Result, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		return nil, err
	}
	r, err := planned(o, catalogue)
	if err != nil {
		return nil, err
	}
	for i := range r.Reference {
		r.Reference[i].OK = true
	}
	for i, m := range o.Mutants {
		r.Mutants[i] = newMutantRun(m)
		r.Mutants[i].Caught = true
	}
	for i := range r.Surroundings {
		for j, m := range r.Surroundings[i].chosen {
			r.Surroundings[i].Mutants[j] = BehindRun{ID: m.ID, Requirement: m.Requirement, Outcome: Caught}
		}
	}
	r.finish(0)
	return r, nil
}
