// Package prove tries the suite on implementations with a known verdict.
//
// The suite must be sound: the mock conforms under every combination of freedoms,
// and behind every gateway. And it must be complete: an assertion of its own
// requirement catches every mutant.
//
// Begin with [Run]; harness.go runs the suite once, runs.go and
// surroundings.go judge a run.
// Everything runs in one process without sockets, except for [Against], which puts
// mutants in front of a deployment.
package prove

import (
	"context"
	"time"

	"example.com/assay/conformance/gateways"
	"example.com/assay/conformance/mutants"
	"example.com/assay/openapi"
)

// Run tries the reference, every gateway and every mutant. It returns an error if
// it could not try all of them.
func Run(ctx context.Context, o Options) (*Result, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	h := &harness{seed: o.Seed}
	if err := h.prepare(); err != nil {
		return nil, err
	}
	r, err := planned(o, catalogue)
	if err != nil {
		return nil, err
	}
	if err := runAll(ctx, r.jobs(h, o), o.Parallel, o.Progress); err != nil {
		return nil, err
	}
	r.finish(time.Since(began))
	return r, nil
}

// planned lists the runs of a proof, without their outcomes.
func planned(o Options, c *openapi.Catalogue) (*Result, error) {
	r := newResult(o, c)
	if len(o.Only) == 0 {
		all, err := selected(gateways.All(), o.Gateways, "gateway", func(g gateways.Gateway) string { return g.ID })
		if err != nil {
			return nil, err
		}
		if o.Reference == nil || len(o.Gateways) > 0 {
			r.Surroundings = o.surroundings(all)
		}
		if len(o.Gateways) == 0 {
			r.Reference = o.references(c)
		}
	}
	if len(o.Gateways) == 0 {
		r.Mutants = make([]MutantRun, len(o.Mutants))
	}
	return r, nil
}

// jobs fill in the runs. Mutants and gateways come first, since some of them wait
// most of their time.
func (r *Result) jobs(h *harness, o Options) []job {
	var jobs []job
	for i := range r.Mutants {
		jobs = append(jobs, func(ctx context.Context) (string, bool, error) {
			var err error
			r.Mutants[i], err = h.mutant(ctx, o.Mutants[i])
			return o.Mutants[i].ID, r.Mutants[i].Caught, err
		})
	}
	for i := range r.Surroundings {
		jobs = append(jobs, r.Surroundings[i].jobs(h)...)
	}
	for i := range r.Reference {
		run := &r.Reference[i]
		jobs = append(jobs, func(ctx context.Context) (string, bool, error) {
			err := h.reference(ctx, uint64(i), run) //nolint:gosec // an index
			return run.Name(), run.OK, err
		})
	}
	return jobs
}

// references lists the runs of the reference without a gateway.
func (o Options) references(c *openapi.Catalogue) []ReferenceRun {
	runs := []ReferenceRun{}
	if o.Reference != nil {
		for _, settings := range o.Reference {
			runs = append(runs, ReferenceRun{Settings: settings, Why: "requested"})
		}
		return runs
	}
	for _, c := range combinations(c, o.Seed, o.Random) {
		runs = append(runs, ReferenceRun{Settings: c.settings, Why: c.why})
	}
	return runs
}

// reference runs the suite on the mock under the settings.
func (h *harness) reference(ctx context.Context, n uint64, run *ReferenceRun) error {
	r, err := h.run(ctx, run.Settings, h.options(n), 0)
	if err != nil {
		return err
	}
	run.judge(r)
	return nil
}

// mutant runs the suite on a mutant of the mock.
func (h *harness) mutant(ctx context.Context, m mutants.Mutant) (MutantRun, error) {
	r, err := h.run(ctx, m.Settings, h.mutantOptions(m), 0, h.wrap(m))
	if err != nil {
		return MutantRun{}, err
	}
	return judged(m, r), nil
}
