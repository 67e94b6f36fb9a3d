package conformance

import (
	"fmt"
	"maps"
	"slices"

	"example.com/assay/conformance/report"
	"example.com/assay/openapi"
)

func countScenario(c *report.Counts, sc report.Scenario) {
	c.Assertions += sc.Assertions
	switch sc.Outcome {
	case report.Passed:
		c.Passed++
	case report.Failed:
		c.Failed++
	case report.NotSupported:
		c.NotSupported++
	case report.Skipped:
		c.Skipped++
	default:
		c.CouldNotRun++
	}
	if sc.Flaky {
		c.Flaky++
	}
}

// requirements sums the scenarios up by requirement, in the order of the
// catalogue. Requirements that the selection leaves out are not there.
func requirements(p *Plan, r *report.Report) []report.Requirement {
	var all []report.Requirement
	for _, id := range p.Summary.Requirements {
		known, _ := p.catalogue.Requirement(id)
		req := report.Requirement{ID: id, Level: string(known.Level), Text: known.Text, Sources: known.Sources, Counts: p.selection.decides(string(known.Level))}
		seen := map[report.Outcome]bool{}
		for _, sc := range r.Scenarios {
			if !slices.Contains(sc.Requirements, id) {
				continue
			}
			req.Scenarios = append(req.Scenarios, sc.Name)
			seen[sc.Outcome] = true
			if req.Hint == "" {
				req.Hint = sc.Hint
			}
		}
		req.Outcome = sumUp(seen)
		if blamed(r, id) {
			req.Outcome = report.Failed
		}
		all = append(all, req)
	}
	return all
}

// sumUp takes the outcome that says most about a requirement: one failure is
// enough to fail, and one scenario that was left out is enough for it not to have
// been checked whole. What the target does not offer takes nothing from a pass.
func sumUp(seen map[report.Outcome]bool) report.Outcome {
	for _, o := range []report.Outcome{report.Failed, report.CouldNotRun, report.Skipped, report.Passed, report.NotSupported} {
		if seen[o] {
			return o
		}
	}
	return report.CouldNotRun
}

// blamed reports whether an assertion of the requirement failed, in whichever
// scenario.
func blamed(r *report.Report, id string) bool {
	return slices.ContainsFunc(r.Scenarios, func(sc report.Scenario) bool {
		return slices.ContainsFunc(sc.Failures, func(f report.Failure) bool { return f.Requirement == id })
	})
}

// defects returns a reason for each scenario that a defect of the suite has ended.
func defects(r *report.Report) []report.Reason {
	var reasons []report.Reason
	for _, sc := range r.Scenarios {
		if sc.Defect != "" {
			reasons = append(reasons, report.Reason{Text: fmt.Sprintf("%q: %s", sc.Name, sc.Reason), Hint: "report it with the JSON report, which has the stack"})
		}
	}
	return reasons
}

// judge gives the verdict. A defect of the suite leaves none. It is nonconformant if
// anything that counts failed; inconclusive if the run was stopped or anything that
// counts could not be checked; conformant if everything that counts was checked and
// held.
func (s *suite) judge(stopped []report.Reason) {
	r := s.report
	if r.Reasons = defects(r); len(r.Reasons) > 0 {
		r.Verdict = report.NotRun
		return
	}
	r.Reasons = append(wrongEntries(r, s.options.Known, r.Run.Started), s.failures()...)
	for _, sc := range r.Scenarios {
		if sc.Known != nil {
			r.Counts.Known++
		}
	}
	switch {
	case len(r.Reasons) > 0:
		r.Verdict, r.Reasons = report.Nonconformant, append(stopped, r.Reasons...)
	case len(stopped) > 0:
		r.Verdict, r.Reasons = report.Inconclusive, stopped
	default:
		r.Verdict, r.Reasons = s.accept(s.gaps())
	}
}

// accept gives the verdict for gaps, without failures. Accepted gaps leave it conformant,
// and a requirement that is accepted without a gap is a reason of its own.
func (s *suite) accept(gaps []report.Reason) (report.Verdict, []report.Reason) {
	var accepted, open []report.Reason
	reasons := maps.Clone(s.plan.selection.AcceptUnchecked)
	for _, gap := range gaps {
		why, ok := reasons[gap.Requirement]
		if !ok {
			open = append(open, gap)
			continue
		}
		delete(reasons, gap.Requirement)
		accepted = append(accepted, report.Reason{Requirement: gap.Requirement, Text: gap.Requirement + " was not checked, which is accepted: " + why})
	}
	for _, id := range slices.Sorted(maps.Keys(reasons)) {
		open = append(open, report.Reason{Requirement: id, Text: id + " has no gap to accept", Hint: "remove " + id + " from --accept-unchecked"})
	}
	switch {
	case len(open) > 0:
		return report.Inconclusive, append(open, accepted...)
	case len(accepted) > 0:
		return report.ConformantExcept, accepted
	}
	return report.Conformant, nil
}

// failures gives a reason for each requirement that counts and failed without
// being known for it.
func (s *suite) failures() []report.Reason {
	var reasons []report.Reason
	told := map[string]bool{}
	for _, sc := range s.report.Scenarios {
		if sc.Outcome != report.Failed || sc.Known != nil {
			continue
		}
		for _, f := range sc.Failures {
			if told[f.Requirement] || !s.plan.selection.decides(f.Level) {
				continue
			}
			told[f.Requirement] = true
			reasons = append(reasons, report.Reason{Requirement: f.Requirement, Text: fmt.Sprintf("%s is %s, and does not hold: expected %s, got %s", f.Requirement, f.Level, f.Expected, f.Got)})
		}
	}
	return reasons
}

// gaps gives a reason for each requirement that counts and was not checked: a
// core one in any case, another if something broke on the way.
func (s *suite) gaps() []report.Reason {
	var reasons []report.Reason
	if !slices.ContainsFunc(s.report.Requirements, func(r report.Requirement) bool {
		return r.Counts && (r.Outcome == report.Passed || r.Outcome == report.Failed)
	}) {
		reasons = append(reasons, report.Reason{Hint: "--strict lets derived requirements decide",
			Text: "no requirement that decides was checked, so there is nothing to call conformant"})
	}
	for _, req := range s.report.Requirements {
		broken := req.Outcome == report.CouldNotRun && req.Counts
		unchecked := req.Level == string(openapi.Core) && req.Outcome != report.Passed && req.Outcome != report.Failed
		if broken || unchecked {
			reasons = append(reasons, report.Reason{Requirement: req.ID, Hint: req.Hint,
				Text: fmt.Sprintf("%s is %s, and was not checked whole: %s", req.ID, req.Level, s.why(req.ID, req.Outcome))})
		}
	}
	for _, c := range s.report.Canaries {
		if !c.OK && c.Hint != "" {
			reasons = append(reasons, report.Reason{Text: c.Name + ": " + c.Got, Hint: c.Hint})
		}
	}
	return reasons
}

// why tells the reason of the scenario that gave the requirement its outcome.
func (s *suite) why(id string, outcome report.Outcome) string {
	for _, sc := range s.report.Scenarios {
		if slices.Contains(sc.Requirements, id) && sc.Outcome == outcome {
			return string(sc.Outcome) + ", " + sc.Reason
		}
	}
	return "no scenario"
}
