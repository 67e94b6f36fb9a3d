package mockserver

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"example.com/assay/mockserver/internal/api"
	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/control"
	"example.com/assay/mockserver/internal/cursor"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/registry"
	"example.com/assay/mockserver/internal/wire"
	"example.com/assay/openapi"
)

// Server is a mock of the assessments API. It is safe for concurrent use.
type Server struct {
	handler   http.Handler
	inner     handler // the API alone
	seed      uint64
	logger    *slog.Logger
	cors      *cors
	contract  *contract.Contract
	unserved  []string // paths of the contract that the settings leave out
	now       func() time.Time
	unmatched *journal.Journal // of requests of no institution
	registry  *registry.Registry
	fixtures  atomic.Pointer[fixtures.Set]
	settings  map[string]string               // Config.Settings
	plane     func() (*control.Server, error) // compiled on first use
	guard     control.Guard
	version   string
	metrics   *metrics
	tracer    *tracer
	listening listening
	regions   map[string]*listening // that serve one region each
	control   listening
}

// New returns a server that does not listen yet. An error tells what is wrong in the
// configuration; for fixtures, with file and line.
func New(cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	if err := cfg.checkLimits(); err != nil {
		return nil, err
	}
	s := &Server{seed: cfg.Seed, logger: cfg.Logger, now: cfg.Clock.Now, settings: cfg.Settings}
	s.listening = listening{addr: cfg.Addr, tls: cfg.TLS, logger: cfg.Logger, handler: s}
	var err error
	if err = s.configureControl(cfg); err != nil {
		return nil, err
	}
	if err = s.configureRegions(cfg); err != nil {
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
	s.unmatched = journal.New(cfg.Seed, "", cfg.journalLimits(), operationIDs())
	set, err := fixtures.Load(cfg.FixturesName, cfg.Fixtures)
	if err != nil {
		return nil, fmt.Errorf("fixtures: %w", err)
	}
	s.fixtures.Store(set)
	s.warnOverridden(set)
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
	if cfg.Awkward {
		settings.Awkward = &freedoms.Awkward{Fixed: slices.Sorted(maps.Keys(cfg.Settings))}
	}
	request := settings.ForRequest(0)
	for _, op := range openapi.Operations() {
		if !api.Offered(op, &request) {
			s.unserved = append(s.unserved, op.Path)
		}
	}
	keys, resources := auth.NewKeys(), wire.NewResources(s.contract)
	var err error
	s.registry, err = registry.New(registry.Config{
		Config: institution.Config{
			Now: cfg.Clock.Now, Seed: cfg.Seed, Render: resources.Assessment, Settings: settings, Journal: cfg.journalLimits(),
			MaxAssessments: cmp.Or(cfg.MaxAssessments, 100_000), Operations: operationIDs(), Record: cfg.record,
		},
		Resources: resources, Keys: keys, MaxInstitutions: cmp.Or(cfg.MaxInstitutions, 1_000), MaxSnapshots: cmp.Or(cfg.MaxSnapshots, 100),
	}, s.fixtures.Load())
	if err != nil {
		return fmt.Errorf("fixtures: %w", err)
	}
	served, err := api.New(api.Deps{
		Contract: s.contract, Keys: keys, Tokens: cursor.New(strconv.FormatUint(cfg.Seed, 10)), Logger: cfg.Logger, Settings: settings, Prefer: !cfg.NoPrefer,
		Ready: func() bool { return !s.listening.stopping.Load() },
	})
	if err != nil {
		return err
	}
	s.metrics = newMetrics(func() int { return len(s.registry.List()) })
	s.tracer = newTracer(cfg.TracerProvider)
	s.inner, s.handler = served.Serve, chain(served.Serve, s.stages())
	s.listening.reject = s.rejecting(served)
	return nil
}

// operationIDs lists the operationIds of the contract.
func operationIDs() []string {
	var ids []string
	for _, op := range openapi.Operations() {
		ids = append(ids, op.ID)
	}
	return ids
}

// ServeHTTP answers a request. The server need not listen.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// ContractHash returns the SHA-256 of the contract, in hexadecimal.
func (s *Server) ContractHash() string { return openapi.Hash() }

// Seed returns the seed of the server.
func (s *Server) Seed() uint64 { return s.seed }
