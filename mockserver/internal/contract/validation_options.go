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

// This file holds every switch that makes kin-openapi strict. Each has a test
// that shows what passes without it.

// responseOptions are the settings by which response bodies are validated: the
// document's own formats, without which any string is a uuid.
func (c *Contract) responseOptions() []openapi3.SchemaValidationOption {
	return append(c.doc.GetSchemaValidationOptions(), openapi3.VisitAsResponse())
}

// requestOptions are the settings by which request bodies are validated: as for
// responses, and all mismatches rather than the first.
func (c *Contract) requestOptions() []openapi3.SchemaValidationOption {
	return append(c.doc.GetSchemaValidationOptions(), openapi3.VisitAsRequest(), openapi3.MultiErrors())
}

// filterOptions are the settings by which whole exchanges are validated.
func filterOptions(doc *openapi3.T) *openapi3filter.Options {
	return &openapi3filter.Options{
		IncludeResponseStatus:             true, // or an undeclared status passes
		RejectWhenRequestBodyNotSpecified: true, // or an undeclared body passes
		SkipSettingDefaults:               true, // or the request is rewritten
		MultiError:                        true,
		SchemaValidationOptions:           doc.GetSchemaValidationOptions(),
		AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc, // the mock decides; here it is about form
	}
}

// Checker validates whole exchanges by kin-openapi's own router and filter. The
// mock does not need it to serve; its tests use it to show that nothing leaves
// that kin-openapi would refuse.
type Checker struct {
	router  routers.Router
	options *openapi3filter.Options
}

// NewChecker prepares a Checker for the document, whose server is relative, so
// that any host matches.
func NewChecker(doc *openapi3.T) (*Checker, error) {
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, fmt.Errorf("prepare the router: %w", err)
	}
	return &Checker{router: router, options: filterOptions(doc)}, nil
}

// Request reports whether the request keeps the contract.
func (c *Checker) Request(r *http.Request, body []byte) error {
	input, err := c.input(r, body)
	if err != nil {
		return err
	}
	return openapi3filter.ValidateRequest(context.Background(), input)
}

// Response reports whether the response keeps the contract for the request's
// operation, whether or not the request does.
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
	copied := r.Clone(context.Background())
	copied.URL = &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	copied.Body = io.NopCloser(bytes.NewReader(body))
	copied.ContentLength = int64(len(body))
	route, params, err := c.router.FindRoute(copied)
	if err != nil {
		return nil, fmt.Errorf("find the operation of %s %s: %w", r.Method, r.URL.Path, err)
	}
	return &openapi3filter.RequestValidationInput{Request: copied, PathParams: params, Route: route, Options: c.options}, nil
}
