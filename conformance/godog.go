package conformance

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/cucumber/godog"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/steps"
	"example.com/assay/conformance/report"
	"example.com/assay/features"
	"example.com/assay/internal/text"
)

// This file alone configures godog. Its exit code is not used, because a run without
// a scenario is green for godog: the outcomes that the scenarios record decide.

// runScenarios runs all scenarios except those over the whole run, and those with
// invalid keys last, since a gateway may lock the key for them; then again, one by one,
// those that infrastructure kept from running; then those over the whole run.
func (s *suite) runScenarios(ctx context.Context) error {
	files, err := fs.Glob(features.FS, "*.feature")
	if err != nil {
		return err
	}
	first := slices.DeleteFunc(files, func(f string) bool { return f == wholeRunFile })
	invalid := func(sc report.Scenario) bool {
		return sc.File == authenticateFile && !slices.Contains(sc.Requirements, "AUT-06")
	}
	lost := func(sc report.Scenario) bool { return s.lost[sc.Name] }
	for _, pass := range []struct {
		files    []string
		takes    func(report.Scenario) bool
		parallel int
		again    bool
	}{
		{files: first, takes: func(sc report.Scenario) bool { return !invalid(sc) }, parallel: s.options.Parallel},
		{files: []string{authenticateFile}, takes: invalid, parallel: s.options.Parallel},
		{files: first, takes: lost, parallel: 1, again: true},
		{files: []string{wholeRunFile}, takes: func(report.Scenario) bool { return true }, parallel: s.options.Parallel},
	} {
		s.takes, s.again = pass.takes, pass.again
		if pass.again && len(s.lost) == 0 {
			continue
		}
		if err := s.runFiles(ctx, pass.files, pass.parallel); err != nil {
			return err
		}
	}
	return nil
}

func (s *suite) runFiles(ctx context.Context, paths []string, parallel int) error {
	suite := godog.TestSuite{
		Name:                "assay",
		ScenarioInitializer: s.initialize,
		Options: &godog.Options{
			Strict: true, Format: "progress", Output: io.Discard, NoColors: true,
			Paths: paths, FS: features.FS, Concurrency: parallel, DefaultContext: ctx,
		},
	}
	if code := suite.Run(); code > 1 {
		return fmt.Errorf("godog could not run %v: exit code %d", paths, code)
	}
	return nil
}

// initialize prepares one scenario. Those that the plan leaves out are skipped.
func (s *suite) initialize(sc *godog.ScenarioContext) {
	world := s.steps.NewWorld()
	index, began := -1, time.Now()
	sc.Before(func(ctx context.Context, pickle *godog.Scenario) (context.Context, error) {
		i, planned := s.plan.index(pickle.Name)
		switch {
		case s.plan.left[pickle.Name]:
			return ctx, godog.ErrSkip
		case planned && s.takes != nil && !s.takes(s.plan.Scenarios[i]):
			return ctx, godog.ErrSkip
		case !planned:
			return ctx, fmt.Errorf("scenario %q is no part of the features of this suite", pickle.Name)
		}
		index = i
		world.Begin(pickle.Name, s.plan.Scenarios[i].Requirements[0])
		return ctx, ctx.Err()
	})
	world.Register(sc)
	sc.After(func(ctx context.Context, _ *godog.Scenario, _ error) (context.Context, error) {
		if index >= 0 {
			s.take(index, world.Result(), time.Since(began))
		}
		return ctx, nil
	})
}

// take records the outcome of a scenario, and reports it as progress.
func (s *suite) take(index int, result steps.Result, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sc := &s.report.Scenarios[index]
	sc.Outcome, sc.Reason, sc.Hint = result.Outcome, result.Reason, result.Hint
	sc.Defect = result.Defect
	sc.Flaky = (result.Flaky || s.again) && result.Outcome == report.Passed
	sc.Assertions, sc.Waited, sc.Duration = result.Assertions, result.Waited, took
	sc.Failures, sc.Attachments = result.Failures, result.Attachments
	for i := range sc.Steps {
		switch {
		case i < result.Steps-1 || sc.Outcome == report.Passed:
			sc.Steps[i].Outcome = report.Passed
		case i == result.Steps-1:
			sc.Steps[i].Outcome = sc.Outcome
		default:
			sc.Steps[i].Outcome = report.Skipped
		}
	}
	sc.Exchanges = nil
	for _, e := range result.Exchanges {
		sc.Exchanges = append(sc.Exchanges, exchangeOf(e))
	}
	redactScenario(s.redactor, sc)
	markKnown(sc, s.options.Known, s.report.Run.Started)
	if !s.again && sc.Outcome == report.CouldNotRun && slices.ContainsFunc(result.Exchanges, unavailable) {
		s.lost[sc.Name] = true // and told after the second attempt
		return
	}
	s.done++
	s.options.Progress(*sc)
	s.options.Status(s.status(s.done, time.Now()))
}

func unavailable(e *client.Exchange) bool { return e.Unavailable }

// maxReportedBody is the limit of a body in a report, in bytes.
const maxReportedBody = 8 << 10

func exchangeOf(e *client.Exchange) report.Exchange {
	x := report.Exchange{
		Number: e.Number, Operation: e.Call.Operation, Method: e.Call.Method, URL: e.URL, Key: e.Call.Key.Name(),
		Status: e.Status, Header: e.SafeHeader(), Body: shortened(e.SafeBody()), Error: e.Err,
		RequestBody: e.SafeRequestBody(), Sent: e.Sent.UTC(), Duration: e.Duration, Attempts: e.Attempts, Curl: e.Curl(),
	}
	return x
}

func shortened(s string) string {
	if len(s) <= maxReportedBody {
		return s
	}
	return text.Shorten(s, maxReportedBody) + fmt.Sprintf(" (%d bytes in all)", len(s))
}

// ScenarioInitializer returns an initializer for godog, to run the features with
// godog itself rather than with [Run]: without a plan, checks before and after, a
// verdict and a report.
func ScenarioInitializer(t Target, o Options) (func(*godog.ScenarioContext), error) {
	s, err := newSuite(t, o)
	if err != nil {
		return nil, err
	}
	s.report = s.newReport(time.Now())
	return s.initialize, nil
}
