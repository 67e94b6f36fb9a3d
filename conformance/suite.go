package conformance

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/steps"
	"example.com/assay/conformance/internal/target"
	"example.com/assay/conformance/report"
)

// suite is a run in progress.
type suite struct {
	target    Target
	endpoints endpoints
	options   Options
	plan      *Plan
	client    *client.Client
	redactor  *client.Redactor
	steps     *steps.Run
	ledger    *ledger
	key       client.Key
	badKeys   []client.Key

	lost  map[string]bool            // scenarios that infrastructure kept from running
	takes func(report.Scenario) bool // the scenarios of the current pass; nil: all
	again bool                       // the current pass repeats lost scenarios

	mu     sync.Mutex // guards report and done
	report *report.Report
	done   int // scenarios that ended
}

func newSuite(t Target, o Options) (*suite, error) {
	var m usageErrors
	p := t.parse(&m)
	o.check(&m, p)
	plan, err := NewPlan(o.Selection)
	if err := m.take(err); err != nil {
		return nil, err
	}
	if err := m.err(); err != nil {
		return nil, err
	}
	o = o.withDefaults(loopback(p.base.Hostname()))
	s := &suite{target: t, endpoints: p, plan: plan, lost: map[string]bool{}}
	source := newIDs(o.Seed)
	o.RunID = cmp.Or(o.RunID, newIDs(randomSeed()).uuid()[:8])
	s.options = o
	if s.ledger, err = openLedger(o.Ledger, o.RunID, t.BaseURL); err != nil {
		return nil, err
	}
	s.connect(source)
	return s, nil
}

// connect creates the client, and the state that the scenarios share.
func (s *suite) connect(ids *ids) {
	t, o := s.target, s.options
	s.key = client.NewKey("$ASSAY_APIKEY", t.APIKey)
	other, denied := client.NewKey(otherKeyName, t.OtherAPIKey), client.NewKey("$ASSAY_DENIED_APIKEY", t.DeniedAPIKey)
	s.badKeys = s.key.Variants(ids.uuid())
	secrets := slices.Concat([]client.Key{s.key, other, denied}, s.badKeys[1:], headerSecrets(o.Header), s.proxySecrets())
	redactor := client.NewRedactor(secrets...)
	s.redactor, s.ledger.redactor = redactor, redactor
	transport := t.Transport
	if transport == nil {
		transport = newTransport(o)
	}
	way := reachOf(transport)
	limit := rate.Limit(0)
	if o.Rate > 0 {
		limit = rate.Limit(o.Rate)
	}
	s.client = client.New(client.Options{
		BaseURL: s.endpoints.base, Timeout: o.Timeout, Unavailable: o.UnavailableTimeout, Rate: limit, Header: o.Header,
		Transport: way.kept, Fresh: way.fresh, Wire: way.wire, Redactor: redactor,
		UserAgent: fmt.Sprintf("assay/%s (%s)", o.Version, o.RunID),
	})
	s.steps = steps.NewRun(steps.Config{
		Config:   target.Config{Client: s.client, ListRequests: o.ListRequests, Writes: o.AllowCancel, Sacrificial: t.AssessmentIDs, Intent: s.ledger.intent, Done: s.ledger.done},
		Redactor: redactor, Catalogue: s.plan.catalogue,
		Key: s.key, OtherKey: other, Denied: denied, BadKeys: s.badKeys,
		EntityID: t.EntityID, TemplateID: t.TemplateID,
		CanceledOutcomes: s.endpoints.outcomes, OtherRegion: s.endpoints.otherRegion,
		VisibilityTimeout: o.VisibilityTimeout, Settle: o.Settle, Clients: o.Clients,
		Seed: o.Seed, Negatives: o.Negatives,
		NewID: ids.uuid,
	})
}

func (s *suite) newReport(began time.Time) *report.Report {
	r := &report.Report{
		Schema: report.Schema,
		Tool:   report.Tool{Name: "assay", Version: s.options.Version},
		Run:    report.Run{ID: s.options.RunID, Started: began.UTC(), Seed: s.options.Seed},
		Target: report.Target{BaseURL: s.target.BaseURL, OtherRegionURL: s.target.OtherRegionURL, WritesAllowed: s.options.AllowCancel},
		Plan:   s.plan.Summary,
	}
	r.Scenarios = slices.Clone(s.plan.Scenarios)
	for i := range r.Scenarios {
		r.Scenarios[i].Steps = slices.Clone(r.Scenarios[i].Steps)
		r.Scenarios[i].Outcome, r.Scenarios[i].Reason = report.CouldNotRun, "the run ended before"
	}
	return r
}
