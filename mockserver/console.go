package mockserver

import (
	"net/http"

	"example.com/assay/mockserver/internal/console"
	"example.com/assay/mockserver/internal/control"
)

// withConsole puts the console and the metrics next to the control plane, behind
// the same guard.
func (s *Server) withConsole(plane *control.Server, err error) (*control.Server, error) {
	if err != nil {
		return nil, err
	}
	page, err := console.New(console.Config{APIURL: s.URL})
	if err != nil {
		return nil, err
	}
	plane.Mount(console.BasePath, page)
	plane.Mount("GET /metrics", s.metrics.handler())
	plane.Mount("GET /{$}", http.RedirectHandler(console.BasePath, http.StatusFound))
	return plane, nil
}
