// Package client makes round trips to the system under test, and records them.
//
// Begin reading at Client.Do. It does not trust the target: it follows no redirect,
// limits headers and bodies, decompresses nothing, and every attempt has a time limit.
// Records contain the name of a key in place of its value.
//
// A status of the infrastructure before the API (429, 502, 503, 504) is no response of
// the API: the call waits and is repeated (retry.go), at a rate that all calls share
// (pace.go).
package client

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

const (
	// MaxHeader is the limit of the head of a response, in bytes.
	MaxHeader = 64 << 10
	// maxURL is the limit of the URL of a request, in bytes. An ID or a cursor of the
	// target can make it long.
	maxURL = 8 << 10
	// maxErr is the limit of the text of an error, in bytes.
	maxErr = 1 << 10
	// defaultUnavailable is the default of Options.Unavailable.
	defaultUnavailable = 30 * time.Second
)

// Options configure a Client. Timeout and UserAgent are required.
type Options struct {
	BaseURL     *url.URL          // with the base path
	Timeout     time.Duration     // of one attempt, with the body
	Unavailable time.Duration     // how long a refused call is repeated; 0: 30 s
	Rate        rate.Limit        // highest number of requests per second; 0: no limit
	UserAgent   string            // the scenario is added to it
	Header      http.Header       // of every request
	Transport   http.RoundTripper // carries the requests
	Fresh       http.RoundTripper // carries requests other than GET, each on a new connection; nil: Transport
	Wire        Wire              // of raw calls
	Redactor    *Redactor         // removes secrets from records
}

// Client calls one deployment. It is safe for concurrent use.
type Client struct {
	options     Options
	kept, fresh *http.Client
	pace        *pace
	large       chan struct{} // holds a token for each large body in progress

	// exhausted is set when a call was refused until its time was over, and cleared by
	// the next response: calls in between are not repeated.
	exhausted atomic.Bool
	control   atomic.Pointer[Call]
	http2     atomic.Bool  // the last response came over HTTP/2
	alone     sync.RWMutex // held for writing while one call has the target to itself

	reproduced sync.Map // of operation and status: the API itself gives this status

	mu      sync.Mutex
	archive archive
	next    int
}

// New returns a Client.
func New(o Options) *Client {
	if o.Fresh == nil {
		o.Fresh = o.Transport
	}
	if o.Wire == nil {
		o.Wire = Hidden("the transport hides them")
	}
	if o.Unavailable == 0 {
		o.Unavailable = defaultUnavailable
	}
	// A redirect could carry the key to another host.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{
		options: o, pace: newPace(o.Rate), large: make(chan struct{}, maxLarge),
		kept: &http.Client{Transport: o.Transport, CheckRedirect: stay}, fresh: &http.Client{Transport: o.Fresh, CheckRedirect: stay},
	}
}

// SetControl sets a call with a good response. It distinguishes an API that is
// unavailable from one that answers a certain request with 502, 503 or 504.
func (c *Client) SetControl(call Call) { c.control.Store(&call) }

// CloseIdle closes the connections without a request.
func (c *Client) CloseIdle() {
	c.kept.CloseIdleConnections()
	c.fresh.CloseIdleConnections()
}

// Count returns the number of calls so far, and of refusals.
func (c *Client) Count() (calls, refused int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.next, c.archive.throttled
}

// Exchanges returns the exchanges so far, in the order of their begin. The last of
// very many are missing, and so are bodies that were not kept.
func (c *Client) Exchanges() []*Exchange {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.archive.all()
}

// Do makes the call. It returns an Error if no complete response came, or only
// refusals; the exchange is recorded in any case.
func (c *Client) Do(ctx context.Context, call Call) (*Exchange, error) {
	e := c.begin(call)
	defer c.record(e)
	err := c.attempt(ctx, e)
	if err != nil && ctx.Err() == nil && repeatable(call, err) {
		e.Retried = true
		err = c.attempt(ctx, e)
	}
	last := time.Now().Add(c.options.Unavailable)
	acted := 0 // the status of a refused attempt that may have acted
	for err == nil && Refusal(e.Status) {
		if mayHaveActed(e.Status) {
			acted = e.Status
		}
		var own bool
		if own, err = c.repeat(ctx, e, last); own {
			return e, nil
		}
	}
	if err == nil && acted != 0 && call.Once && !e.Success() {
		err = &refusedError{text: fmt.Sprintf("a gateway answered %d to the same request before, which may have acted", acted)}
	}
	if err != nil {
		e.Dropped = e.Status == 0 && broken(err)
		return e, c.fail(e, err)
	}
	c.answered(e)
	return e, nil
}

func repeatable(call Call, err error) bool {
	return call.Method == http.MethodGet && broken(err) || unsent(err) && broken(err)
}

// answered notes a response of the API.
func (c *Client) answered(e *Exchange) {
	c.exhausted.Store(false)
	c.pace.accept(e.Duration)
	e.Retried = e.Retried || e.Throttled > 0
}

// repeat waits after a refusal and repeats the call. It reports true if the status is
// the API's own response to this request.
func (c *Client) repeat(ctx context.Context, e *Exchange, last time.Time) (own bool, err error) {
	e.Throttled++
	if c.isReproduced(e) && e.Throttled > 1 {
		return true, nil
	}
	asked := retryAfter(e.Header)
	if c.exhausted.Load() || time.Now().Add(max(asked, firstPause)).After(last) {
		return false, c.giveUp(e, asked)
	}
	if asked > 0 || !mayHaveActed(e.Status) { // a gateway that lost a response says nothing about the rate
		c.pace.refuse(e.Sent, asked)
	}
	if err := Pause(ctx, cmp.Or(asked, backoff(e.Throttled))); err != nil {
		return false, err
	}
	if control := c.control.Load(); e.Throttled >= patientAttempts && unavailable(e.Status) && control != nil && e.Call.Base == nil {
		return c.compare(ctx, e, *control)
	}
	return false, c.attempt(ctx, e)
}

// refusedError is the end of a call with nothing but refusals.
type refusedError struct{ text, hint string }

func (r *refusedError) Error() string { return r.text }

func (r *refusedError) Unwrap() error { return ErrUnavailable }

func (c *Client) giveUp(e *Exchange, asked time.Duration) error {
	c.exhausted.Store(true)
	refused := &refusedError{hint: "--unavailable-timeout", text: fmt.Sprintf("the target kept answering %d (%s)", e.Status, strings.ToLower(http.StatusText(e.Status)))}
	if e.Status == http.StatusTooManyRequests {
		refused.hint = "--rate or --unavailable-timeout"
	}
	if asked > c.options.Unavailable {
		refused.text = fmt.Sprintf("the target answers %d and asks to wait %s, longer than --unavailable-timeout", e.Status, asked)
	}
	return refused
}

// patientAttempts is the number of refusals before a call is compared with the control.
const patientAttempts = 3

// compare repeats the call and the control in turn, twice, while no other call is made.
// It reports true if the control succeeds and the call does not: then the API itself
// answers this request with 502, 503 or 504.
func (c *Client) compare(ctx context.Context, e *Exchange, control Call) (own bool, err error) {
	c.alone.Lock()
	defer c.alone.Unlock()
	status := e.Status
	for range 2 {
		good := c.begin(control)
		goodErr := c.send(ctx, good)
		if err := c.send(ctx, e); err != nil || e.Status != status || goodErr != nil || !good.Success() {
			return false, err
		}
	}
	c.reproduced.Store(reproducedKey(e), true)
	return true, nil
}

func reproducedKey(e *Exchange) string { return fmt.Sprint(e.Call.Method, e.Call.Operation, e.Status) }

func (c *Client) isReproduced(e *Exchange) bool {
	_, found := c.reproduced.Load(reproducedKey(e))
	return found
}

// Error reports that a call has no response to judge.
type Error struct {
	Exchange *Exchange
	Hint     string // flag to try; empty if none helps

	err error
}

func (c *Client) fail(e *Exchange, err error) error {
	e.Err = printable(c.options.Redactor.Prefix([]byte(err.Error()), maxErr))
	failed := &Error{Exchange: e, err: err}
	if refused, ok := errors.AsType[*refusedError](err); ok {
		failed.Hint, e.Unavailable = refused.hint, true
	}
	return failed
}

func (e *Error) Error() string {
	if e.Exchange.Unavailable {
		return e.Exchange.Err // the same for all calls
	}
	return fmt.Sprintf("%s %s: no complete response: %s", e.Exchange.Call.Method, e.Exchange.URL, e.Exchange.Err)
}

// Unwrap returns the error of the transport.
func (e *Error) Unwrap() error { return e.err }

// Curl returns the curl command of a call, without its key.
func (c *Client) Curl(call Call) string { return c.prepare(call).Curl() }

func (c *Client) begin(call Call) *Exchange {
	e := c.prepare(call)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next++
	e.Number = c.next
	return e
}

func (c *Client) prepare(call Call) *Exchange {
	base := c.options.BaseURL
	if call.Base != nil {
		base = call.Base
	}
	u := base.JoinPath(call.Path)
	u.RawQuery = call.Query.Encode()
	return &Exchange{Call: call, URL: c.options.Redactor.Prefix([]byte(u.String()), maxURL), target: u, redactor: c.options.Redactor}
}

func (c *Client) record(e *Exchange) {
	e.seal()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.archive.add(e)
}

// attempt sends the request while no call is alone with the target.
func (c *Client) attempt(ctx context.Context, e *Exchange) error {
	c.alone.RLock()
	defer c.alone.RUnlock()
	return c.send(ctx, e)
}

// send sends the request once, and reads the response. The panic of a transport can
// hold the request, and so the key.
func (c *Client) send(ctx context.Context, e *Exchange) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the transport panicked: %v", p)
		}
	}()
	e.Attempts++
	if err := c.pace.wait(ctx, c.exhausted.Load()); err != nil {
		return fmt.Errorf("wait for the rate limit: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	req, err := c.request(ctx, e)
	if err != nil {
		return err
	}
	e.Status, e.Header, e.Body, e.Truncated, e.size, e.Unread = 0, nil, nil, false, 0, "" // of the attempt before
	e.Sent = time.Now()
	defer func() { e.Duration = time.Since(e.Sent) }()
	if e.Call.Raw && !c.http2.Load() {
		err := e.readRaw(ctx, c.options.Wire, req, c.large)
		if !errors.Is(err, ErrNoWire) {
			return err
		}
		e.Unread = err.Error()
	}
	return c.exchange(ctx, e, req)
}

// exchange makes the round trip by the transport.
func (c *Client) exchange(ctx context.Context, e *Exchange, req *http.Request) error {
	via := c.kept
	if req.Method != http.MethodGet && len(e.Call.Body) < largeBody {
		via = c.fresh // its "Connection: close" makes servers reset the refusal of a large body
	}
	resp, err := via.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	c.http2.Store(resp.ProtoMajor == 2)
	if resp.ProtoMajor == 2 || c.options.Wire == ShownByTransport {
		e.Unread = "" // net/http shows DATA frames after a 204
	}
	return e.read(ctx, resp, c.large)
}

func (c *Client) request(ctx context.Context, e *Exchange) (*http.Request, error) {
	if n := len(e.target.String()); n > maxURL {
		return nil, fmt.Errorf("the URL has %d bytes, and at most %d are sent: an ID or a cursor of the target is that long", n, maxURL)
	}
	var body io.Reader
	if e.Call.Body != nil {
		body = bytes.NewReader(e.Call.Body)
	}
	req, err := http.NewRequestWithContext(ctx, e.Call.Method, e.target.String(), body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", userAgent(c.options.UserAgent, e.Call.Scenario))
	maps.Copy(req.Header, c.options.Header)
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host // net/http ignores the header
		req.Header.Del("Host")
	}
	if e.Call.IfMatch != "" {
		req.Header.Set("If-Match", e.Call.IfMatch)
	}
	if e.Call.ContentType != "" {
		req.Header.Set("Content-Type", e.Call.ContentType)
	}
	if e.Call.Key.Given() {
		req.Header.Set("apikey", e.Call.Key.text())
	}
	req.Header.Set("Accept-Encoding", "identity")
	return req, nil
}

// userAgent returns "assay/1.0 (run; scenario)", without the characters that a header
// cannot hold.
func userAgent(base, scenario string) string {
	base, scenario = strings.Map(visible, base), strings.Map(visible, scenario)
	clean := strings.NewReplacer("(", "", ")", "").Replace(scenario)
	if i := strings.LastIndexByte(base, ')'); i >= 0 && clean != "" {
		return base[:i] + "; " + clean + ")"
	}
	return base
}

func visible(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}
