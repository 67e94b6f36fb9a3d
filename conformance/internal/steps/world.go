// Package steps gives the words of the features their meaning: one table of
// patterns, each next to its function.
//
// A World belongs to one scenario, a Run to all of them. A step ends in one of
// four ways. It returns nil; or an Unmet, when an assertion did not hold; or a
// Stop, when the scenario cannot put its question and says why; or any other
// error, when something broke.
package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/report"
)

// World is the state of one scenario.
type World struct {
	run         *Run
	scenario    string
	requirement string
	step        string
	steps       int // that have begun

	subject   *subject   // the assessment that "it" stands for
	other     *subject   // "the other one"
	foreign   *subject   // "it", as its own institution asks for it
	known     []*subject // assessments that the list should have
	listed    []Record   // the items of the list that was read
	listing   *listing   // where they stood
	source    source     // of the assessment that was created
	around    comparison // of the list, around what should create nothing
	calls     []sentCall // of the last When, for the twin of a refusal
	exchanges []*client.Exchange
	flaky     bool // a request had to be made twice

	assertions  int
	failures    []report.Failure
	waited      time.Duration
	history     []porcupine.Operation
	sightings   []sighting
	attachments []report.Attachment
	err         error // what ended the scenario
}

// sentCall is a call whose answer is being judged, and how to make its twin:
// the same call in all but the one thing that is wrong with it.
type sentCall struct {
	exchange *client.Exchange
	what     string // what is wrong with it, where that is not plain
	twin     func(context.Context) (*client.Exchange, error)
}

// do makes a call in the name of the scenario.
func (w *World) do(ctx context.Context, call client.Call) (*client.Exchange, error) {
	call.Scenario = w.scenario
	e, err := w.run.client.Do(ctx, call)
	w.took(e)
	return e, err
}

// maxExchanges is how many exchanges of one scenario are kept: of more, those in
// the middle are left out.
const maxExchanges = 200

func (w *World) took(e *client.Exchange) {
	w.run.mu.Lock()
	defer w.run.mu.Unlock()
	w.flaky = w.flaky || e.Retried
	w.exchanges = append(w.exchanges, e.Brief()) // whoever asked has the body
	if len(w.exchanges) > maxExchanges {
		w.exchanges = slices.Delete(w.exchanges, maxExchanges/2, maxExchanges/2+1)
	}
}

// expect makes one assertion for the scenario's own requirement.
func (w *World) expect(ok bool, e *client.Exchange, expected, got string) {
	w.expectOf(w.requirement, ok, e, expected, got)
}

// maxFailures bounds how many failures of one scenario are kept: a target that
// gets everything wrong does so thousands of times.
const maxFailures = 20

// expectOf makes one assertion for a requirement that is not the scenario's own:
// what a Given relies on may be promised elsewhere.
func (w *World) expectOf(requirement string, ok bool, e *client.Exchange, expected, got string) {
	w.assertions++
	if ok || len(w.failures) == maxFailures {
		return
	}
	f := report.Failure{Requirement: requirement, Step: w.step, Expected: w.safe(expected), Got: w.safe(got)}
	if r, found := w.run.catalogue.Requirement(requirement); found {
		f.Level, f.Sources = string(r.Level), r.Sources
	}
	if e != nil {
		f.Curl, f.Exchange = e.Curl(), e.Number
	}
	w.failures = append(w.failures, f)
}

// maxText is how long an expectation can get, and what came instead: both can
// quote what a target has made up.
const maxText = 4 << 10

func (w *World) safe(s string) string {
	if len(s) <= maxText {
		return w.run.redactor.Text(s)
	}
	return fmt.Sprintf("%s… (%d bytes in all)", w.run.redactor.Prefix([]byte(s), maxText), len(s))
}

// judge ends a step: nil if every assertion so far held. An answer of 429 is no
// answer to the question, so it never counts as a failure.
func (w *World) judge() error {
	if len(w.failures) == 0 {
		return nil
	}
	for _, f := range w.failures {
		if e := w.exchange(f.Exchange); e != nil && e.Status == 429 {
			return couldNotRun("--rate", "the target kept answering 429 (too many requests)")
		}
	}
	return &Unmet{Failures: w.failures}
}

func (w *World) exchange(number int) *client.Exchange {
	for _, e := range w.exchanges {
		if number != 0 && e.Number == number {
			return e
		}
	}
	return nil
}

// Result is what became of a scenario.
type Result struct {
	Steps int // that have begun; the last of them ended the scenario

	Outcome     report.Outcome
	Reason      string
	Hint        string
	Flaky       bool
	Assertions  int
	Waited      time.Duration
	Failures    []report.Failure
	Exchanges   []*client.Exchange
	Attachments []report.Attachment
}

// Result sums the scenario up. A scenario that asserted nothing has not passed.
func (w *World) Result() Result {
	r := Result{Steps: w.steps, Outcome: report.Passed, Assertions: w.assertions, Waited: w.waited,
		Failures: w.failures, Flaky: w.flaky, Exchanges: w.exchanges, Attachments: w.attachments}
	var unmet *Unmet
	var stop *Stop
	switch {
	case errors.As(w.err, &unmet):
		r.Outcome, r.Reason = report.Failed, "an assertion did not hold"
	case errors.As(w.err, &stop):
		r.Outcome, r.Reason, r.Hint = stop.Outcome, stop.Reason, stop.Hint
	case w.err != nil:
		r.Outcome, r.Reason = report.CouldNotRun, w.run.redactor.Text(w.err.Error())
	case w.assertions == 0:
		r.Outcome, r.Reason = report.CouldNotRun, "the scenario made no assertion: this is a defect of the suite"
	}
	if r.Outcome != report.Failed {
		r.Failures = nil
	}
	return r
}
