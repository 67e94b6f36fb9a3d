// Package api serves the operations of the contract over HTTP.
//
// Begin with [New], the table of handlers in routes.go, and requestContext, the value
// that a request is passed down in. A request below the base path is checked for its
// key, then against the contract, then carried out. The contract package makes every
// response.
package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/cursor"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fault"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/wire"
	"example.com/assay/openapi"
)

// Deps are what the API works with.
type Deps struct {
	Contract *contract.Contract
	Keys     *auth.Keys
	Tokens   *cursor.Codec // of pages
	Logger   *slog.Logger
	Settings freedoms.Settings // for clients of no institution
	Prefer   bool              // the header Prefer may ask for faults
	Ready    func() bool       // whether the server takes requests; nil: always
}

// API serves the contract.
type API struct {
	Deps
	echo     *echo.Echo
	encoders map[freedoms.ErrorBody]encoder

	resources wire.Resources
}

// New returns the API, or an error if an operation of the contract has no handler.
func New(deps Deps) (*API, error) {
	a := &API{Deps: deps, echo: echo.New(), encoders: encoders(), resources: wire.NewResources(deps.Contract)}
	methods := map[string][]string{}
	for _, op := range deps.Contract.Operations() {
		h, known := handlerOf(op.Operation)
		if !known {
			return nil, fmt.Errorf("operation %s has no handler", op.ID)
		}
		path := openapi.BasePath + strings.NewReplacer("{", ":", "}", "").Replace(op.Path)
		served := []string{op.Method}
		if op.Method == http.MethodGet {
			served = append(served, http.MethodHead)
		}
		for _, method := range served {
			a.echo.Add(method, path, a.serve(op, h))
		}
		methods[path] = append(methods[path], served...)
	}
	for path, allowed := range methods {
		a.echo.Add(http.MethodOptions, path, a.options(allowed))
	}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		a.echo.Add(method, "/healthz", healthz)
		a.echo.Add(method, "/readyz", a.readyz)
	}
	return a, nil
}

// Serve answers a request. The recorder is that of its exchange; nil: the request is
// not journaled.
func (a *API) Serve(w http.ResponseWriter, r *http.Request, recorder *journal.Exchange) {
	rc := a.acquire(w, r, recorder)
	defer a.echo.ReleaseContext(rc.Context)
	a.echo.Router().Find(r.Method, rc.path, rc.Context)
	if err := rc.Handler()(rc); err != nil {
		a.unrouted(err, rc)
	}
}

// Refuse answers a request that is no valid HTTP, whatever its key is. It triggers no
// fault.
func (a *API) Refuse(w http.ResponseWriter, r *http.Request, recorder *journal.Exchange, refusal *domain.Error) {
	rc := a.acquire(w, r, recorder)
	defer a.echo.ReleaseContext(rc.Context)
	a.authenticate(rc)
	a.deliver(rc, a.refuse(a.Contract.RespondUnrouted, rc, refusal))
}

func (a *API) acquire(w http.ResponseWriter, r *http.Request, recorder *journal.Exchange) *requestContext {
	c := a.echo.AcquireContext()
	c.(interface { //nolint:forcetypeassert // a context of echo's own
		Reset(*http.Request, http.ResponseWriter)
	}).Reset(r, w)
	sent := sentPath(r.URL)
	return &requestContext{
		Context: c, writer: w, request: r, sent: sent, path: normalPath(sent),
		recorder: recorder, settings: a.Settings.ForRequest(0), resources: a.resources, tokens: a.Tokens,
	}
}

// handle adapts a function of the request context to echo.
func handle(f func(*requestContext)) echo.HandlerFunc {
	return func(c echo.Context) error {
		f(c.(*requestContext)) //nolint:forcetypeassert // Serve passes no other
		return nil
	}
}

// serve answers the requests for one operation.
func (a *API) serve(op *contract.Operation, h handler) echo.HandlerFunc {
	alternatives := hasAlternatives(op.Operation)
	return handle(func(rc *requestContext) {
		rc.operation, rc.alternatives = op, alternatives
		a.begin(rc)
		rc.plan.Before(rc.writer, rc.request)
		a.deliver(rc, a.answer(rc, h))
	})
}

// begin authenticates the request, and draws its fault.
func (a *API) begin(rc *requestContext) {
	if a.authenticate(rc); rc.refusal != nil {
		return
	}
	rc.plan = rc.institution.Faults().Draw(rc.operationID(), rc.assessmentID())
	a.prefer(rc)
	if rc.plan != nil {
		rc.recorder.Struck(faultOf(rc.plan))
	}
}

// authenticate finds the institution of the request by its key.
func (a *API) authenticate(rc *requestContext) {
	in, err := a.Keys.Check(rc.request)
	if err != nil {
		rc.recorder.Asked(rc.operationID(), "", &rc.settings)
		rc.refusal = err
		return
	}
	rc.institution, rc.state = in, in.State()
	rc.settings = rc.state.NextRequest()
	if rc.recorder != nil {
		rc.recorder.Of(in.Journal(), rc.state.Clock.Now())
		rc.recorder.Asked(rc.operationID(), rc.assessmentID(), &rc.settings)
	}
}

// prefer lets the header Prefer replace the fault.
func (a *API) prefer(rc *requestContext) {
	preferences := rc.request.Header["Prefer"]
	if len(preferences) == 0 || !a.Prefer {
		return
	}
	switch preferred, err := fault.Prefer(preferences); {
	case err != nil:
		rc.recorder.Refused(err.Error(), nil, "")
		rc.plan = fault.Refusal(err)
	case preferred != nil:
		rc.plan = preferred
	}
}

func faultOf(p *fault.Plan) journal.Fault {
	f := journal.Fault{Rule: p.Rule, Name: string(p.Kind.Name), Words: p.Description()}
	if p.Delay > 0 {
		f.Delay = p.Delay.String()
	}
	return f
}

// answer returns the response, or the zero value if the request is not carried out.
func (a *API) answer(rc *requestContext, h handler) (certified contract.Certified) {
	defer func() {
		if p := recover(); p != nil {
			certified = a.refuse(rc.operation.RespondError, rc, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	if rc.plan.Skips() {
		return contract.Certified{}
	}
	certified, err := rc.carryOut(h)
	if err != nil {
		return a.refuse(rc.operation.RespondError, rc, err)
	}
	return certified
}

func (rc *requestContext) carryOut(h handler) (contract.Certified, error) {
	if rc.refusal != nil {
		return contract.Certified{}, rc.refusal
	}
	if rc.alternatives && rc.settings.OutcomePath() != rc.operation.Path {
		return contract.Certified{}, rc.unknownPath()
	}
	if err := rc.check(); err != nil {
		return contract.Certified{}, err
	}
	return h(rc)
}

// deliver sends the response, or what a fault makes of it.
func (a *API) deliver(rc *requestContext, certified contract.Certified) {
	response := recorded{rc.recorder, certified}
	var err error
	if rc.plan != nil {
		rc.recorder.Decided(certified)
		err = rc.plan.Deliver(rc.writer, rc.request, response)
	} else {
		err = response.Write(rc.writer)
	}
	if err != nil {
		a.Logger.Debug("response not sent completely", "operation", rc.operationID(), "error", err)
	}
}

// recorded is a response that its exchange records.
type recorded struct {
	recorder  *journal.Exchange
	certified contract.Certified
}

// Write implements fault.Response. A fault may pass a writer of its own.
func (r recorded) Write(w http.ResponseWriter) error {
	if r.recorder != nil && w == http.ResponseWriter(r.recorder) {
		return r.recorder.Send(r.certified)
	}
	return r.certified.Write(w)
}

// respond makes the response of an error: for an operation, or for none.
type respond func(status int, contentType string, body []byte) (contract.Certified, error)

// refuse turns an error into a response. An error that the contract does not declare
// for the operation is a defect, and becomes a 500.
func (a *API) refuse(respond respond, rc *requestContext, err error) contract.Certified {
	p := problemOf(err)
	if p.Status == http.StatusInternalServerError {
		a.Logger.Error("request failed", "error", err)
	}
	p.Try = rc.suggestCommand(err)
	p.Detail, p.Errors, p.Try = rc.recorder.Hide(p.Detail), rc.recorder.HideFindings(p.Errors), rc.recorder.Hide(p.Try)
	rc.recorder.Refused(p.Detail, p.Errors, p.Try)
	certified, err := a.encode(respond, &rc.settings, p)
	if err == nil {
		return certified
	}
	a.Logger.Error("error not declared", "error", err)
	certified, err = a.encode(respond, &rc.settings, problemOf(err))
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

// unrouted answers a request for no operation: with 401 if the key is refused below
// the base path, or else with 405 or 404.
func (a *API) unrouted(err error, rc *requestContext) {
	if rc.Response().Committed {
		return
	}
	a.begin(rc)
	rc.plan.Before(rc.writer, rc.request)
	a.deliver(rc, a.refuse(a.Contract.RespondUnrouted, rc, rc.whyUnrouted(err)))
}

func (rc *requestContext) whyUnrouted(err error) error {
	header := rc.writer.Header()
	if rc.refusal != nil && (rc.path == openapi.BasePath || strings.HasPrefix(rc.path, openapi.BasePath+"/")) {
		header.Del("Allow")
		return rc.refusal
	}
	he, ok := errors.AsType[*echo.HTTPError](err)
	if !ok || he.Code != http.StatusMethodNotAllowed {
		return rc.unknownPath()
	}
	allow := methodList(strings.Split(header.Get("Allow"), ", "))
	header.Set("Allow", allow)
	return domain.Errorf(domain.WrongMethod, "method %.20q not allowed; use one of %s", rc.request.Method, allow)
}

// methodList returns the methods in the form of the header Allow.
func methodList(methods []string) string {
	return strings.Join(slices.Sorted(slices.Values(methods)), ", ")
}

// options answers OPTIONS requests that are no preflights.
func (a *API) options(methods []string) echo.HandlerFunc {
	allow := methodList(append(methods, http.MethodOptions))
	return handle(func(rc *requestContext) {
		a.begin(rc)
		rc.plan.Before(rc.writer, rc.request)
		if rc.refusal != nil {
			a.deliver(rc, a.refuse(a.Contract.RespondUnrouted, rc, rc.refusal))
			return
		}
		rc.writer.Header().Set("Allow", allow)
		rc.writer.WriteHeader(http.StatusNoContent)
	})
}
