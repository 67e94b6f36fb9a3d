package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
	"example.com/assay/conformance/report"
)

// NewWorld returns the state of a scenario.
func (r *Run) NewWorld() *World { return &World{run: r} }

// Begin names the scenario and its requirement.
func (w *World) Begin(scenario, requirement string) {
	w.requirement = requirement
	w.Session = w.run.target.Session(scenario, w.took)
}

// maxExchanges is how many exchanges of one scenario are kept: of more, those in
// the middle are dropped.
const maxExchanges = 200

func (w *World) took(e *client.Exchange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flaky = w.flaky || e.Retried
	w.exchanges = append(w.exchanges, e.Brief()) // the caller has the body
	if len(w.exchanges) > maxExchanges {
		w.exchanges = slices.Delete(w.exchanges, maxExchanges/2, maxExchanges/2+1)
	}
}

// poll is target.Poll, and counts the time.
func (w *World) poll(ctx context.Context, limit time.Duration, done func() (bool, error)) error {
	began := time.Now()
	defer func() { w.waited += time.Since(began) }()
	return target.Poll(ctx, limit, done)
}

// expect makes one assertion for the scenario's own requirement.
func (w *World) expect(ok bool, e *client.Exchange, expected, got string) {
	w.expectOf(w.requirement, ok, e, expected, got)
}

// maxFailures is how many failures of one scenario are kept.
const maxFailures = 20

// expectOf makes one assertion for a requirement other than the scenario's own: a
// Given may rely on another one.
func (w *World) expectOf(requirement string, ok bool, e *client.Exchange, expected, got string) {
	w.assertions++
	if ok || len(w.failures) == maxFailures {
		return
	}
	f := report.Failure{Requirement: requirement, Step: w.step, Expected: w.safe(expected), Got: w.safe(got)}
	if r, found := w.run.Catalogue.Requirement(requirement); found {
		f.Level, f.Sources = string(r.Level), r.Sources
	}
	if e != nil {
		f.Curl, f.Exchange = e.Curl(), e.Number
		if name := e.Call.Key.Name(); name != w.run.Key.Name() {
			f.Got += " (asked with " + name + ")"
		}
	}
	w.failures = append(w.failures, f)
}

// check judges evidence.
func (w *World) check(c check, ev evidence) {
	lines := c.wrong(ev)
	w.expectOf(cmp.Or(c.requirement, w.requirement), len(lines) == 0, ev.exchange, c.expected, strings.Join(lines, "; "))
}

// maxText is the limit of an expectation, in bytes: it can quote the target.
const maxText = 4 << 10

func (w *World) safe(s string) string {
	if len(s) <= maxText {
		return w.run.Redactor.Text(s)
	}
	return fmt.Sprintf("%s… (%d bytes in all)", w.run.Redactor.Prefix([]byte(s), maxText), len(s))
}

// result ends a step: nil if every assertion so far holds. A 429 answers no
// question, so it never counts as a failure.
func (w *World) result() error {
	if len(w.failures) == 0 {
		return nil
	}
	for _, f := range w.failures {
		if slices.ContainsFunc(w.exchanges, func(e *client.Exchange) bool { return e.Number == f.Exchange && e.Status == 429 }) {
			return couldNotRun("--rate", "the target kept answering 429 (too many requests)")
		}
	}
	return &AssertionError{Failures: w.failures}
}

// Result is the result of a scenario.
type Result struct {
	Steps int // begun so far; the last one ended the scenario

	Outcome     report.Outcome
	Reason      string
	Hint        string
	Defect      string // stack of a panic of the suite
	Flaky       bool
	Assertions  int
	Waited      time.Duration
	Failures    []report.Failure
	Exchanges   []*client.Exchange
	Attachments []report.Attachment
}

// Result sums up the scenario. Without an assertion it has not passed.
func (w *World) Result() Result {
	r := Result{Steps: w.steps, Outcome: report.Passed, Assertions: w.assertions, Waited: w.waited,
		Failures: w.failures, Flaky: w.flaky, Exchanges: w.exchanges, Attachments: w.attachments}
	var failed *AssertionError
	var panicked *PanicError
	stop := asSkip(w.err)
	switch {
	case errors.As(w.err, &failed):
		r.Outcome, r.Reason = report.Failed, "an assertion did not hold"
	case stop != nil:
		r.Outcome, r.Reason, r.Hint = stop.Outcome, stop.Reason, stop.Hint
	case errors.As(w.err, &panicked):
		r.Outcome, r.Reason, r.Defect = report.CouldNotRun, w.run.Redactor.Text(panicked.Error()), w.run.Redactor.Text(panicked.Stack)
	case w.err != nil:
		r.Outcome, r.Reason = report.CouldNotRun, w.run.Redactor.Text(w.err.Error())
		if failed, ok := errors.AsType[*client.Error](w.err); ok {
			r.Hint = failed.Hint
		}
	case w.assertions == 0:
		r.Outcome, r.Reason = report.CouldNotRun, "the scenario made no assertion: this is a defect of the suite"
	}
	if r.Outcome != report.Failed {
		r.Failures = nil
	}
	return r
}
