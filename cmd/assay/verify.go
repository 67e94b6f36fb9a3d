package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
)

// verifyOptions is what the flags of assay verify say.
type verifyOptions struct {
	targetOptions

	levels        config.List
	only          config.List
	skip          config.List
	strict        bool
	list          bool
	knownFailing  string
	report        string
	observed      string
	listLeftovers bool
}

func (o *verifyOptions) flags() *config.Flags {
	f := config.NewFlags("verify")
	o.register(f)
	f.Group("What is checked")
	f.Var(&o.levels, "level", "check requirements of this `LEVEL` only: core, documented or derived")
	f.Var(&o.only, "only", "check this requirement only, an `ID` such as CAN-01")
	f.Var(&o.skip, "skip", "leave this requirement out, an `ID`")
	f.BoolVar(&o.strict, "strict", false, "let derived requirements decide the verdict too")
	f.BoolVar(&o.list, "list", false, "show what would be checked, and ask the deployment nothing")
	f.StringVar(&o.knownFailing, "known-failing", "", "a YAML `FILE` of failures that are known, each with a symptom, a reason, an owner and a date")
	f.Group("What comes out")
	f.StringVar(&o.report, "report", "text", "reports to write, with commas between them, as `FORMAT[:FILE]`:\n"+strings.Join(report.Formats(), ", "))
	f.StringVar(&o.observed, "observed", "", "write how the deployment uses each freedom to this JSON `FILE`")
	f.BoolVar(&o.listLeftovers, "list-leftovers", false, "show what runs with this --ledger have left behind, and ask the deployment nothing")
	return f
}

// runVerify checks a deployment.
func runVerify(ctx context.Context, p *process, args []string) (int, error) {
	o := &verifyOptions{}
	if done, err := p.parse(o.flags(), args); done || err != nil {
		return usageIf(err), err
	}
	switch {
	case o.listLeftovers:
		return listLeftovers(p.stdout, o.ledger)
	case o.list:
		return listPlan(p.stdout, o.selection())
	}
	return o.verify(ctx, p)
}

func (o *verifyOptions) selection() conformance.Selection {
	return conformance.Selection{Levels: o.levels, Only: o.only, Skip: o.skip, Strict: o.strict}
}

func (o *verifyOptions) verify(ctx context.Context, p *process) (int, error) {
	outputs, err := report.ParseOutputs(o.report)
	if err != nil {
		return exitUsage, fmt.Errorf("--report: %w", err)
	}
	target, targetErr := o.target(p)
	opts, optsErr := o.options()
	opts.Selection = o.selection()
	var knownErr error
	opts.Known, knownErr = readKnown(o.knownFailing)
	if err := errors.Join(targetErr, optsErr, knownErr); err != nil {
		return exitUsage, err
	}
	style := styleOf(p, p.stdout)
	if outputs.HasText() {
		opts.Progress = report.NewProgress(p.stdout, style).Scenario
	}
	r, err := conformance.Run(ctx, target, opts)
	if _, wrong := errors.AsType[*conformance.UsageError](err); wrong {
		return exitUsage, err
	}
	if err != nil {
		return exitCouldNotRun, err
	}
	return o.deliver(p, outputs, style, r)
}

// deliver writes the reports, and turns the verdict into an exit code. A report
// that cannot be written is not a verdict.
func (o *verifyOptions) deliver(p *process, outputs report.Outputs, style report.Style, r *report.Report) (int, error) {
	if err := outputs.Write(p.stdout, style, r); err != nil {
		return exitCouldNotRun, err
	}
	if o.observed != "" {
		if err := report.WriteObservedFile(o.observed, r); err != nil {
			return exitCouldNotRun, err
		}
	}
	if err := githubOutputs(p, r); err != nil {
		return exitCouldNotRun, err
	}
	return verdictCode(r.Verdict), nil
}

func verdictCode(v report.Verdict) int {
	switch v {
	case report.Conformant:
		return exitOK
	case report.Nonconformant:
		return exitNonconforms
	case report.Inconclusive:
		return exitInconclusive
	case report.NotRun:
	}
	return exitCouldNotRun
}

func readKnown(path string) ([]conformance.KnownFailure, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path) //nolint:gosec // the user's own file
	if err != nil {
		return nil, fmt.Errorf("--known-failing: %w", err)
	}
	return conformance.ParseKnownFailures(path, data)
}

// styleOf allows colour on a terminal, unless NO_COLOR asks for none.
func styleOf(p *process, w io.Writer) report.Style {
	noColor, _ := p.lookupEnv("NO_COLOR")
	return report.Style{Color: noColor == "" && isTerminal(w)}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// listPlan shows the scenarios that a selection takes.
func listPlan(w io.Writer, s conformance.Selection) (int, error) {
	plan, err := conformance.NewPlan(s)
	if err != nil {
		return exitUsage, err
	}
	for _, sc := range plan.Scenarios {
		fmt.Fprintf(w, "%s  %-10s  %s  (%s:%d)\n", strings.Join(sc.Requirements, ","), sc.Level, sc.Name, sc.File, sc.Line)
	}
	fmt.Fprintf(w, "\n%d scenarios of %d requirements; plan %s\n", len(plan.Scenarios), len(plan.Summary.Requirements), plan.Summary.Hash[:12])
	return exitOK, nil
}

// listLeftovers shows what runs have left behind.
func listLeftovers(w io.Writer, path string) (int, error) {
	if path == "" {
		return exitUsage, fmt.Errorf("--list-leftovers: expected --ledger FILE with it")
	}
	file, err := os.Open(path) //nolint:gosec // the user's own file
	if err != nil {
		return exitUsage, fmt.Errorf("--ledger: %w", err)
	}
	defer file.Close()
	left, err := conformance.Leftovers(file)
	if err != nil {
		return exitUsage, err
	}
	for _, l := range left {
		id := l.Assessment
		if id == "" {
			id = "(ID unknown)"
		}
		fmt.Fprintf(w, "%s  %s  run %s  %s: %s (%s)\n", l.Time.Format("2006-01-02T15:04:05Z"), id, l.Run, l.Target, l.What, l.Scenario)
	}
	fmt.Fprintf(w, "%d left behind\n", len(left))
	return exitOK, nil
}
