package mockserver

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"example.com/assay/mockserver/internal/api"
	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/control"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/store"
	"example.com/assay/mockserver/internal/tenant"
	"example.com/assay/openapi"
)

// Server is a mock of the assessments API. It is safe for concurrent use.
type Server struct {
	handler      http.Handler
	inner        http.Handler // the API, with nothing around it
	seed         uint64
	logger       *slog.Logger
	cors         *cors
	contract     *contract.Contract
	now          func() time.Time
	strays       *journal.Journal // of requests that are of no institution
	prefer       bool
	institutions *store.Institutions
	tenants      *tenant.Registry
	fixtures     atomic.Pointer[fixtures.Set]
	chosen       map[string]string // Config.Settings
	keys         *auth.Keys
	plane        func() (*control.Server, error) // made when it is first needed
	guard        control.Guard
	version      string
	metrics      *metrics
	tracer       *tracer
	listening    listening
	control      listening
}

// New makes a server from the configuration. It does not listen yet. An error
// says what in the configuration is wrong, fixtures with file and line.
func New(cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	if err := cfg.checkLimits(); err != nil {
		return nil, err
	}
	s := &Server{seed: cfg.Seed, logger: cfg.Logger, now: cfg.Clock.Now, prefer: !cfg.NoPrefer, institutions: store.NewInstitutions()}
	s.listening = listening{addr: cfg.Addr, tls: cfg.TLS, logger: cfg.Logger, handler: s}
	var err error
	if err = s.configureControl(cfg); err != nil {
		return nil, err
	}
	if s.cors, err = newCORS(cfg); err != nil {
		return nil, err
	}
	settings, err := freedoms.Parse(cfg.Settings)
	if err != nil {
		return nil, err
	}
	if s.contract, err = loadContract(cfg.contract); err != nil {
		return nil, err
	}
	s.strays = journal.New(cfg.Seed, "", cfg.limits().Journal, operationIDs(s.contract))
	set, err := fixtures.Load(cfg.FixturesName, cfg.Fixtures)
	if err != nil {
		return nil, fmt.Errorf("fixtures: %w", err)
	}
	s.fixtures.Store(set)
	s.chosen = cfg.Settings
	warnOverridden(cfg.Logger, set, cfg.Settings)
	if err := s.build(cfg, settings); err != nil {
		return nil, err
	}
	return s, nil
}

func loadContract(compiled *contract.Contract) (*contract.Contract, error) {
	if compiled != nil {
		return compiled, nil
	}
	doc, err := openapi.Load()
	if err != nil {
		return nil, err
	}
	return contract.New(doc)
}

func (s *Server) build(cfg Config, settings freedoms.Settings) error {
	s.keys = auth.NewKeys()
	if cfg.Awkward {
		settings.Awkward = &freedoms.Awkward{Fixed: slices.Sorted(maps.Keys(cfg.Settings))}
	}
	var err error
	s.tenants, err = tenant.New(tenant.Deps{
		Now: cfg.Clock.Now, Seed: cfg.Seed, Resources: api.NewResources(s.contract), Keys: s.keys, Institutions: s.institutions,
		Settings: settings, Limits: cfg.limits(), Operations: operationIDs(s.contract),
	}, s.fixtures.Load())
	if err != nil {
		return fmt.Errorf("fixtures: %w", err)
	}
	served, err := api.New(api.Deps{
		Contract: s.contract, Keys: s.keys, Institutions: s.institutions, Logger: cfg.Logger, Settings: settings,
		Attend: s.attend,
		Ready:  func() bool { return !s.listening.stopping.Load() },
	})
	if err != nil {
		return err
	}
	s.metrics = newMetrics(func() int { return len(s.tenants.List()) })
	s.tracer = newTracer(cfg.TracerProvider)
	s.inner, s.handler = served, chain(served, s.stages())
	return nil
}

func (cfg Config) withDefaults() Config {
	if cfg.Fixtures == nil {
		cfg.Fixtures, cfg.FixturesName = fixtures.Default(), "default.yaml"
	}
	if cfg.FixturesName == "" {
		cfg.FixturesName = "fixtures"
	}
	if cfg.Clock == nil {
		cfg.Clock = realTime{}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Addr == "" {
		cfg.Addr = "127.0.0.1:0"
	}
	return cfg
}

type realTime struct{}

func (realTime) Now() time.Time { return time.Now() }

// ServeHTTP answers one request, without listening.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// ContractHash returns the SHA-256 of the contract that is served, in
// hexadecimal.
func (s *Server) ContractHash() string { return openapi.Hash() }

// Seed returns the seed that the server was made with.
func (s *Server) Seed() uint64 { return s.seed }
