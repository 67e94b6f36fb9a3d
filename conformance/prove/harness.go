package prove

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"example.com/assay/conformance"
	"example.com/assay/conformance/internal/layer"
	"example.com/assay/conformance/mutants"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
	"example.com/assay/openapi"
)

const (
	// settle is how long an assessment is watched for changes. Mutants that change
	// something later do so after a few reads, or after much less than this.
	settle = 120 * time.Millisecond
	// mutantPatience is how long the suite waits for a change that a mutant never
	// shows.
	mutantPatience = 250 * time.Millisecond
	// referencePatience is how long it waits for the reference, which always shows
	// it. It is never spent, so it can be too long for any busy machine.
	referencePatience = 3 * time.Second
	// negatives is how many broken requests a run sends where they are not the
	// point; other runs send others.
	negatives = 8
	// manyNegatives is enough for each kind of them to be among them.
	manyNegatives = 120
	negative      = "NEG-01" // the requirement that they are about
	// atOnce is how many scenarios of a run may go on at once.
	atOnce = 16

	host = "127.0.0.1:8080" // nothing listens there: no request leaves the process
)

// laboratory makes implementations and runs the suite on them.
type laboratory struct {
	seed        uint64
	credentials mockserver.Credentials
}

// prepare finds out what a complete run needs.
func (l *laboratory) prepare() error {
	server, err := mockserver.New(mockserver.Config{Seed: l.seed})
	if err != nil {
		return fmt.Errorf("the reference: %w", err)
	}
	l.credentials = server.Credentials()
	return nil
}

func (l *laboratory) otherHost() string { return l.credentials.OtherRegionHost + ":8080" }

func (l *laboratory) surroundings() mutants.Target {
	c := l.credentials
	return mutants.Target{Key: c.Key, OtherKey: c.OtherKey, DeniedKey: c.DeniedKey, Host: host, OtherHost: l.otherHost()}
}

func (l *laboratory) target(h http.Handler) conformance.Target {
	c := l.credentials
	return conformance.Target{
		BaseURL: "http://" + host + openapi.BasePath, OtherRegionURL: "http://" + l.otherHost() + openapi.BasePath,
		APIKey: c.Key, OtherAPIKey: c.OtherKey, DeniedAPIKey: c.DeniedKey,
		Transport: layer.InProcess{Handler: h},
	}
}

// options are those of the nth run.
func (l *laboratory) options(n uint64) conformance.Options {
	return conformance.Options{
		AllowCancel: true, Settle: settle, VisibilityTimeout: referencePatience, Timeout: time.Minute,
		Parallel: atOnce, Negatives: negatives, Seed: l.seed + n + 1, // 0 would be drawn anew
		Selection: conformance.Selection{Strict: true},
	}
}

// reference runs the suite on the mock under the settings.
func (l *laboratory) reference(ctx context.Context, n uint64, run *ReferenceRun) error {
	server, err := mockserver.New(mockserver.Config{Seed: l.seed, Settings: run.Settings})
	if err != nil {
		return err
	}
	r, err := conformance.Run(ctx, l.target(server), l.options(n))
	if err != nil {
		return err
	}
	run.judge(r)
	return ctx.Err()
}

// mutant runs the suite on a mutant of the mock.
func (l *laboratory) mutant(ctx context.Context, m mutants.Mutant) (MutantRun, error) {
	server, err := mockserver.New(mockserver.Config{Seed: l.seed, Settings: m.Settings})
	if err != nil {
		return MutantRun{}, err
	}
	o := l.options(0)
	o.VisibilityTimeout = mutantPatience
	if m.Requirement == negative {
		o.Negatives = manyNegatives
	}
	if m.Serial {
		o.Parallel = 1
	}
	r, err := conformance.Run(ctx, l.target(m.Wrap(server, l.surroundings())), o)
	if err != nil {
		return MutantRun{}, err
	}
	return judged(m, r), ctx.Err()
}

// judged reports whether a mutant was found out by the requirement that it breaks.
func judged(m mutants.Mutant, r *report.Report) MutantRun {
	run := MutantRun{ID: m.ID, Requirement: m.Requirement, Subtle: m.Subtle, How: m.How, Verdict: r.Verdict, By: []string{}, Also: others(r, m.Requirement)}
	for _, sc := range r.Scenarios {
		if blames(sc, m.Requirement) {
			run.By = append(run.By, sc.Name)
		}
	}
	run.Caught = len(run.By) > 0 && r.Verdict == report.Nonconformant
	if !run.Caught {
		run.Missed = missed(m, r)
	}
	return run
}

// missed says what became of the scenarios that should have found a mutant out.
func missed(m mutants.Mutant, r *report.Report) string {
	for _, req := range r.Requirements {
		if req.ID == m.Requirement && req.Outcome != report.Passed {
			return fmt.Sprintf("expected an assertion of %s to fail, got %s: %s", m.Requirement, req.Outcome, reasonOf(m.Requirement, r))
		}
	}
	return fmt.Sprintf("expected an assertion of %s to fail, got none, and the verdict %s", m.Requirement, r.Verdict)
}

func reasonOf(requirement string, r *report.Report) string {
	for _, sc := range r.Scenarios {
		if sc.Requirements[0] == requirement && sc.Outcome != report.Passed && sc.Reason != "" {
			return sc.Reason
		}
	}
	return "for no reason that a scenario gives"
}
