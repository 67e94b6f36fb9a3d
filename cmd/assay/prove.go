package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/assay/conformance"
	"example.com/assay/conformance/gateways"
	"example.com/assay/conformance/mutants"
	"example.com/assay/conformance/prove"
	"example.com/assay/conformance/report"
)

// proveOptions is the flags of assay prove.
type proveOptions struct {
	targetOptions

	combinations int
	mutants      []string
	gateways     []string
	sample       int
	pairs        int
	jobs         int
	reports      []string
	quiet        bool
	list         bool
}

func newProve(p *process) *cobra.Command {
	o := &proveOptions{}
	cmd := newCommand(p, "prove", "Prove that verify raises no false alarm and misses nothing", func(ctx context.Context, _ []string) error {
		if o.list {
			return listTrials(p.stdout)
		}
		return o.run(ctx, p)
	})
	o.register(cmd.Flags())
	completeFlag(cmd, "mutant", mutantIDs)
	completeFlag(cmd, "gateway", gatewayIDs)
	completeFlag(cmd, "report", prove.Formats)
	return cmd
}

func mutantIDs() []string {
	var ids []string
	for _, m := range mutants.All() {
		ids = append(ids, m.ID)
	}
	return ids
}

func gatewayIDs() []string {
	var ids []string
	for _, g := range gateways.All() {
		ids = append(ids, g.ID)
	}
	return ids
}

func (o *proveOptions) register(flags *pflag.FlagSet) {
	group(flags, "Extent", func(f *pflag.FlagSet) {
		f.IntVar(&o.combinations, "combinations", 200, "random combinations of freedoms under which the mock must conform; 0: none")
		f.StringArrayVar(&o.mutants, "mutant", nil, "try only the mutant with this `ID`, and not the mock itself")
		f.StringArrayVar(&o.gateways, "gateway", nil, "try only the gateway with this `ID`, with mutants behind it")
		f.IntVar(&o.sample, "sample", 3, "mutants to try behind each gateway; 0: all, which takes minutes")
		f.IntVar(&o.pairs, "pairs", 10, "random pairs of gateways")
		f.BoolVar(&o.list, "list", false, "list the mutants and gateways without trying them")
		f.IntVar(&o.jobs, "jobs", 8, "implementations to try at once; ignored with --against")
	})
	group(flags, "Output", func(f *pflag.FlagSet) {
		f.StringArrayVar(&o.reports, "report", []string{"text"}, reportUsage(prove.Formats()))
		f.BoolVar(&o.quiet, "quiet", false, quietUsage)
	})
	o.targetOptions.register(flags, "against", "try the mutants as a proxy in front of the deployment with this base `URL`, not in the mock")
}

func (o *proveOptions) run(ctx context.Context, p *process) error {
	outputs, err := parseOutputs(o.reports, prove.Formats())
	if err := errors.Join(err, o.check()); err != nil {
		return usageError(err)
	}
	r, err := o.prove(ctx, p)
	if err != nil {
		return proveError(err)
	}
	write := func(w io.Writer, output report.Output) error { return prove.Write(w, output.Format, r) }
	summary := func(w io.Writer) error { return prove.Write(w, "markdown", r) }
	if err := errors.Join(outputs.WriteEach(p.stdout, write), githubSummary(p, summary)); err != nil {
		return err
	}
	if !r.OK {
		return exitError(exitNonconforms)
	}
	return nil
}

func (o *proveOptions) check() error {
	if o.combinations < 0 {
		return fmt.Errorf("--combinations: invalid value %d; use 0 or more", o.combinations)
	}
	if o.sample < 0 {
		return fmt.Errorf("--sample: invalid value %d; use 0 or more", o.sample)
	}
	if o.pairs < 0 {
		return fmt.Errorf("--pairs: invalid value %d; use 0 or more", o.pairs)
	}
	if o.jobs < 1 {
		return fmt.Errorf("--jobs: invalid value %d; use 1 or more", o.jobs)
	}
	return nil
}

// gcPercent makes the garbage of hundreds of short runs wait longer, which saves a
// tenth of the time.
const gcPercent = 200

func (o *proveOptions) prove(ctx context.Context, p *process) (*prove.Result, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	opts := prove.Options{
		Seed: o.options.Seed, Random: orNone(o.combinations), Only: o.mutants, Gateways: o.gateways, Sample: orNone(o.sample), Pairs: orNone(o.pairs),
		Parallel: o.jobs, Version: version,
	}
	shown := newProgress(p, o.quiet, "runs")
	defer shown.close()
	opts.Progress = func(now prove.Progress) {
		if !now.OK {
			shown.above(func() { fmt.Fprintf(shown.w, "wrong verdict: %s\n", now.Name) })
		}
		shown.set(now.Done, now.Total, time.Since(shown.began)*time.Duration(now.Total-now.Done)/time.Duration(now.Done))
	}
	if o.target.BaseURL == "" {
		return prove.Run(ctx, opts)
	}
	if err := o.resolve(p); err != nil {
		return nil, err
	}
	return prove.Against(ctx, o.target, o.options, opts)
}

// orNone returns a negative number for 0, which stands for a default in options of
// Go code.
func orNone(n int) int {
	if n == 0 {
		return -1
	}
	return n
}

// proveError gives an error its exit code. A deployment that does not conform has
// that of its verdict.
func proveError(err error) error {
	if unfit, ok := errors.AsType[*prove.UnfitError](err); ok {
		return codedError{err, codeOf(verdictStatus(unfit.Report.Verdict))}
	}
	_, wrongSuite := errors.AsType[*conformance.UsageError](err)
	_, wrongProof := errors.AsType[*prove.UsageError](err)
	if wrongSuite || wrongProof {
		return usageError(err)
	}
	return err
}

// listTrials lists the mutants and the gateways.
func listTrials(w io.Writer) error {
	all := mutants.All()
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, m := range all {
		kind := ""
		if m.Subtle {
			kind = "subtle"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", m.Requirement, m.ID, kind, m.How)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, g := range gateways.All() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", g.Kind, g.ID, g.How)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%d mutants, %d gateways\n", len(all), len(gateways.All()))
	return nil
}
