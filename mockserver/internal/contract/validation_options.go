package contract

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// This file holds every option that makes kin-openapi strict. A test for each shows
// what is accepted without it.

// responseOptions validate response bodies with the document's formats; without them
// any string is a uuid.
func (c *Contract) responseOptions() []openapi3.SchemaValidationOption {
	return append(c.doc.GetSchemaValidationOptions(), openapi3.VisitAsResponse())
}

// requestOptions validate request bodies, and report every mismatch.
func (c *Contract) requestOptions() []openapi3.SchemaValidationOption {
	return append(c.doc.GetSchemaValidationOptions(), openapi3.VisitAsRequest(), openapi3.MultiErrors())
}

// Checker validates whole exchanges with the router and the filter of kin-openapi.
// The control plane uses it; the API does not, but its tests compare with it.
type Checker struct {
	router  routers.Router
	options *openapi3filter.Options
}

// NewChecker returns a Checker for a document with a relative server, so that any
// host matches.
func NewChecker(doc *openapi3.T) (*Checker, error) {
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, fmt.Errorf("prepare the router: %w", err)
	}
	return &Checker{router: router, options: &openapi3filter.Options{
		IncludeResponseStatus:             true, // or an undeclared status passes
		RejectWhenRequestBodyNotSpecified: true, // or an undeclared body passes
		MultiError:                        true,
		SchemaValidationOptions:           doc.GetSchemaValidationOptions(),
		AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc, // callers authenticate
	}}, nil
}

// Request validates a request. It returns a copy that has the defaults of the query.
func (c *Checker) Request(r *http.Request, body []byte) (*http.Request, error) {
	input, err := c.input(r, body)
	if err != nil {
		return nil, err
	}
	return input.Request, openapi3filter.ValidateRequest(r.Context(), input)
}

// Response validates a response to a request, which need not be valid.
func (c *Checker) Response(r *http.Request, status int, header http.Header, body []byte) error {
	input, err := c.input(r, nil)
	if err != nil {
		return err
	}
	return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input,
		Status:                 status,
		Header:                 header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                c.options,
	})
}

func (c *Checker) input(r *http.Request, body []byte) (*openapi3filter.RequestValidationInput, error) {
	copied := r.Clone(r.Context())
	copied.URL = &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	copied.Body = io.NopCloser(bytes.NewReader(body))
	copied.ContentLength = int64(len(body))
	if r.Method == http.MethodHead {
		copied.Method = http.MethodGet // documents do not list HEAD
	}
	route, params, err := c.router.FindRoute(copied)
	copied.Method = r.Method
	if err != nil {
		return nil, fmt.Errorf("find the operation of %s %s: %w", r.Method, r.URL.Path, err)
	}
	return &openapi3filter.RequestValidationInput{Request: copied, PathParams: params, Route: route, Options: c.options}, nil
}
