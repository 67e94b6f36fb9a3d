// Package api serves the operations of the contract over HTTP.
//
// Every request under the base path is asked for its key first, so that bad
// credentials with a bad body are 401; then held against the contract; then
// carried out. Every answer is one that the contract package has made.
package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/store"
	"example.com/assay/openapi"
)

// Deps are what the API works with. All are required.
type Deps struct {
	Contract     *contract.Contract
	Keys         *auth.Keys
	Institutions *store.Institutions
	Logger       *slog.Logger
	// Settings hold for a caller that no institution is known of.
	Settings freedoms.Settings
	// Ready says whether the server takes requests; nil: always.
	Ready func() bool
}

// API is the contract as an http.Handler.
type API struct {
	Deps
	echo     *echo.Echo
	encoders map[freedoms.ErrorBody]encoder
}

// New makes the API. It fails if the table of routes and the contract differ.
func New(deps Deps) (*API, error) {
	a := &API{Deps: deps, echo: echo.New(), encoders: encoders()}
	a.echo.HTTPErrorHandler = a.unrouted
	table := routes()
	methods := map[string][]string{}
	for _, op := range deps.Contract.Operations() {
		r, known := table[op.ID()]
		if !known {
			return nil, fmt.Errorf("expected a route for operation %s, got none", op.ID())
		}
		delete(table, op.ID())
		path := echoPath(op.Path())
		a.echo.Add(op.Method(), path, a.serve(op, r))
		methods[path] = append(methods[path], op.Method())
		if op.Method() == http.MethodGet {
			a.echo.Add(http.MethodHead, path, a.serve(op, r))
			methods[path] = append(methods[path], http.MethodHead)
		}
	}
	for id := range table {
		return nil, fmt.Errorf("expected routes for operations of the contract only, got one for %s", id)
	}
	for path, allowed := range methods {
		a.echo.Add(http.MethodOptions, path, a.options(allowed))
	}
	a.echo.GET("/healthz", healthz)
	a.echo.GET("/readyz", a.readyz)
	return a, nil
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.echo.ServeHTTP(w, r) }

// echoPath turns {name} into :name, below the base path.
func echoPath(path string) string {
	return openapi.BasePath + strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// serve answers the requests for one operation.
func (a *API) serve(op *contract.Operation, rt route) echo.HandlerFunc {
	return func(c echo.Context) error {
		certified := a.answer(op, rt, c)
		if err := certified.Write(c.Response().Writer); err != nil {
			a.Logger.Debug("response not sent to its end", "operation", op.ID(), "error", err)
		}
		return nil
	}
}

// answer decides the response, whatever happens on the way.
func (a *API) answer(op *contract.Operation, rt route, c echo.Context) (certified contract.Certified) {
	settings := &a.Settings
	defer func() {
		if p := recover(); p != nil {
			err := fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			certified = a.refuse(op.RespondError, settings, err)
		}
	}()
	institution, err := a.authenticate(c.Request())
	if err != nil {
		return a.refuse(op.RespondError, settings, err)
	}
	settings = institution.Choose()
	certified, err = a.carryOut(&call{operation: op, institution: institution, settings: settings}, rt, c)
	if err != nil {
		return a.refuse(op.RespondError, settings, err)
	}
	return certified
}

func (a *API) carryOut(asked *call, rt route, c echo.Context) (contract.Certified, error) {
	if rt.offered != nil && !rt.offered(asked.settings) {
		return contract.Certified{}, unknownPath(c.Request())
	}
	if err := check(asked, c.Request(), pathValue(c)); err != nil {
		return contract.Certified{}, err
	}
	return rt.handle(asked)
}

// pathValue returns the parameters of the path, unescaped. echo leaves them
// escaped if it has matched the escaped path.
func pathValue(c echo.Context) func(string) string {
	if c.Request().URL.RawPath == "" {
		return c.Param
	}
	return func(name string) string {
		value, err := url.PathUnescape(c.Param(name))
		if err != nil {
			return c.Param(name)
		}
		return value
	}
}

func (a *API) authenticate(r *http.Request) (*store.Institution, error) {
	id, err := a.Keys.Check(r)
	if err != nil {
		return nil, err
	}
	institution, known := a.Institutions.Get(id)
	if !known {
		return nil, domain.Errorf(domain.Unauthorized, "expected the key of an institution that exists")
	}
	return institution, nil
}

// respond is how an error is answered: by an operation, or for none.
type respond func(status int, contentType string, body []byte) (contract.Certified, error)

// refuse turns an error into a response. What the contract does not declare for
// the operation is a defect, and becomes a 500.
func (a *API) refuse(respond respond, s *freedoms.Settings, err error) contract.Certified {
	p := problemOf(err)
	if p.Status == http.StatusInternalServerError {
		a.Logger.Error("request failed", "error", err)
	}
	certified, err := a.encode(respond, s, p)
	if err == nil {
		return certified
	}
	a.Logger.Error("error not declared", "error", err)
	certified, err = a.encode(respond, s, problemOf(err))
	if err != nil {
		a.Logger.Error("500 not declared", "error", err)
	}
	return certified
}

func (a *API) encode(respond respond, s *freedoms.Settings, p problem) (contract.Certified, error) {
	contentType, body, err := a.encoders[s.ErrorBody](p)
	if err != nil {
		return contract.Certified{}, fmt.Errorf("encode an error: %w", err)
	}
	return respond(p.Status, contentType, body)
}

// unrouted answers what is for no operation: 401 without a good key under the
// base path, then 405 or 404.
func (a *API) unrouted(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	settings, r := &a.Settings, c.Request()
	refusal := unknownPath(r)
	var he *echo.HTTPError
	if errors.As(err, &he) && he.Code == http.StatusMethodNotAllowed {
		allow := listed(strings.Split(c.Response().Header().Get("Allow"), ", "))
		c.Response().Header().Set("Allow", allow)
		refusal = domain.Errorf(domain.WrongMethod, "expected one of the methods %s, got %.20q", allow, r.Method)
	}
	if below(r.URL.Path) {
		institution, unauthorized := a.authenticate(r)
		if unauthorized != nil {
			c.Response().Header().Del("Allow")
			refusal = unauthorized
		} else {
			settings = institution.Choose()
		}
	}
	a.send(c, a.refuse(a.Contract.RespondUnrouted, settings, refusal))
}

func (a *API) send(c echo.Context, certified contract.Certified) {
	if err := certified.Write(c.Response().Writer); err != nil {
		a.Logger.Debug("response not sent to its end", "error", err)
	}
}

func below(path string) bool {
	return path == openapi.BasePath || strings.HasPrefix(path, openapi.BasePath+"/")
}

func unknownPath(r *http.Request) error {
	return domain.Errorf(domain.NotFound, "expected a path of the contract below %s, got %.200q", openapi.BasePath, r.URL.Path)
}

// listed returns the methods as the header Allow has them.
func listed(methods []string) string {
	return strings.Join(slices.Sorted(slices.Values(methods)), ", ")
}

// options answers OPTIONS where it is no preflight of a browser.
func (a *API) options(methods []string) echo.HandlerFunc {
	allow := listed(append(methods, http.MethodOptions))
	return func(c echo.Context) error {
		if _, err := a.authenticate(c.Request()); err != nil {
			a.send(c, a.refuse(a.Contract.RespondUnrouted, &a.Settings, err))
			return nil
		}
		c.Response().Writer.Header().Set("Allow", allow)
		c.Response().Writer.WriteHeader(http.StatusNoContent)
		return nil
	}
}
