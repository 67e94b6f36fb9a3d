// Package control is the control plane: everything that can be done to a mock
// from outside of the API that it serves, over HTTP on a listener of its own. It
// has an OpenAPI document, [Load], and one table of routes that equals it.
package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/tenant"
)

// Config is what a control plane works with.
type Config struct {
	Registry *tenant.Registry
	Logger   *slog.Logger
	Describe func() Description // the server, as it is now
	Guard    Guard
	Strays   *journal.Journal // of the requests that are of no institution
	Scheme   string           // of the API: http or https
}

// Server is the control plane as an http.Handler.
type Server struct {
	Config
	doc     *openapi3.T
	router  routers.Router
	options *openapi3filter.Options
	mux     *http.ServeMux
	guarded http.Handler
	streams slots
}

// maxBody is how many bytes of a request are read. Where one may hold fixtures, it
// is as many as a large file takes when JSON escapes its quotes and its ends of
// lines.
const (
	maxBody         = 1 << 20
	maxFixturesBody = maxBody + 2*fixtures.MaxBytes
)

func mostBytes(op *openapi3.Operation) int {
	if op.OperationID == "createInstitution" {
		return maxFixturesBody
	}
	return maxBody
}

// handler carries out one operation of the document.
type handler func(*request) (response, error)

// request is a call that keeps the document.
type request struct {
	*http.Request
	server      *Server
	institution *tenant.Institution // nil if the path names none
	body        []byte
}

// response is an answer: JSON, unless one of the others is set.
type response struct {
	status int
	body   any                       // encoded as JSON; nil: no body
	raw    []byte                    // sent as it is
	media  string                    // the type of raw
	stream func(http.ResponseWriter) // sends everything by itself
}

// New makes the control plane. It fails if the table of routes and the document
// differ.
func New(cfg Config) (*Server, error) {
	doc, err := Load()
	if err != nil {
		return nil, err
	}
	s := &Server{Config: cfg, doc: doc, mux: http.NewServeMux(), streams: make(slots, maxStreams)}
	s.options = &openapi3filter.Options{
		RejectWhenRequestBodyNotSpecified: true,
		SkipSettingDefaults:               true,
		MultiError:                        true,
		SchemaValidationOptions:           doc.GetSchemaValidationOptions(),
		AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc, // the guard decides
	}
	if s.router, err = gorillamux.NewRouter(doc); err != nil {
		return nil, fmt.Errorf("prepare the router of the control plane: %w", err)
	}
	if err := s.route(); err != nil {
		return nil, err
	}
	s.mux.HandleFunc(BasePath+"/", s.unknown)
	s.guarded = cfg.Guard.wrap(s.mux, s.problem)
	return s, nil
}

// route puts every operation of the document into the mux.
func (s *Server) route() error {
	table := handlers()
	for path, item := range s.doc.Paths.Map() {
		for method, op := range item.Operations() {
			h, known := table[op.OperationID]
			if !known {
				return fmt.Errorf("expected a route for the control operation %s, got none", op.OperationID)
			}
			delete(table, op.OperationID)
			s.mux.Handle(method+" "+BasePath+path, s.serve(op, h))
		}
	}
	for id := range table {
		return fmt.Errorf("expected routes for operations of the document only, got one for %s", id)
	}
	return nil
}

// Mount serves something else next to the control plane, behind the same guard,
// such as a page that uses it. The pattern is one of http.ServeMux.
func (s *Server) Mount(pattern string, h http.Handler) { s.mux.Handle(pattern, h) }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.guarded.ServeHTTP(w, r) }

func (s *Server) serve(op *openapi3.Operation, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, err := s.answer(op, h, r)
		if err != nil {
			s.problem(w, err)
			return
		}
		if err := s.send(w, op, answer); err != nil {
			s.problem(w, err)
		}
	})
}

func (s *Server) answer(op *openapi3.Operation, h handler, r *http.Request) (answer response, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	asked := &request{Request: r, server: s}
	if asked.body, err = s.check(op, r); err != nil {
		return response{}, err
	}
	if ref := r.PathValue("institution"); ref != "" {
		found, err := s.Registry.Find(ref)
		if err != nil {
			return response{}, err
		}
		asked.institution = found.By(journal.ByHTTP)
	}
	return h(asked)
}

// check holds a request against the document, and returns its body.
func (s *Server) check(op *openapi3.Operation, r *http.Request) ([]byte, error) {
	most := mostBytes(op)
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(most)+1))
	switch {
	case err != nil:
		return nil, domain.Errorf(domain.BadRequest, "expected a body that can be read to its end: %v", err)
	case len(body) > most:
		return nil, domain.Errorf(domain.TooLarge, "expected a body of at most %d bytes, got a longer one", most)
	}
	asked := r.Clone(r.Context())
	asked.URL.Scheme, asked.URL.Host = "", ""
	asked.Body, asked.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	route, params, err := s.router.FindRoute(asked)
	if err != nil {
		return nil, fmt.Errorf("find the operation %s: %w", op.OperationID, err)
	}
	err = openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: asked, PathParams: params, Route: route, Options: s.options,
	})
	if err != nil {
		return nil, domain.Errorf(domain.BadRequest, "expected a request as the document of the control plane has it: %s", inShort(err))
	}
	return body, unclear(op, r)
}

// unclear refuses undeclared query parameters, and values that can be
// read in more ways than one: a misread filter would find everything.
func unclear(op *openapi3.Operation, r *http.Request) error {
	given, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return domain.Errorf(domain.BadRequest, "expected a query of parameters parted by &, with values that are escaped: %v", err)
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		values, declared := given[name], op.Parameters.GetByInAndName(openapi3.ParameterInQuery, name)
		switch {
		case declared == nil:
			return domain.Errorf(domain.BadRequest, "expected query parameters of the operation %s, got %.64q", op.OperationID, name)
		case len(values) > 1:
			return domain.Errorf(domain.BadRequest, "query parameter %s: expected it once, got it %d times", name, len(values))
		case values[0] == "":
			return domain.Errorf(domain.BadRequest, "query parameter %s: expected a value, got none: leave the parameter out", name)
		case declared.Schema.Value.Type.Is(openapi3.TypeBoolean) && values[0] != "true" && values[0] != "false":
			return domain.Errorf(domain.BadRequest, "query parameter %s: expected true or false, got %.20q", name, values[0])
		}
	}
	return nil
}

// inShort leaves out the schema and the value that kin-openapi repeats.
func inShort(err error) string {
	var places []string
	var walk func(error)
	walk = func(err error) {
		// What a request error holds is told by place, which knows where it was.
		if many, ok := err.(openapi3.MultiError); ok { //nolint:errorlint // on purpose: not what is wrapped
			for _, e := range many {
				walk(e)
			}
			return
		}
		places = append(places, place(err))
	}
	walk(err)
	return joined(places)
}

// decode reads the body of a request.
func decode[T any](r *request) (T, error) {
	var v T
	decoder := json.NewDecoder(bytes.NewReader(r.body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&v); err != nil {
		return v, domain.Errorf(domain.BadRequest, "expected a body as the document of the control plane has it: %v", err)
	}
	return v, nil
}

func (s *Server) unknown(w http.ResponseWriter, r *http.Request) {
	s.problem(w, domain.Errorf(domain.NotFound, "expected a path and a method of the control plane, which %s/openapi.yaml describes, got %.10s %.200q", BasePath, r.Method, r.URL.Path))
}
