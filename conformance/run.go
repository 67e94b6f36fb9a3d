package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/report"
)

// Run checks the target and returns the report. The error is a UsageError about the
// target and the options. Faults of the target are in the report, not in the error.
func Run(ctx context.Context, t Target, o Options) (*report.Report, error) {
	s, err := newSuite(t, o)
	if err != nil {
		return nil, err
	}
	defer s.ledger.close()
	ctx, cancel := context.WithTimeout(ctx, s.options.Deadline)
	defer cancel()
	if t.Transport == nil { // one of the caller may have other users
		defer s.client.CloseIdle()
	}
	return s.run(ctx)
}

func (s *suite) run(ctx context.Context) (*report.Report, error) {
	began := time.Now()
	s.report = s.newReport(began)
	good, refused := s.precheck(ctx, "before")
	s.report.Canaries = append(s.report.Canaries, good)
	if !good.OK {
		s.report.Verdict = report.NotRun
		s.report.Reasons = []report.Reason{{Text: "no scenario ran, because the target does not list anything with the key: " + good.Got, Hint: good.Hint}}
		s.finish(began)
		redactReport(s.redactor, s.report)
		return s.report, nil
	}
	s.report.Canaries = append(s.report.Canaries, refused)
	s.options.Status(s.status(0, time.Now()))
	if err := s.runScenarios(ctx); err != nil {
		return nil, err
	}
	s.steps.Probe(ctx)
	s.precheckAfter(ctx)
	s.withdraw()
	s.report.Observations = s.steps.Observations()
	s.finish(began)
	s.judge(s.stopped(ctx))
	s.tidy(ctx)
	redactReport(s.redactor, s.report)
	return s.report, nil
}

// stopped returns the reason if the run ended before its scenarios did.
func (s *suite) stopped(ctx context.Context) []report.Reason {
	if ctx.Err() == nil {
		return nil
	}
	done := 0
	for _, sc := range s.report.Scenarios {
		if sc.Outcome != report.CouldNotRun {
			done++
		}
	}
	progress := fmt.Sprintf("after %d of %d scenarios", done, len(s.report.Scenarios))
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return []report.Reason{{Text: fmt.Sprintf("the deadline of %s passed %s", s.options.Deadline, progress), Hint: "--deadline"}}
	}
	return []report.Reason{{Text: "interrupted " + progress}}
}

func (s *suite) precheckAfter(ctx context.Context) {
	good, refused := s.precheck(ctx, "after")
	s.report.Canaries = append(s.report.Canaries, good)
	if good.OK {
		s.report.Canaries = append(s.report.Canaries, refused)
	}
}

// finish adds the figures of the whole run to the report.
func (s *suite) finish(began time.Time) {
	r := s.report
	exchanges := s.client.Exchanges()
	r.Run.Duration = time.Since(began)
	r.Run.Requests, r.Run.Slowed = s.client.Count()
	r.Latencies = latencies(exchanges)
	r.Notes = s.steps.Notes()
	if len(exchanges) > 0 {
		if note := clockSkew(exchanges[0]); note != "" {
			r.Notes = append(r.Notes, note)
		}
	}
	if n := truncated(exchanges); n > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("the bodies of %d responses were not kept, for their size, so the checks over the whole run have not seen them", n))
	}
	if r.Run.Slowed > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("the target answered %d requests with 429, 502, 503 or 504, and the run slowed down and repeated them", r.Run.Slowed))
	}
	for i := range r.Scenarios {
		countScenario(&r.Counts, r.Scenarios[i])
	}
	r.Requirements = requirements(s.plan, r)
}

func truncated(exchanges []*client.Exchange) int {
	n := 0
	for _, e := range exchanges {
		if e.Truncated {
			n++
		}
	}
	return n
}

func latencies(exchanges []*client.Exchange) []report.Latency {
	byOperation := map[string][]time.Duration{}
	var order []string
	for _, e := range exchanges {
		op := e.Call.Operation
		if op == "" || e.Status == 0 {
			continue
		}
		if byOperation[op] == nil {
			order = append(order, op)
		}
		byOperation[op] = append(byOperation[op], e.Duration)
	}
	slices.Sort(order)
	var all []report.Latency
	for _, op := range order {
		samples := byOperation[op]
		sorted := slices.Sorted(slices.Values(samples))
		at := func(q float64) time.Duration { return sorted[int(q*float64(len(sorted)-1))] }
		all = append(all, report.Latency{Operation: op, Count: len(samples), Median: at(0.5), P95: at(0.95), Max: at(1), Samples: samples})
	}
	return all
}
