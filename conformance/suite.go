package conformance

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/steps"
	"example.com/assay/conformance/internal/target"
	"example.com/assay/conformance/report"
)

// Run checks the target and returns what it found. The error is a UsageError if
// the run was asked for wrongly, and is nil whatever is wrong with the target:
// the report's verdict says that.
func Run(ctx context.Context, t Target, o Options) (*report.Report, error) {
	s, err := newSuite(t, o)
	if err != nil {
		return nil, err
	}
	defer s.ledger.close()
	ctx, cancel := context.WithTimeout(ctx, s.options.Deadline)
	defer cancel()
	if t.Transport == nil { // somebody else's may have other work to do
		defer s.client.CloseIdle()
	}
	return s.run(ctx)
}

// suite is one run under way.
type suite struct {
	target   Target
	place    place
	options  Options
	plan     *Plan
	client   *client.Client
	redactor *client.Redactor
	steps    *steps.Run
	ledger   *ledger
	key      client.Key
	badKeys  []client.Key

	lost  map[string]bool // scenarios that infrastructure kept from running
	again map[string]bool // the only scenarios to run, by name; nil: all

	mu     sync.Mutex // held while a scenario is taken into the report
	report *report.Report
}

func newSuite(t Target, o Options) (*suite, error) {
	var m mistakes
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
	if o.Seed == 0 {
		o.Seed = randomSeed()
	}
	s := &suite{target: t, place: p, plan: plan, lost: map[string]bool{}}
	source := newIDs(o.Seed)
	o.RunID = cmp.Or(o.RunID, source.uuid()[:8])
	s.options = o
	if s.ledger, err = openLedger(o.Ledger, o.RunID, t.BaseURL); err != nil {
		return nil, err
	}
	s.connect(source)
	return s, nil
}

// connect makes the client and the state that the scenarios share.
func (s *suite) connect(ids *ids) {
	t, o := s.target, s.options
	s.key = client.NewKey("$ASSAY_APIKEY", t.APIKey)
	other, denied := client.NewKey("$ASSAY_OTHER_APIKEY", t.OtherAPIKey), client.NewKey("$ASSAY_DENIED_APIKEY", t.DeniedAPIKey)
	s.badKeys = s.key.Variants(ids.uuid())
	secrets := slices.Concat([]client.Key{s.key, other, denied}, s.badKeys[1:], headerSecrets(o.Header))
	redactor := client.NewRedactor(secrets...)
	s.redactor, s.ledger.redactor = redactor, redactor
	var transport, fresh http.RoundTripper
	var dial client.Dialer
	if transport = t.Transport; transport == nil {
		reused, direct := newTransport(o)
		once := reused.Clone()
		once.DisableKeepAlives = true
		transport, fresh, dial = reused, once, direct
	}
	limit := rate.Limit(0)
	if o.Rate > 0 {
		limit = rate.Limit(o.Rate)
	}
	s.client = client.New(client.Options{
		BaseURL: s.place.base, Timeout: o.Timeout, Rate: limit, Header: o.Header, Transport: transport, Fresh: fresh, Dial: dial, Redactor: redactor,
		UserAgent: fmt.Sprintf("assay/%s (%s)", o.Version, o.RunID),
	})
	s.steps = steps.NewRun(steps.Config{
		Config:   target.Config{Client: s.client, ListRequests: o.ListRequests, Writes: o.AllowCancel, Sacrificial: t.AssessmentIDs, Intent: s.ledger.intent, Done: s.ledger.done},
		Redactor: redactor, Catalogue: s.plan.catalogue,
		Key: s.key, OtherKey: other, Denied: denied, BadKeys: s.badKeys,
		EntityID: t.EntityID, TemplateID: t.TemplateID,
		CanceledOutcomeID: t.CanceledOutcomeID, OtherRegion: s.place.otherRegion,
		VisibilityTimeout: o.VisibilityTimeout, Settle: o.Settle, Clients: o.Clients,
		Seed: o.Seed, Negatives: o.Negatives,
		NewID: ids.uuid,
	})
}

func (s *suite) run(ctx context.Context) (*report.Report, error) {
	began := time.Now()
	s.report = s.newReport(began)
	good, refused := s.canary(ctx, "before")
	s.report.Canaries = append(s.report.Canaries, good)
	if !good.OK {
		s.report.Verdict = report.NotRun
		s.report.Reasons = []report.Reason{{Text: "the key is not accepted, so nothing else was asked: " + good.Got, Hint: good.Hint}}
		s.finish(began)
		redactReport(s.redactor, s.report)
		return s.report, nil
	}
	s.report.Canaries = append(s.report.Canaries, refused)
	if err := s.runScenarios(ctx); err != nil {
		return nil, err
	}
	s.steps.Probe(ctx)
	s.canaryAfter(ctx)
	s.report.Observations = s.steps.Observations()
	s.finish(began)
	s.judge()
	redactReport(s.redactor, s.report)
	return s.report, nil
}

func (s *suite) canaryAfter(ctx context.Context) {
	good, refused := s.canary(ctx, "after")
	s.report.Canaries = append(s.report.Canaries, good)
	if good.OK {
		s.report.Canaries = append(s.report.Canaries, refused)
	}
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

// finish fills in what is counted over the whole run.
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
		r.Notes = append(r.Notes, fmt.Sprintf("the bodies of %d responses were too much to keep, so the checks over everything that was seen have not seen them", n))
	}
	if r.Run.Slowed > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("the target answered %d requests with 429, 502, 503 or 504, and the run slowed down and asked again", r.Run.Slowed))
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

func randomSeed() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // it never fails
	return binary.LittleEndian.Uint64(b[:])
}

// ids makes random UUIDs from a seed. It is safe for concurrent use.
type ids struct {
	mu     sync.Mutex
	source *mathrand.ChaCha8
}

func newIDs(seed uint64) *ids {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	return &ids{source: mathrand.NewChaCha8(key)}
}

// uuid returns a version 4 UUID.
func (g *ids) uuid() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var b [16]byte
	_, _ = g.source.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}
