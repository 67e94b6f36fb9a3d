package prove

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/assay/conformance"
	"example.com/assay/conformance/internal/layer"
	"example.com/assay/conformance/mutants"
	"example.com/assay/conformance/report"
	"example.com/assay/openapi"
)

// UnfitError says that a deployment does not conform without a mutant, or could not
// be reached.
type UnfitError struct{ Report *report.Report }

func (e *UnfitError) Error() string {
	lines := []string{fmt.Sprintf("the deployment is %s as it is; make assay verify pass first", e.Report.Verdict)}
	for _, reason := range e.Report.Reasons {
		lines = append(lines, strings.TrimSpace(reason.Requirement+" "+reason.Text))
	}
	return strings.Join(lines, "\n")
}

// Against puts mutants in front of a deployment, one after another, and runs the
// suite on each. It shows that the suite would notice if this deployment broke. The
// deployment must conform without a mutant. A mutant is skipped if its requirement
// could not be checked.
//
// The runs obey the options, including the rate and the permission to write.
func Against(ctx context.Context, t conformance.Target, suite conformance.Options, o Options) (*Result, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if o.Mutants, err = forProxy(o.Mutants, len(o.Only) > 0); err != nil {
		return nil, err
	}
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	suite.Selection = conformance.Selection{Strict: true}
	base, err := conformance.Run(ctx, t, suite)
	if err != nil {
		return nil, err
	}
	if base.Verdict != report.Conformant && base.Verdict != report.Inconclusive {
		return nil, &UnfitError{base}
	}
	o.Progress(Progress{Done: 1, Total: len(o.Mutants) + 1, Name: asItIs, OK: true})
	r := newResult(o, catalogue)
	r.Against = t.BaseURL
	r.Reference = []ReferenceRun{{Settings: map[string]string{}, Why: asItIs, OK: true, Verdict: base.Verdict, Requests: base.Run.Requests}}
	s := &site{target: t, options: suite, base: base, transport: conformance.NewTransport(suite)}
	for i, m := range o.Mutants {
		run, err := s.try(ctx, m)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.ID, err)
		}
		r.Mutants = append(r.Mutants, run)
		o.Progress(Progress{Done: i + 2, Total: len(o.Mutants) + 1, Name: m.ID, OK: run.Caught || run.Skipped})
	}
	r.finish(time.Since(began))
	return r, nil
}

const asItIs = "the deployment as it is"

// forProxy returns the mutants that fit in front of a deployment. Another one by
// name is an error.
func forProxy(all []mutants.Mutant, named bool) ([]mutants.Mutant, error) {
	var picked []mutants.Mutant
	for _, m := range all {
		switch {
		case !m.MockOnly:
			picked = append(picked, m)
		case named:
			return nil, &UsageError{fmt.Sprintf("mutant %q needs the mock; leave out --against or --mutant", m.ID)}
		}
	}
	return picked, nil
}

// site is a deployment behind mutants.
type site struct {
	target    conformance.Target
	options   conformance.Options
	base      *report.Report
	transport http.RoundTripper
}

func (s *site) try(ctx context.Context, m mutants.Mutant) (MutantRun, error) {
	if reason := s.unchecked(m.Requirement); reason != "" {
		run := newMutantRun(m)
		run.Skipped, run.Missed = true, reason
		return run, nil
	}
	o := s.options
	if m.Serial {
		o.Parallel = 1
	}
	if !m.Broad {
		o.Selection.Only = []string{m.Requirement}
	}
	if m.Requirement == negative {
		o.Negatives = max(o.Negatives, manyNegatives/2)
	}
	t := s.target
	around, err := s.layerTarget()
	if err != nil {
		return MutantRun{}, err
	}
	t.Transport = layer.InProcess{Handler: m.Wrap(layer.Forward{Transport: s.transport}, around)}
	r, err := conformance.Run(ctx, t, o)
	if err != nil {
		return MutantRun{}, err
	}
	return judged(m, r), ctx.Err()
}

// unchecked says why a requirement could not be checked on the deployment without a
// mutant; it is empty if it was.
func (s *site) unchecked(requirement string) string {
	for _, req := range s.base.Requirements {
		if req.ID == requirement && req.Outcome != report.Passed {
			return strings.TrimSpace(fmt.Sprintf("not tried: %s was %s on the deployment as it is. %s", requirement, req.Outcome, req.Hint))
		}
	}
	return ""
}

func (s *site) layerTarget() (mutants.Target, error) {
	around := mutants.Target{Key: s.target.APIKey, OtherKey: s.target.OtherAPIKey, DeniedKey: s.target.DeniedAPIKey}
	base, err := url.Parse(s.target.BaseURL)
	if err != nil {
		return around, err
	}
	around.Host = base.Host
	if s.target.OtherRegionURL != "" {
		other, err := url.Parse(s.target.OtherRegionURL)
		if err != nil {
			return around, err
		}
		around.OtherHost = other.Host
	}
	return around, nil
}
