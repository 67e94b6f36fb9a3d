package mockserver

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/trace"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/journal"
)

// Clock tells the time that workflows advance by.
type Clock interface {
	// Now returns the current time. A workflow does not go back: a time before an
	// earlier one counts as the earlier one.
	Now() time.Time
}

// Config configures a [Server]. The zero value is a complete mock with the embedded
// fixtures.
type Config struct {
	// Fixtures are the institutions, their keys and what they own, in YAML; nil: the
	// embedded ones, with the examples of the guides.
	Fixtures []byte
	// FixturesName is the name of the fixtures in messages, such as fixtures.yaml in
	// "fixtures.yaml:12: ...".
	FixturesName string
	// Seed determines IDs and the shuffled order of lists.
	Seed uint64
	// Settings are values of freedoms, by name ("second-cancel": "conflict"). Each
	// freedom has a default. Unknown names and values are errors.
	Settings map[string]string
	// Awkward varies each freedom that Settings do not name from request to request,
	// within the documentation: a client that depends on undocumented behaviour
	// fails. The values follow from the seed and the number of the request in its
	// institution.
	Awkward bool
	// Clock drives the workflows; nil: the time of the machine.
	Clock Clock
	// CORSOrigins are the origins whose scripts may call the server: exact
	// (https://app.example.com), with any port (http://localhost:*), or any host below
	// a domain (http://*.localhost:*); nil: those of local development; empty: none.
	CORSOrigins []string
	// CORSCredentials lets pages of CORSOrigins send cookies. It needs origins without *.
	CORSCredentials bool
	// CORSHeaders are the headers that scripts may send besides apikey, content-type, if-match
	// and prefer.
	CORSHeaders []string
	// CORSStrict blocks browsers, as an API without CORS does: no response allows an
	// origin, and preflights are 401.
	CORSStrict bool
	// JournalEntries and JournalBytes limit the journal of each institution: its
	// entries, and the bytes that they show; 0: 10,000 and 64 MiB.
	JournalEntries, JournalBytes int
	// MaxInstitutions, MaxAssessments and MaxSnapshots are quotas: of the institutions
	// at once, those of the fixtures included; of the assessments in each of them; of
	// the snapshots; 0: 1,000, 100,000 and 100.
	MaxInstitutions, MaxAssessments, MaxSnapshots int
	// NoPrefer ignores the header Prefer, by which requests ask for faults.
	NoPrefer bool
	// Logger receives the log; nil: none.
	Logger *slog.Logger
	// Addr is the address of Start; empty: a free port of 127.0.0.1.
	Addr string
	// RegionAddrs are the addresses of listeners that serve one region each, by the
	// name of the region, for clients that cannot resolve api.REGION.localhost. See
	// [Server.RegionURL].
	RegionAddrs map[string]string
	// ControlAddr is the address of the control plane; empty: none. Any address but a
	// loopback one requires a token.
	ControlAddr string
	// ControlToken is the token of the control plane; empty: a random one where one is
	// required. See [Server.ControlToken].
	ControlToken string
	// ControlHosts are host names, without port, of the control plane besides
	// localhost and IP addresses.
	ControlHosts []string
	// Version is the version of the program, which the control plane reports.
	Version string
	// TracerProvider makes a span of each request; nil: no spans.
	TracerProvider trace.TracerProvider
	// TLS makes Start serve HTTPS on every listener; nil: plain HTTP. It offers HTTP/2
	// unless NextProtos lists other protocols.
	TLS *tls.Config

	contract *contract.Contract                    // compiled already; nil: New compiles it
	record   func(id string, c institution.Change) // receives each change; nil: none
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

// checkLimits returns an error if a limit is negative.
func (cfg Config) checkLimits() error {
	var wrong []error
	for _, l := range []struct {
		name  string
		value int
	}{
		{"MaxInstitutions", cfg.MaxInstitutions}, {"MaxAssessments", cfg.MaxAssessments}, {"MaxSnapshots", cfg.MaxSnapshots},
		{"JournalEntries", cfg.JournalEntries}, {"JournalBytes", cfg.JournalBytes},
	} {
		if l.value < 0 {
			wrong = append(wrong, fmt.Errorf("configuration: %s: %d is negative; use a number above 0, or 0 for the default", l.name, l.value))
		}
	}
	return errors.Join(wrong...)
}

func (cfg Config) journalLimits() journal.Limits {
	l := journal.DefaultLimits()
	return journal.Limits{Entries: cmp.Or(cfg.JournalEntries, l.Entries), Bytes: cmp.Or(cfg.JournalBytes, l.Bytes)}
}
