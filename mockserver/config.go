package mockserver

import (
	"crypto/tls"
	"log/slog"
	"time"

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
	// Clock drives the workflows. Nil stands for the time of the machine.
	Clock Clock
	// CORSOrigins are the origins whose scripts may call the server: exact
	// (https://app.example.com), of any port (http://localhost:*), or of any
	// host below a domain (http://*.localhost:*). Nil stands for the origins of
	// local development; an empty slice for none.
	CORSOrigins []string
	// Logger takes what is worth knowing. Nil discards it.
	Logger *slog.Logger
	// Addr is where Start listens; empty stands for a free port of 127.0.0.1.
	Addr string
	// TLS makes Start serve HTTPS. Nil stands for plain HTTP.
	TLS *tls.Config

	contract *contract.Contract // compiled already; nil: New compiles it
}
