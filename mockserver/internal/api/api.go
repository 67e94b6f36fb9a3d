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
	"example.com/assay/mockserver/internal/fault"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/journal"
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
	// Attend is told of every request with a good key before it is carried out,
	// and says what is to go wrong with it; nil: nothing ever is.
	Attend func(Attendance) *fault.Plan
	// Ready reports whether the server takes requests; nil: always.
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
		r, known := table[op.ID]
		if !known {
			return nil, fmt.Errorf("expected a route for operation %s, got none", op.ID)
		}
		delete(table, op.ID)
		path := echoPath(op.Path)
		a.echo.Add(op.Method, path, a.serve(op, r))
		methods[path] = append(methods[path], op.Method)
		if op.Method == http.MethodGet {
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
		asked := a.begin(op, c)
		asked.plan.Before(asked.writer, asked.request)
		a.deliver(asked, a.answer(asked, rt, c))
		return nil
	}
}

// begin finds out who asks, and what is to go wrong with the request.
func (a *API) begin(op *contract.Operation, c echo.Context) *call {
	asked := &call{party: party{writer: c.Response().Writer, request: c.Request(), settings: a.Settings.ForRequest(0), operation: op}}
	asked.exchange, _ = asked.writer.(*journal.Exchange)
	institution, err := a.authenticate(asked.request)
	if err != nil {
		asked.exchange.Asked(idOf(op), "", &asked.settings)
		asked.refusal = err
		return asked
	}
	asked.institution, asked.settings = institution, institution.Choose()
	if a.Attend != nil {
		asked.plan = a.Attend(Attendance{
			Request: asked.request, Exchange: asked.exchange, Institution: institution, Settings: &asked.settings,
			Operation: idOf(op), Assessment: strings.ToLower(c.Param("assessment_id")),
		})
	}
	return asked
}

// answer decides the response, whatever happens on the way. It is the zero value
// if the request is not to be carried out.
func (a *API) answer(asked *call, rt route, c echo.Context) (certified contract.Certified) {
	op := asked.operation
	defer func() {
		if p := recover(); p != nil {
			err := fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			certified = a.refuse(op.RespondError, &asked.party, err)
		}
	}()
	if asked.plan.Skips() {
		return contract.Certified{}
	}
	certified, err := a.carryOut(asked, rt, c)
	if err != nil {
		return a.refuse(op.RespondError, &asked.party, err)
	}
	return certified
}

func (a *API) carryOut(asked *call, rt route, c echo.Context) (contract.Certified, error) {
	if asked.refusal != nil {
		return contract.Certified{}, asked.refusal
	}
	if rt.offered != nil && !rt.offered(&asked.settings) {
		return contract.Certified{}, a.unknownPath(asked.request)
	}
	if err := check(asked, asked.request, pathValue(c)); err != nil {
		return contract.Certified{}, err
	}
	return rt.handle(asked)
}

// deliver sends the response, or what a fault makes of it.
func (a *API) deliver(asked *call, certified contract.Certified) {
	var err error
	switch {
	case asked.plan != nil:
		asked.exchange.Decided(certified)
		err = asked.plan.Deliver(asked.writer, asked.request, answering{asked.exchange, certified})
	case asked.exchange != nil:
		err = asked.exchange.Send(certified)
	default:
		err = certified.Write(asked.writer)
	}
	if err != nil {
		a.Logger.Debug("response not sent to its end", "operation", idOf(asked.operation), "error", err)
	}
}

func idOf(op *contract.Operation) string {
	if op == nil {
		return ""
	}
	return op.ID
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
func (a *API) refuse(respond respond, who *party, err error) contract.Certified {
	p := problemOf(err)
	if p.Status == http.StatusInternalServerError {
		a.Logger.Error("request failed", "error", err)
	}
	p.Try = who.corrected(err)
	who.exchange.Refused(p.Detail, p.Errors, p.Try)
	certified, err := a.encode(respond, &who.settings, p)
	if err == nil {
		return certified
	}
	a.Logger.Error("error not declared", "error", err)
	certified, err = a.encode(respond, &who.settings, problemOf(err))
	if err != nil {
		a.Logger.Error("500 not declared", "error", err)
	}
	return certified
}

func (a *API) encode(respond respond, s *freedoms.Request, p problem) (contract.Certified, error) {
	contentType, body, err := a.encoders[s.ErrorBody()](p)
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
	asked := a.begin(nil, c)
	asked.plan.Before(asked.writer, asked.request)
	a.deliver(asked, a.refuse(a.Contract.RespondUnrouted, &asked.party, a.whyUnrouted(asked, err)))
}

func (a *API) whyUnrouted(asked *call, err error) error {
	header := asked.writer.Header()
	if asked.refusal != nil && below(asked.request.URL.Path) {
		header.Del("Allow")
		return asked.refusal
	}
	he, ok := errors.AsType[*echo.HTTPError](err)
	if !ok || he.Code != http.StatusMethodNotAllowed {
		return a.unknownPath(asked.request)
	}
	allow := listed(strings.Split(header.Get("Allow"), ", "))
	header.Set("Allow", allow)
	return domain.Errorf(domain.WrongMethod, "expected one of the methods %s, got %.20q", allow, asked.request.Method)
}

func below(path string) bool {
	return path == openapi.BasePath || strings.HasPrefix(path, openapi.BasePath+"/")
}

// listed returns the methods as the header Allow has them.
func listed(methods []string) string {
	return strings.Join(slices.Sorted(slices.Values(methods)), ", ")
}

// options answers OPTIONS where it is no preflight of a browser.
func (a *API) options(methods []string) echo.HandlerFunc {
	allow := listed(append(methods, http.MethodOptions))
	return func(c echo.Context) error {
		asked := a.begin(nil, c)
		asked.plan.Before(asked.writer, asked.request)
		if asked.refusal == nil {
			asked.writer.Header().Set("Allow", allow)
			asked.writer.WriteHeader(http.StatusNoContent)
		} else {
			a.deliver(asked, a.refuse(a.Contract.RespondUnrouted, &asked.party, asked.refusal))
		}
		return nil
	}
}
