package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/openapi"
)

// verifyOptions is the flags of assay verify.
type verifyOptions struct {
	targetOptions

	selection     conformance.Selection
	unchecked     []string
	list          bool
	listLeftovers bool
	knownFailures string
	reports       []string
	observed      string
	quiet         bool
}

func newVerify(p *process) *cobra.Command {
	o := &verifyOptions{}
	cmd := newCommand(p, "verify", "Check whether a deployment conforms", func(ctx context.Context, _ []string) error {
		o.acceptUnchecked()
		switch {
		case o.listLeftovers:
			return listLeftovers(p.stdout, o.options.Ledger)
		case o.list:
			return listPlan(p.stdout, o.selection)
		}
		return o.verify(ctx, p)
	})
	o.register(cmd.Flags())
	completeFlag(cmd, "level", levels)
	completeFlag(cmd, "only", requirementIDs)
	completeFlag(cmd, "skip", requirementIDs)
	completeFlag(cmd, "report", report.Formats)
	return cmd
}

func levels() []string {
	var names []string
	for _, level := range openapi.Levels() {
		names = append(names, string(level))
	}
	return names
}

func (o *verifyOptions) register(flags *pflag.FlagSet) {
	o.targetOptions.register(flags, "base-url", "base `URL` of the deployment with its base path: http://127.0.0.1:8080/v5")
	group(flags, "Selection", func(f *pflag.FlagSet) {
		f.StringArrayVar(&o.selection.Levels, "level", nil, "check only requirements of this `LEVEL`: core, documented or derived")
		f.StringArrayVar(&o.selection.Only, "only", nil, "check only the requirement with this `ID`, such as CAN-01")
		f.StringArrayVar(&o.selection.Skip, "skip", nil, "skip the requirement with this `ID`")
		f.BoolVar(&o.selection.Strict, "strict", false, "let derived requirements decide the verdict too")
		f.StringArrayVar(&o.unchecked, "accept-unchecked", nil, "accept that requirements stay unchecked, as `IDS=REASON`: \"AUT-03,AUT-04=one region in CI\"")
		f.BoolVar(&o.list, "list", false, "list the selected scenarios without sending a request")
		f.StringVar(&o.knownFailures, "known-failures", "", "YAML `FILE` of known failures, each with a symptom, a reason, an owner and an expiry date")
	})
	group(flags, "Output", func(f *pflag.FlagSet) {
		f.StringArrayVar(&o.reports, "report", []string{"text"}, reportUsage(report.Formats()))
		f.StringVar(&o.observed, "observed", "", "write the observed value of each freedom to this JSON `FILE`")
		f.BoolVar(&o.quiet, "quiet", false, quietUsage)
		f.BoolVar(&o.listLeftovers, "list-leftovers", false, "list what earlier runs with this --ledger left behind, without sending a request")
	})
}

// acceptUnchecked reads --accept-unchecked. IDs without a reason take the next one, since
// a variable is split at its commas.
func (o *verifyOptions) acceptUnchecked() {
	o.selection.AcceptUnchecked = map[string]string{}
	var ids []string
	for _, value := range o.unchecked {
		names, reason, found := strings.Cut(value, "=")
		ids = append(ids, strings.Split(names, ",")...)
		for _, id := range ids {
			o.selection.AcceptUnchecked[strings.TrimSpace(id)] = strings.TrimSpace(reason)
		}
		if found {
			ids = nil
		}
	}
}

func (o *verifyOptions) verify(ctx context.Context, p *process) error {
	outputs, outputsErr := parseOutputs(o.reports, report.Formats())
	var knownErr error
	o.options.Known, knownErr = readKnown(o.knownFailures)
	if err := errors.Join(o.resolve(p), outputsErr, knownErr, o.checkObserved()); err != nil {
		return usageError(err)
	}
	o.options.Selection = o.selection
	style := styleOf(p, p.stdout)
	r, err := o.run(ctx, p, outputs.HasText(), style)
	if _, wrong := errors.AsType[*conformance.UsageError](err); wrong {
		return usageError(err)
	}
	if err != nil {
		return err
	}
	if err := o.deliver(p, outputs, style, r); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return exitError(exitInterrupted)
	}
	return verdictStatus(r.Verdict)
}

// run runs the suite and shows its progress, with a line for each scenario if the
// report is text on standard output.
func (o *verifyOptions) run(ctx context.Context, p *process, text bool, style report.Style) (*report.Report, error) {
	shown := newProgress(p, o.quiet, "scenarios")
	defer shown.close()
	o.options.Status = func(now conformance.Status) { shown.set(now.Done, now.Total, now.Left) }
	if text {
		lines := report.NewProgress(p.stdout, style)
		o.options.Progress = func(sc report.Scenario) { shown.above(func() { lines.Scenario(sc) }) }
	}
	return conformance.Run(ctx, o.target, o.options)
}

// checkObserved reports a file that cannot be written before the run, not after it.
func (o *verifyOptions) checkObserved() error {
	if o.observed == "" {
		return nil
	}
	if err := report.CheckWritable(o.observed); err != nil {
		return fmt.Errorf("--observed: %w", err)
	}
	return nil
}

// parseOutputs reads the flag --report.
func parseOutputs(texts, formats []string) (report.Outputs, error) {
	outputs, err := report.ParseOutputs(strings.Join(texts, ","), formats)
	if err != nil {
		err = fmt.Errorf("--report: %w", err)
	}
	return outputs, err
}

const quietUsage = "show no progress on standard error"

func reportUsage(formats []string) string {
	return "reports to write, as `FORMAT[:FILE]`, several separated by commas:\n" + strings.Join(formats, ", ")
}

// deliver writes the reports.
func (o *verifyOptions) deliver(p *process, outputs report.Outputs, style report.Style, r *report.Report) error {
	if err := outputs.Write(p.stdout, style, r); err != nil {
		return err
	}
	if !outputs.HasText() {
		fmt.Fprint(p.stderr, report.LeftoversText(r))
	}
	if o.observed != "" {
		if err := report.WriteObservedFile(o.observed, r); err != nil {
			return err
		}
	}
	return githubOutputs(p, r)
}

// verdictStatus returns the exit code of a verdict, nil for conformant.
func verdictStatus(v report.Verdict) error {
	switch v {
	case report.Conformant, report.ConformantExcept:
		return nil
	case report.Nonconformant:
		return exitError(exitNonconforms)
	case report.Inconclusive:
		return exitError(exitInconclusive)
	case report.NotRun:
	}
	return exitError(exitCouldNotRun)
}

func readKnown(path string) ([]conformance.KnownFailure, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path) //nolint:gosec // the user's own file
	if err != nil {
		return nil, fmt.Errorf("--known-failures: %w", err)
	}
	return conformance.ParseKnownFailures(path, data)
}

// styleOf allows colour on a terminal, unless NO_COLOR is set.
func styleOf(p *process, w io.Writer) report.Style {
	return report.Style{Color: p.env["NO_COLOR"] == "" && isTerminal(w)}
}

func isTerminal(w io.Writer) bool {
	if o, ok := w.(*output); ok {
		w = o.Writer
	}
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// listPlan lists the scenarios of a selection.
func listPlan(w io.Writer, s conformance.Selection) error {
	plan, err := conformance.NewPlan(s)
	if err != nil {
		return usageError(err)
	}
	for _, sc := range plan.Scenarios {
		fmt.Fprintf(w, "%s  %-10s  %s  (%s:%d)\n", strings.Join(sc.Requirements, ","), sc.Level, sc.Name, sc.File, sc.Line)
	}
	fmt.Fprintf(w, "\n%d scenarios of %d requirements; plan %s\n", len(plan.Scenarios), len(plan.Summary.Requirements), plan.Summary.Hash[:12])
	return nil
}

// listLeftovers lists what runs left behind, by their ledger.
func listLeftovers(w io.Writer, path string) error {
	if path == "" {
		return usageError(errors.New("--list-leftovers needs --ledger FILE"))
	}
	file, err := os.Open(path) //nolint:gosec // the user's own file
	if err != nil {
		return usageError(fmt.Errorf("--ledger: %w", err))
	}
	defer file.Close()
	left, err := conformance.Leftovers(file)
	if err != nil {
		return usageError(err)
	}
	for _, l := range left {
		id := l.Assessment
		if id == "" {
			id = "(unknown ID)"
		}
		fmt.Fprintf(w, "%s  %s  run %s  %s: %s (%s)\n", l.Time.Format("2006-01-02T15:04:05Z"), id, l.Run, l.Target, l.What, l.Scenario)
	}
	fmt.Fprintf(w, "%d left behind\n", len(left))
	return nil
}
