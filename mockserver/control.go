package mockserver

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"example.com/assay/mockserver/internal/console"
	"example.com/assay/mockserver/internal/control"
)

// ControlHandler returns the control plane as a handler: what the listener at
// Config.ControlAddr serves, below /control/v1.
func (s *Server) ControlHandler() (http.Handler, error) { return s.controlPlane() }

// ControlDocument returns the OpenAPI document of the control plane, in YAML. The
// extension x-ctl of an operation describes its command of assay ctl.
func ControlDocument() []byte { return control.Document() }

// ControlToken returns what the control plane asks its callers for, empty if it
// asks for nothing.
func (s *Server) ControlToken() string { return s.guard.Token }

// controlPlane makes the control plane once, when it is first needed: a server
// that is only a handler does not pay for it.
func (s *Server) controlPlane() (*control.Server, error) { return s.plane() }

func (s *Server) configureControl(cfg Config) error {
	s.version = cfg.Version
	s.guard = control.Guard{Token: cfg.ControlToken, Public: []string{console.BasePath}}
	for _, host := range cfg.ControlHosts {
		s.guard.Hosts = append(s.guard.Hosts, strings.ToLower(host))
	}
	s.control = listening{addr: cfg.ControlAddr, tls: cfg.TLS, logger: cfg.Logger, interrupt: true}
	s.plane = sync.OnceValues(func() (*control.Server, error) {
		return s.withConsole(control.New(control.Config{Registry: s.registry, Logger: s.logger, Describe: s.describe, Guard: s.guard, Strays: s.unmatched, Scheme: s.scheme()}))
	})
	if cfg.ControlAddr == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(cfg.ControlAddr)
	if err != nil {
		return fmt.Errorf("control address: expected HOST:PORT such as 127.0.0.1:8081, got %q", cfg.ControlAddr)
	}
	if s.guard.Token == "" && !onlyHere(host) {
		s.guard.Token = rand.Text()
	}
	if _, err := netip.ParseAddr(host); err != nil && host != "" {
		s.guard.Hosts = append(s.guard.Hosts, strings.ToLower(host))
	}
	return nil
}

// onlyHere reports whether only this machine can connect to the address.
func onlyHere(host string) bool {
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return strings.EqualFold(host, "localhost")
	}
	return addr.IsLoopback()
}

func (s *Server) describe() control.Description {
	return control.Description{Version: s.version, APIURL: s.URL(), Seed: s.seed, Unserved: s.unserved}
}

// scheme returns the scheme of the API's URLs.
func (s *Server) scheme() string {
	if s.listening.tls != nil {
		return "https"
	}
	return "http"
}
