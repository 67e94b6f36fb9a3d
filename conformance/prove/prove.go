// Package prove tries the suite on implementations with a known verdict.
//
// The suite must be sound: the mock conforms under every combination of freedoms,
// and behind every gateway. And it must be complete: an assertion of its own
// requirement catches every mutant.
//
// Begin with [Run]; harness.go runs the suite once, result.go judges the outcome.
// Everything runs in one process without sockets, except for [Against], which puts
// mutants in front of a deployment.
package prove

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"example.com/assay/conformance/gateways"
	"example.com/assay/conformance/mutants"
	"example.com/assay/internal/suggest"
	"example.com/assay/openapi"
)

// Options are the extent of a proof. The zero value is a complete proof.
type Options struct {
	// Seed determines all random choices.
	Seed uint64
	// Random is the number of random combinations of freedoms. Default 200;
	// negative: none.
	Random int
	// Reference lists the settings of the reference. Nil: the defaults, each value of
	// each freedom, interacting pairs, and the random combinations.
	Reference []map[string]string
	// Mutants are the broken implementations. Default: all of them.
	Mutants []mutants.Mutant
	// Only names mutants to try alone, without the reference. Empty: all.
	Only []string
	// Gateways names gateways to try alone, without freedoms or mutants in front of
	// the mock itself. Empty: all.
	Gateways []string
	// Sample is the number of mutants behind each gateway. Default 3; negative: all.
	Sample int
	// Pairs is the number of random pairs of gateways. Default 10; negative: none.
	Pairs int
	// Parallel is the number of runs at once. Default 8: runs wait part of their
	// time, so it is above the number of processors.
	Parallel int
	// Version of the program, for the result.
	Version string
	// Progress is called after each run, one call at a time.
	Progress func(Progress)
}

// Progress is the progress of a proof.
type Progress struct {
	Done, Total int
	Name        string // of the last run
	OK          bool   // the verdict was right
}

const (
	defaultRandom   = 200
	defaultSample   = 3
	defaultPairs    = 10
	defaultParallel = 8
)

func (o Options) withDefaults() (Options, error) {
	for field, value := range map[*int]int{&o.Random: defaultRandom, &o.Sample: defaultSample, &o.Pairs: defaultPairs, &o.Parallel: defaultParallel} {
		if *field == 0 {
			*field = value
		}
	}
	if o.Mutants == nil {
		o.Mutants = mutants.All()
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	var err error
	o.Mutants, err = selected(o.Mutants, o.Only, "mutant", func(m mutants.Mutant) string { return m.ID })
	return o, err
}

// selected returns the elements with the IDs, or all without any.
func selected[T any](all []T, ids []string, thing string, idOf func(T) string) ([]T, error) {
	if len(ids) == 0 {
		return all, nil
	}
	var known []string
	for _, v := range all {
		known = append(known, idOf(v))
	}
	var picked []T
	for _, id := range ids {
		i := slices.Index(known, id)
		if i < 0 {
			return nil, &UsageError{fmt.Sprintf("unknown %s %q%s", thing, id, hint(id, known))}
		}
		picked = append(picked, all[i])
	}
	return picked, nil
}

func hint(id string, known []string) string {
	if s := suggest.Hint(id, known); s != "" {
		return s
	}
	return "; assay prove --list names them"
}

// UsageError is an error in the options.
type UsageError struct{ text string }

func (e *UsageError) Error() string { return e.text }

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

// job tries one implementation, and returns its name and whether the verdict was
// right.
type job func(ctx context.Context) (name string, ok bool, err error)

// runAll runs the jobs, several at once, up to the first error.
func runAll(ctx context.Context, jobs []job, parallel int, progress func(Progress)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan job)
	var group sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range parallel {
		group.Go(func() {
			for j := range queue {
				name, ok, err := j(ctx)
				mu.Lock()
				if err != nil {
					cancel(fmt.Errorf("%s: %w", name, err))
				} else {
					done++
					progress(Progress{Done: done, Total: len(jobs), Name: name, OK: ok})
				}
				mu.Unlock()
			}
		})
	}
	for _, j := range jobs {
		select {
		case queue <- j:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(queue)
	group.Wait()
	return context.Cause(ctx)
}
