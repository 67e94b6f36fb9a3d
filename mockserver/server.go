package mockserver

import (
	"context"
	"errors"
	"net"
	"net/http"
)

// Server is a mock of the assessments API. It is safe for concurrent use.
type Server struct{}

// New makes a server from the configuration. It does not listen yet.
func New(cfg Config) (*Server, error) { return nil, errors.New("not built yet") }

// ServeHTTP answers one request, without listening.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {}

// Start binds the address and serves it in the background.
func (s *Server) Start() error { return nil }

// URL returns the base URL, such as http://127.0.0.1:8080/v5; empty before Start.
func (s *Server) URL() string { return "" }

// Addr returns the address that the server listens on; nil before Start.
func (s *Server) Addr() net.Addr { return nil }

// Close stops listening, lets requests in flight end for up to a second, and
// then cuts them off.
func (s *Server) Close() error { return nil }

// Shutdown stops listening and waits for requests in flight, as long as the
// context allows.
func (s *Server) Shutdown(ctx context.Context) error { return nil }

// ContractHash returns the SHA-256 of the contract that is served.
func (s *Server) ContractHash() string { return "" }

// Seed returns the seed that the server was made with.
func (s *Server) Seed() uint64 { return 0 }

// Samples returns one request for each operation that is served.
func (s *Server) Samples() []Sample { return nil }

// Credentials returns what a complete check of this server needs.
func (s *Server) Credentials() Credentials { return Credentials{} }
