// Package control is the control plane: it manages a mock over HTTP, on its own
// listener. Begin with control.yaml, its OpenAPI document, and handlers, the table
// of what carries out each operation of it.
package control

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/assay/internal/textfile"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
)

// Server is the control plane as an http.Handler.
type Server struct {
	Config
	checker *contract.Checker
	mux     *http.ServeMux
	guarded http.Handler
	streams chan struct{} // holds one value for each open stream
}

// maxBody limits a request, in bytes. JSON can double the size of a fixture file,
// by escaping its quotes and line ends.
const (
	maxBody         = 1 << 20
	maxFixturesBody = maxBody + 2*fixtures.MaxBytes
)

// New returns the control plane, or an error if its handlers and its document differ.
func New(cfg Config) (*Server, error) {
	doc, err := Load()
	if err != nil {
		return nil, err
	}
	s := &Server{Config: cfg, mux: http.NewServeMux(), streams: make(chan struct{}, maxStreams)}
	if s.checker, err = contract.NewChecker(doc); err != nil {
		return nil, fmt.Errorf("control plane: %w", err)
	}
	if err := s.route(doc); err != nil {
		return nil, err
	}
	s.mux.HandleFunc(BasePath+"/", s.notFound)
	s.guarded = cfg.Guard.wrap(s.mux, s.problem)
	return s, nil
}

// route puts every operation of the document into the mux.
func (s *Server) route(doc *openapi3.T) error {
	table := handlers()
	for path, item := range doc.Paths.Map() {
		for method, source := range item.Operations() {
			op, err := compile(source, table[source.OperationID], doc.GetSchemaValidationOptions())
			if err != nil {
				return fmt.Errorf("control operation %s: %w", source.OperationID, err)
			}
			delete(table, op.OperationID)
			s.mux.Handle(method+" "+BasePath+path, s.serve(op))
		}
	}
	for id := range table {
		return fmt.Errorf("the document of the control plane has no operation %s", id)
	}
	return nil
}

// Mount serves another handler behind the same guard. The pattern is one of
// http.ServeMux.
func (s *Server) Mount(pattern string, h http.Handler) { s.mux.Handle(pattern, h) }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.guarded.ServeHTTP(w, r) }

// Reject answers a request that is no valid HTTP.
func (s *Server) Reject(w http.ResponseWriter, refusal *domain.Error) { s.problem(w, refusal) }

func (s *Server) serve(op *operation) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := s.carryOut(op, r)
		if err == nil {
			err = s.send(w, op, body)
		}
		if err != nil {
			s.problem(w, err)
		}
	})
}

func (s *Server) carryOut(op *operation, r *http.Request) (body any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	checked, err := s.check(op, r)
	if err != nil {
		return nil, err
	}
	if ref := r.PathValue("institution"); ref != "" {
		if checked.institution, err = s.Registry.Find(ref); err != nil {
			return nil, err
		}
	}
	return op.handle(checked)
}

// check validates a request against the document, and adds the defaults of its query.
func (s *Server) check(op *operation, r *http.Request) (*request, error) {
	limit := maxBody
	if op.OperationID == "createInstitution" {
		limit = maxFixturesBody
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, int64(limit)))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, domain.Errorf(domain.TooLarge, "body too large; the limit is %d bytes", limit)
	}
	if err != nil {
		return nil, domain.Errorf(domain.BadRequest, "%s", contract.BodyProblem(err))
	}
	if coding := contract.ContentCoding(r.Header); coding != "" {
		return nil, domain.Errorf(domain.UnsupportedType, "unsupported Content-Encoding %.100q; send a body that is not compressed", coding)
	}
	if body, err = textfile.Decode("body", body); err != nil {
		return nil, domain.Errorf(domain.BadRequest, "%v", err)
	}
	if len(bytes.TrimSpace(body)) > 0 {
		if _, broken := contract.Decode(body); broken != "" {
			return nil, domain.Errorf(domain.BadRequest, "body: %s", broken)
		}
	}
	if err := checkQuery(op, r.URL.RawQuery); err != nil {
		return nil, err
	}
	checked, err := s.checker.Request(r, body)
	if err != nil {
		return nil, domain.Errorf(domain.BadRequest, "%s", describe(err))
	}
	return &request{Request: checked, operation: op, plane: &s.Config, streams: s.streams, body: body}, nil
}

// checkQuery refuses undeclared parameters and ambiguous values: a misread filter
// would match everything.
func checkQuery(op *operation, query string) error {
	given, err := url.ParseQuery(query)
	if err != nil {
		return domain.Errorf(domain.BadRequest, "malformed query %.200q; percent-encode the values", query)
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		values, declared := given[name], op.Parameters.GetByInAndName(openapi3.ParameterInQuery, name)
		switch {
		case declared == nil:
			return domain.Errorf(domain.BadRequest, "unknown query parameter %.64q of the operation %s", name, op.OperationID)
		case len(values) > 1:
			return domain.Errorf(domain.BadRequest, "query parameter %s: %d values; send one", name, len(values))
		case values[0] == "":
			return domain.Errorf(domain.BadRequest, "query parameter %s: no value; leave the parameter out", name)
		}
	}
	return nil
}

func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	s.problem(w, domain.Errorf(domain.NotFound, "no operation %.10s %.200q; see %s/openapi.yaml", r.Method, r.URL.Path, BasePath))
}
