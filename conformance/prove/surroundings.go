package prove

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"

	"example.com/assay/conformance"
	"example.com/assay/conformance/gateways"
	"example.com/assay/conformance/mutants"
	"example.com/assay/conformance/report"
)

// SurroundingRun is the mock, and a sample of mutants, behind a gateway or a pair of
// gateways.
type SurroundingRun struct {
	ID       string                 `json:"id"` // of the gateway; of a pair, the outer one first
	Kind     string                 `json:"kind"`
	How      string                 `json:"how"`
	OK       bool                   `json:"ok"`      // no false alarm, no wrong certainty and no missed mutant
	Verdict  report.Verdict         `json:"verdict"` // on the mock
	Alarms   []string               `json:"alarms,omitempty"`
	Requests int                    `json:"requests"`
	Mutants  report.List[BehindRun] `json:"mutants"`

	gateways []gateways.Gateway // the outer one first
	chosen   []mutants.Mutant
}

// BehindRun is a mutant behind a gateway.
type BehindRun struct {
	ID          string         `json:"id"`
	Requirement string         `json:"requirement"`
	Outcome     BehindOutcome  `json:"outcome"`
	Verdict     report.Verdict `json:"verdict"`
	Reason      string         `json:"reason,omitempty"` // unless it was caught
}

// BehindOutcome is the outcome of a mutant behind a gateway.
type BehindOutcome string

// The outcomes. Only the last one is wrong.
const (
	Caught     BehindOutcome = "caught"
	CannotTell BehindOutcome = "cannot-tell" // its requirement was not checked, and the report says why
	Missed     BehindOutcome = "missed"
)

// surroundings lists the runs behind gateways: each gateway, then random pairs.
func (o Options) surroundings(all []gateways.Gateway) []SurroundingRun {
	source := rand.New(rand.NewPCG(o.Seed, 1)) //nolint:gosec // repeatable, not secret
	broken := slices.DeleteFunc(slices.Clone(o.Mutants), func(m mutants.Mutant) bool { return m.Settings != nil })
	source.Shuffle(len(broken), func(i, j int) { broken[i], broken[j] = broken[j], broken[i] })
	var runs []SurroundingRun
	next := 0
	sample := func(n int, hidden []string) []mutants.Mutant {
		if n < 0 {
			n = len(broken)
		}
		var picked []mutants.Mutant
		for range min(n, len(broken)) {
			if m := broken[next%len(broken)]; !slices.Contains(hidden, m.ID) {
				picked = append(picked, m)
			}
			next++
		}
		return picked
	}
	for _, g := range all {
		runs = append(runs, newSurrounding(sample(o.Sample, g.Hides), g))
	}
	for range max(0, o.Pairs) {
		if len(o.Gateways) > 0 || len(all) < 2 {
			break
		}
		a, b := all[source.IntN(len(all))], all[source.IntN(len(all))]
		if a.Kind != b.Kind {
			runs = append(runs, newSurrounding(sample(1, slices.Concat(a.Hides, b.Hides)), a, b))
		}
	}
	return runs
}

func newSurrounding(sample []mutants.Mutant, pair ...gateways.Gateway) SurroundingRun {
	first := pair[0]
	run := SurroundingRun{ID: first.ID, Kind: first.Kind, How: first.How, gateways: pair, chosen: sample, Mutants: make([]BehindRun, len(sample))}
	for _, g := range pair[1:] {
		run.ID, run.Kind, run.How = run.ID+" + "+g.ID, "pair", run.How+" "+g.How
	}
	return run
}

// jobs fill in the run: the mock, then each mutant.
func (r *SurroundingRun) jobs(h *harness) []job {
	jobs := []job{func(ctx context.Context) (string, bool, error) {
		o := h.options(0)
		o.Deadline, o.Negatives = runDeadline, manyNegatives/3
		rep, err := r.run(ctx, h, o)
		if err == nil {
			r.judge(rep)
		}
		return r.ID, len(r.Alarms) == 0, err
	}}
	for i, m := range r.chosen {
		jobs = append(jobs, func(ctx context.Context) (string, bool, error) {
			o := h.mutantOptions(m)
			o.Deadline, o.Negatives = runDeadline, min(o.Negatives, manyNegatives/2)
			if !m.Broad {
				o.Selection.Only = []string{m.Requirement}
			}
			rep, err := r.run(ctx, h, o, h.wrap(m))
			if err == nil {
				r.Mutants[i] = judgedBehind(m, rep)
			}
			return m.ID + " behind " + r.ID, r.Mutants[i].Outcome != Missed, err
		})
	}
	return jobs
}

// twoPages is the number of assessments to create, more than a page holds with those
// of the fixtures.
const twoPages = 30

// run runs the suite behind the gateways.
func (r *SurroundingRun) run(ctx context.Context, h *harness, o conformance.Options, inner ...func(http.Handler) http.Handler) (*report.Report, error) {
	settings, size := map[string]string{}, twoPages
	layers := inner
	for _, g := range slices.Backward(r.gateways) {
		maps.Copy(settings, g.Settings)
		size = max(size, g.Size)
		layers = append(layers, func(next http.Handler) http.Handler { return g.Wrap(next, h.layerTarget()) })
	}
	return h.run(ctx, settings, o, size, layers...)
}

// judge looks for false alarms and wrong certainty in the run on the mock.
func (r *SurroundingRun) judge(rep *report.Report) {
	r.Verdict, r.Requests = rep.Verdict, rep.Run.Requests
	partial := slices.ContainsFunc(r.gateways, func(g gateways.Gateway) bool { return g.Partial })
	for _, sc := range rep.Scenarios {
		unsupported := sc.Outcome == report.NotSupported && r.bare()
		unanswered := sc.Outcome != report.Passed && !unsupported
		if sc.Outcome == report.Failed || unanswered && !partial {
			r.Alarms = append(r.Alarms, fmt.Sprintf("%s: %s: %s", sc.Outcome, sc.Name, sc.Reason))
		}
	}
	if rep.Verdict == report.Nonconformant || rep.Verdict != report.Conformant && !partial {
		r.Alarms = append(r.Alarms, "verdict "+string(rep.Verdict))
	}
	if rep.Run.Duration >= runDeadline {
		r.Alarms = append(r.Alarms, "the run took its whole deadline")
	}
	for _, g := range r.gateways {
		for _, req := range rep.Requirements {
			if slices.Contains(g.Blocks, req.ID) && req.Outcome == report.Passed {
				r.Alarms = append(r.Alarms, req.ID+" passed, but nothing can show it")
			}
		}
	}
}

// bare reports whether a list behind the gateways may be too small or too bare for
// the scenarios about pages.
func (r *SurroundingRun) bare() bool {
	return slices.ContainsFunc(r.gateways, func(g gateways.Gateway) bool { return g.Kind == "list" })
}

// judgedBehind judges a mutant behind a gateway.
func judgedBehind(m mutants.Mutant, rep *report.Report) BehindRun {
	run := BehindRun{ID: m.ID, Requirement: m.Requirement, Verdict: rep.Verdict, Outcome: Missed, Reason: missed(m, rep)}
	if judged(m, rep).Caught {
		run.Outcome, run.Reason = Caught, ""
		return run
	}
	for _, req := range rep.Requirements {
		unchecked := req.Outcome == report.CouldNotRun || req.Outcome == report.NotSupported || req.Outcome == report.Skipped
		if req.ID == m.Requirement && unchecked && rep.Verdict != report.Conformant {
			run.Outcome, run.Reason = CannotTell, reasonOf(m.Requirement, rep)
		}
	}
	if rep.Verdict == report.NotRun && len(rep.Reasons) > 0 {
		run.Outcome, run.Reason = CannotTell, rep.Reasons[0].Text
	}
	return run
}

// finish sums up the run.
func (r *SurroundingRun) finish() {
	r.OK = len(r.Alarms) == 0 && !slices.ContainsFunc(r.Mutants, func(m BehindRun) bool { return m.Outcome == Missed })
}
