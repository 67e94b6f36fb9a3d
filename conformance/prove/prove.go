// Package prove shows that the suite's verdict can be trusted, by trying it on
// implementations of which the right verdict is known.
//
// The verdict must be sound: the mock, which keeps every requirement, conforms
// however it uses what the documentation leaves open. And it must be complete:
// every mutant, which breaks one requirement, is found out by an assertion of that
// very requirement.
//
// Everything runs in one process and opens no socket, but for [Against], which
// puts the mutants that a proxy can make before a deployment.
package prove

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"example.com/assay/conformance/mutants"
	"example.com/assay/conformance/report"
	"example.com/assay/openapi"
)

// Options say what to try. The zero value is a complete proof.
type Options struct {
	// Seed determines the random combinations of freedoms, and all that is random
	// in a run of the suite.
	Seed uint64
	// Random is how many random combinations of freedoms are tried. Default 200;
	// negative: none.
	Random int
	// Reference lists the settings that the reference is tried under. Nil: the
	// defaults, each value of each freedom, pairs of them, and the random ones.
	Reference []map[string]string
	// Mutants are the broken implementations to try. Default: all of them.
	Mutants []mutants.Mutant
	// Only names the mutants to try, and leaves the reference out. Empty: all.
	Only []string
	// Parallel is how many implementations are tried at once. Default 8: the suite
	// spends part of its time waiting, so it is more than there are processors.
	Parallel int
	// Version of the program, for the result.
	Version string
	// Progress is told of each implementation as it has been tried, from one
	// goroutine at a time.
	Progress func(Progress)
}

// Progress is how far a proof is.
type Progress struct {
	Done, Total int
	Name        string // of what was tried last
	OK          bool   // the verdict was the right one
}

const (
	defaultRandom   = 200
	defaultParallel = 8
)

func (o Options) withDefaults() (Options, error) {
	if o.Random == 0 {
		o.Random = defaultRandom
	}
	if o.Parallel <= 0 {
		o.Parallel = defaultParallel
	}
	if o.Mutants == nil {
		o.Mutants = mutants.All()
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	var err error
	o.Mutants, err = selected(o.Mutants, o.Only)
	return o, err
}

// selected picks the mutants with the IDs. One that is not there is an error.
func selected(all []mutants.Mutant, ids []string) ([]mutants.Mutant, error) {
	if len(ids) == 0 {
		return all, nil
	}
	byID := map[string]mutants.Mutant{}
	for _, m := range all {
		byID[m.ID] = m
	}
	var picked []mutants.Mutant
	for _, id := range ids {
		m, known := byID[id]
		if !known {
			return nil, &UsageError{fmt.Sprintf("expected the ID of a mutant, got %q; assay prove --list names them", id)}
		}
		picked = append(picked, m)
	}
	return picked, nil
}

// UsageError says that a proof was asked for wrongly.
type UsageError struct{ text string }

func (e *UsageError) Error() string { return e.text }

// Run tries the reference under many settings, and every mutant. The error says
// that the proof could not be made; whether it holds is for the result to say.
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
	lab := &laboratory{seed: o.Seed}
	if err := lab.prepare(); err != nil {
		return nil, err
	}
	r := newResult(o, catalogue)
	if len(o.Only) == 0 {
		r.Reference = o.references(catalogue)
	}
	r.Mutants = make([]MutantRun, len(o.Mutants))
	jobs := slices.Concat(lab.mutantJobs(o.Mutants, r.Mutants), lab.referenceJobs(r.Reference))
	if err := runAll(ctx, jobs, o.Parallel, o.Progress); err != nil {
		return nil, err
	}
	r.finish(time.Since(began))
	return r, nil
}

// mutantJobs fill in a run for each mutant. They come first, because some of them
// wait for most of their time.
func (l *laboratory) mutantJobs(all []mutants.Mutant, into []MutantRun) []job {
	var jobs []job
	for i, m := range all {
		jobs = append(jobs, func(ctx context.Context) (string, bool, error) {
			var err error
			into[i], err = l.mutant(ctx, m)
			return m.ID, into[i].Caught, err
		})
	}
	return jobs
}

// referenceJobs carry out the runs of the reference, each with a seed of its own.
func (l *laboratory) referenceJobs(runs []ReferenceRun) []job {
	var jobs []job
	number := uint64(0)
	for i := range runs {
		run, n := &runs[i], number
		number++
		jobs = append(jobs, func(ctx context.Context) (string, bool, error) {
			err := l.reference(ctx, n, run)
			return run.Name(), run.OK, err
		})
	}
	return jobs
}

// references lists the runs of the reference to make.
func (o Options) references(c *openapi.Catalogue) []ReferenceRun {
	runs := []ReferenceRun{}
	if o.Reference != nil {
		for _, settings := range o.Reference {
			runs = append(runs, ReferenceRun{Settings: settings, Why: "it was asked for"})
		}
		return runs
	}
	for _, c := range combinations(c, o.Seed, o.Random) {
		runs = append(runs, ReferenceRun{Settings: c.settings, Why: c.why})
	}
	return runs
}

// job tries one implementation, and says its name and whether the verdict was the
// right one.
type job func(ctx context.Context) (name string, ok bool, err error)

// runAll does the jobs, several at once. The first error ends it.
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

// blames reports whether an assertion of the requirement failed in the scenario.
func blames(sc report.Scenario, requirement string) bool {
	if sc.Outcome != report.Failed {
		return false
	}
	for _, f := range sc.Failures {
		if f.Requirement == requirement {
			return true
		}
	}
	return false
}
