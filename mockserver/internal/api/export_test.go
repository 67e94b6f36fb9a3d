package api

import (
	"maps"
	"net/http"
	"slices"

	"example.com/assay/mockserver/internal/freedoms"
)

// RouteIDs lists the operationIds of the table of handlers.
func RouteIDs() []string { return slices.Sorted(maps.Keys(routes())) }

// ServeHTTP serves a request that is not journaled.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.Serve(w, r, nil) }

// EncoderNames lists the error bodies that there are encoders for.
func EncoderNames() []string {
	var names []string
	for body := range encoders() {
		names = append(names, string(body))
	}
	slices.Sort(names)
	return names
}

// Encode makes the body of an error.
func Encode(body freedoms.ErrorBody, err error) (status int, contentType string, encoded []byte) {
	p := problemOf(err)
	contentType, encoded, _ = encoders()[body](p)
	return p.Status, contentType, encoded
}
