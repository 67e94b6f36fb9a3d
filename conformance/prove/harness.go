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
	// settle is how long the suite watches an assessment for changes. Late mutants
	// act after a few reads, or much sooner.
	settle = 120 * time.Millisecond
	// mutantVisibility is how long the suite waits for a change that a mutant never
	// shows.
	mutantVisibility = 250 * time.Millisecond
	// referenceVisibility is never spent, so it suits any busy machine.
	referenceVisibility = 3 * time.Second
	// runDeadline bounds a run behind a gateway.
	runDeadline = time.Minute
	// negatives is the number of invalid requests of a run about something else.
	negatives = 8
	// manyNegatives is enough for every kind of invalid request.
	manyNegatives = 120
	negative      = "NEG-01" // the requirement about invalid requests
	parallel      = 16       // scenarios at once

	host = "127.0.0.1:8080" // nothing listens there: no request leaves the process
)

// harness runs the suite on implementations in this process.
type harness struct {
	seed        uint64
	credentials mockserver.Credentials
}

// prepare reads the keys and hosts of the mock.
func (h *harness) prepare() error {
	server, err := mockserver.New(mockserver.Config{Seed: h.seed})
	if err != nil {
		return fmt.Errorf("the reference: %w", err)
	}
	h.credentials = server.Credentials()
	return nil
}

func (h *harness) otherHost() string { return h.credentials.OtherRegionHost + ":8080" }

func (h *harness) layerTarget() layer.Target {
	c := h.credentials
	return layer.Target{Key: c.Key, OtherKey: c.OtherKey, DeniedKey: c.DeniedKey, Host: host, OtherHost: h.otherHost()}
}

// run starts a mock with the settings, puts the layers in front of it, the first
// innermost, and runs the suite.
func (h *harness) run(ctx context.Context, settings map[string]string, o conformance.Options, size int, layers ...func(http.Handler) http.Handler) (*report.Report, error) {
	server, err := mockserver.New(mockserver.Config{Seed: h.seed, Settings: settings})
	if err != nil {
		return nil, err
	}
	if err := h.fill(ctx, server, size); err != nil {
		return nil, err
	}
	handler := http.Handler(server)
	for _, wrap := range layers {
		handler = wrap(handler)
	}
	c := h.credentials
	target := conformance.Target{
		BaseURL: "http://" + host + openapi.BasePath, OtherRegionURL: "http://" + h.otherHost() + openapi.BasePath,
		APIKey: c.Key, OtherAPIKey: c.OtherKey, DeniedAPIKey: c.DeniedKey,
		Transport: layer.InProcess{Handler: handler},
	}
	r, err := conformance.Run(ctx, target, o)
	if err != nil {
		return nil, err
	}
	return r, ctx.Err()
}

// fill creates assessments.
func (h *harness) fill(ctx context.Context, server http.Handler, size int) error {
	t := h.layerTarget()
	var failed error
	layer.Handler(server, t, func(x *layer.Exchange) *layer.Response {
		entities, templates := x.Ask(layer.Entities, "", "").Records(), x.Ask(layer.Templates, "", "").Records()
		for i := range size {
			body := layer.Encode(layer.Record{"entity_id": entities[i%len(entities)]["id"], "template_id": templates[i%len(templates)]["id"]})
			if a := x.Ask(layer.Create, "", body); !a.OK() {
				failed = fmt.Errorf("create an assessment: status %d", a.Status)
				break
			}
		}
		return layer.Reply(http.StatusOK, "")
	}).ServeHTTP(layer.Reply(0, ""), request(ctx))
	return failed
}

func request(ctx context.Context) *http.Request {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+openapi.BasePath+"/assessments", http.NoBody)
	if err != nil {
		panic(err) // a constant URL
	}
	r.RemoteAddr = "127.0.0.1:49152"
	return r
}

// options returns the options of the nth run.
func (h *harness) options(n uint64) conformance.Options {
	return conformance.Options{
		AllowCancel: true, Settle: settle, VisibilityTimeout: referenceVisibility, Timeout: time.Minute,
		Parallel: parallel, Negatives: negatives, Seed: h.seed + n + 1, // 0 would be random
		Selection: conformance.Selection{Strict: true}, Keep: true,
	}
}

// mutantOptions returns the options for a mutant.
func (h *harness) mutantOptions(m mutants.Mutant) conformance.Options {
	o := h.options(0)
	o.VisibilityTimeout = mutantVisibility
	if m.Requirement == negative {
		o.Negatives = manyNegatives
	}
	if m.Serial {
		o.Parallel = 1
	}
	return o
}

func (h *harness) wrap(m mutants.Mutant) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler { return m.Wrap(next, h.layerTarget()) }
}
