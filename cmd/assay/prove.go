package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/conformance"
	"example.com/assay/conformance/mutants"
	"example.com/assay/conformance/prove"
)

// proveOptions is what the flags of assay prove say.
type proveOptions struct {
	targetOptions

	against string
	random  int
	atOnce  int
	only    config.List
	report  string
	list    bool
}

func (o *proveOptions) flags() *config.Flags {
	f := config.NewFlags("prove")
	f.Group("What is tried")
	f.IntVar(&o.random, "random", 200, "how many random combinations of what the documentation leaves open the mock must conform under; 0: none")
	f.Var(&o.only, "only-mutant", "try this mutant only, and not the mock itself; an `ID`")
	f.BoolVar(&o.list, "list", false, "show the mutants, and try none")
	f.IntVar(&o.atOnce, "at-once", 8, "how many implementations are tried at once; not with --against")
	f.Group("What comes out")
	f.StringVar(&o.report, "report", "text", "what to write, with commas between them, as `FORMAT[:FILE]`:\n"+strings.Join(prove.Formats(), ", ")+"; - for a file is standard output")
	f.Group("A deployment to put the mutants before")
	f.StringVar(&o.against, "against", "", "put the mutants that a proxy can make before the deployment with this base `URL`, rather than in the mock")
	o.register(f)
	return f
}

// runProve shows that the suite raises no false alarm, and misses nothing.
func runProve(ctx context.Context, p *process, args []string) (int, error) {
	o := &proveOptions{}
	if done, err := p.parse(o.flags(), args); done || err != nil {
		return usageIf(err), err
	}
	if o.list {
		return listMutants(p.stdout)
	}
	outputs, err := parseProofOutputs(o.report)
	if err == nil {
		err = o.check()
	}
	if err != nil {
		return exitUsage, err
	}
	r, code, err := o.prove(ctx, p)
	if err != nil {
		return code, err
	}
	summary := func(w io.Writer) error { return prove.Write(w, "markdown", r) }
	if err := errors.Join(outputs.write(p.stdout, r), githubSummary(p, summary)); err != nil {
		return exitCouldNotRun, err
	}
	if !r.OK {
		return exitNonconforms, nil
	}
	return exitOK, nil
}

// check refuses flags that contradict each other.
func (o *proveOptions) check() error {
	if o.random < 0 || o.atOnce < 1 {
		return fmt.Errorf("--random and --at-once: expected 0 or more and 1 or more, got %d and %d", o.random, o.atOnce)
	}
	if o.baseURL != "" {
		return fmt.Errorf("--base-url: expected the deployment's URL in --against, got it here; without --against, the mutants are made of the mock")
	}
	o.baseURL = o.against
	return nil
}

// gcPercent has the memory of hundreds of short runs collected less often, which
// saves a tenth of the time.
const gcPercent = 200

// prove makes the proof. The error comes with its exit code.
func (o *proveOptions) prove(ctx context.Context, p *process) (*prove.Result, int, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	opts := prove.Options{Seed: o.seed, Random: o.random, Only: o.only, Parallel: o.atOnce, Version: version, Progress: newProofProgress(p).show}
	if o.random == 0 {
		opts.Random = -1
	}
	var r *prove.Result
	var err error
	if o.against != "" {
		r, err = o.proveAgainst(ctx, p, opts)
	} else {
		r, err = prove.Run(ctx, opts)
	}
	return r, proveCode(err), err
}

func (o *proveOptions) proveAgainst(ctx context.Context, p *process, opts prove.Options) (*prove.Result, error) {
	target, targetErr := o.target(p)
	suite, suiteErr := o.options()
	if err := errors.Join(targetErr, suiteErr); err != nil {
		return nil, &usageError{err}
	}
	return prove.Against(ctx, target, suite, opts)
}

// usageError is an error for which the flags are to blame.
type usageError struct{ error }

func proveCode(err error) int {
	var flags *usageError
	var suite *conformance.UsageError
	var proof *prove.UsageError
	var unfit *prove.UnfitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &flags), errors.As(err, &suite), errors.As(err, &proof):
		return exitUsage
	case errors.As(err, &unfit):
		return verdictCode(unfit.Report.Verdict)
	}
	return exitCouldNotRun
}

// listMutants shows what there is to try.
func listMutants(w io.Writer) (int, error) {
	all := mutants.All()
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, m := range all {
		kind := ""
		if m.Sneaky {
			kind = "sneaky"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", m.Requirement, m.ID, kind, m.How)
	}
	if err := table.Flush(); err != nil {
		return exitCouldNotRun, err
	}
	fmt.Fprintf(w, "\n%d mutants\n", len(all))
	return exitOK, nil
}
