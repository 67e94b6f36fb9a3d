package mockserver

import (
	"net/http"
	"slices"

	"example.com/assay/mockserver/internal/institution"
)

// ShareContract returns the configuration for a server that uses the contract of
// another one, which is most of what it costs to make a server.
func (cfg Config) ShareContract(s *Server) Config {
	cfg.contract = s.contract
	return cfg
}

// WithoutJournal returns the same server without the stage that writes down what
// is asked, and that measures it.
func (s *Server) WithoutJournal() http.Handler {
	return chain(s.inner, slices.DeleteFunc(s.stages(), func(st stage) bool { return st.name == "journal" }))
}

// HTTPServer returns what Start serves connections with, for a listener of the
// test's own.
func (s *Server) HTTPServer() *http.Server { return newHTTPServer(s, s.logger) }

// StageNames lists what stands around the API, from the outside in.
func (s *Server) StageNames() []string {
	var names []string
	for _, stage := range s.stages() {
		names = append(names, stage.name)
	}
	return names
}

// Recording returns the configuration for a server that passes each change to the
// function, with the ID of its institution.
func (cfg Config) Recording(record func(id string, c institution.Change)) Config {
	cfg.record = record
	return cfg
}

// Replay applies a recorded change.
func (in *Institution) Replay(c institution.Change) error {
	_, err := in.apply(c)
	return err
}
