package mockserver

import (
	"crypto/tls"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/trace"

	"example.com/assay/mockserver/internal/contract"
)

// Clock tells the time. Workflows advance by it, and by nothing else.
type Clock interface {
	// Now returns the current time. A time before one returned earlier is
	// taken for that earlier one: a workflow does not run backwards.
	Now() time.Time
}

// Config is all that a [Server] can be told. The zero value is a complete mock
// with the embedded fixtures.
type Config struct {
	// Fixtures are the institutions, their keys and what they own, in YAML.
	// Nil stands for the embedded ones, which hold the guides' own examples.
	Fixtures []byte
	// FixturesName is the name that messages about the fixtures carry, such as
	// fixtures.yaml in "fixtures.yaml:12: ...".
	FixturesName string
	// Seed determines the IDs that are made and the shuffled order of lists.
	Seed uint64
	// Settings choose what the documentation leaves open: the name of a freedom
	// to one of its values ("second-cancel": "conflict"). What is not named has
	// its default. Unknown names and values are errors.
	Settings map[string]string
	// Awkward varies every freedom that Settings do not name, from one request to
	// the next, within what the documentation allows: a client that leans on what
	// nobody promised fails. What is drawn follows from the seed and the number of
	// the request of the institution.
	Awkward bool
	// Clock drives the workflows. Nil stands for the time of the machine.
	Clock Clock
	// CORSOrigins are the origins whose scripts may call the server: exact
	// (https://app.example.com), of any port (http://localhost:*), or of any
	// host below a domain (http://*.localhost:*). Nil stands for the origins of
	// local development; an empty slice for none.
	CORSOrigins []string
	// CORSHeaders are the headers that scripts may send besides apikey, content-type
	// and prefer.
	CORSHeaders []string
	// CORSStrict makes the server answer browsers as an API does that no page may
	// call: without any header that allows it, and with 401 to their preflights.
	CORSStrict bool
	// JournalEntries and JournalBytes bound the journal of each institution: how
	// many exchanges are kept, and how many bytes they show. 0 stands for 10,000
	// and for 64 MiB.
	JournalEntries, JournalBytes int
	// MaxInstitutions, MaxAssessments and MaxSnapshots are quotas: how many
	// institutions there are at once, those of the fixtures included; how many
	// assessments one of them has; and how many snapshots there are. What goes beyond
	// is refused. 0 stands for 1,000, for 100,000 and for 100; less is an error.
	MaxInstitutions, MaxAssessments, MaxSnapshots int
	// NoPrefer makes the server ignore what the header Prefer of a request asks to
	// go wrong.
	NoPrefer bool
	// Logger takes what is worth knowing. Nil discards it.
	Logger *slog.Logger
	// Addr is where Start listens; empty stands for a free port of 127.0.0.1.
	Addr string
	// ControlAddr is where Start listens for the control plane; empty: nowhere. Any
	// address but a loopback one makes a token necessary.
	ControlAddr string
	// ControlToken is what the control plane asks its callers for. Where one is
	// necessary, the empty one stands for a random one: see Server.ControlToken.
	ControlToken string
	// ControlHosts are names, without port, under which the control plane may be
	// called besides localhost and IP addresses.
	ControlHosts []string
	// Version is the version of the program that the server is part of, to be told
	// by the control plane.
	Version string
	// TracerProvider makes a span of every request. Nil stands for none.
	TracerProvider trace.TracerProvider
	// TLS makes Start serve HTTPS. Nil stands for plain HTTP. The control plane does the same.
	TLS *tls.Config

	contract *contract.Contract // compiled already; nil: New compiles it
}
