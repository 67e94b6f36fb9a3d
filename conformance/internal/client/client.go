// Package client makes one round trip at a time against the system under test,
// and records it whole: what was asked, what came, how long it took.
//
// It is built for targets that cannot be trusted. Redirects are not followed,
// bodies and headers are bounded, nothing is decompressed, every call has a time
// limit. And it can be trusted with a key: what it records has the key replaced
// by the name of the variable that holds it.
package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

const (
	// MaxBody is how much of a response body is read, in bytes. An assessment has
	// some 600.
	MaxBody = 1 << 20
	// MaxStream is the limit of a body that Call.Stream reads, in bytes.
	MaxStream = 64 << 20
	// MaxHeader is how large the head of a response may be, in bytes.
	MaxHeader = 64 << 10
	// largeBody is how large a body is that is not read at the same time as more than maxLarge
	// others, in bytes.
	largeBody = 128 << 10
	maxLarge  = 4
	// maxURL is how long the URL of a request may be. It can hold what a target
	// made up: an ID, a cursor.
	maxURL = 8 << 10
	// maxErr is how much is kept of an error's text, which can quote a response.
	maxErr = 1 << 10
)

// Options are what a Client is made of. Timeout and UserAgent are required.
type Options struct {
	BaseURL   *url.URL          // the base path included
	Timeout   time.Duration     // for one attempt, body included
	Rate      rate.Limit        // calls a second; 0: as fast as they come
	UserAgent string            // without the scenario, which is added to it
	Header    http.Header       // more headers for every request
	Transport http.RoundTripper // how requests travel
	Fresh     http.RoundTripper // how writes travel, each on a connection of its own; nil: like others
	Dial      Dialer            // how raw calls connect; nil: they go the ordinary way
	Redactor  *Redactor         // what must not be recorded
}

// Client calls the operations of one deployment. It is safe for concurrent use.
type Client struct {
	options Options
	http    *http.Client
	fresh   *http.Client // for writes
	limiter *rate.Limiter

	pace     *pace
	answered atomic.Int64 // calls that the API itself has answered
	down     atomic.Bool  // a call has asked in vain, and no other was answered since

	large chan struct{} // holds a token for each large body that is being read

	mu   sync.Mutex
	kept archive
	next int
}

// New returns a Client.
func New(o Options) *Client {
	c := &Client{options: o, limiter: rate.NewLimiter(rate.Inf, 1), pace: newPace(), large: make(chan struct{}, maxLarge)}
	if o.Rate > 0 {
		c.limiter = rate.NewLimiter(o.Rate, max(1, int(o.Rate)))
	}
	c.http, c.fresh = withoutRedirects(o.Transport), withoutRedirects(o.Transport)
	if o.Fresh != nil {
		c.fresh.Transport = o.Fresh
	}
	return c
}

// withoutRedirects returns a client that does not follow a redirect, which could
// carry the key to another host.
func withoutRedirects(transport http.RoundTripper) *http.Client {
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// by returns the client for a request: a write never meets a connection that the
// target is about to close.
func (c *Client) by(req *http.Request) *http.Client {
	if req.Method == http.MethodGet {
		return c.http
	}
	return c.fresh
}

// CloseIdle closes the connections that are kept for further calls.
func (c *Client) CloseIdle() { c.http.CloseIdleConnections() }

// Count returns how many calls there were so far, and how often the answer was to
// come back later.
func (c *Client) Count() (calls, throttled int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.next, c.kept.throttled
}

// Exchanges returns the exchanges so far, in the order in which they began. Of very
// many the last are left out, and the bodies that were too much to keep.
func (c *Client) Exchanges() []*Exchange {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kept.all()
}

// Do makes the call. The error says that no whole response came, or none that is
// evidence about the API (ErrUnavailable); the exchange is recorded all the same. A
// GET is sent once more after a broken connection, and any call again after answers
// of infrastructure.
func (c *Client) Do(ctx context.Context, call Call) (*Exchange, error) {
	e := c.begin(call)
	defer c.record(e)
	answered := c.answered.Load()
	for {
		if err := c.wait(ctx); err != nil {
			if e.Unavailable = e.Throttled > 0; e.Unavailable {
				err = ErrUnavailable // the time is over, and the last answer stands
			}
			return e, e.fail(c, err)
		}
		e.Attempts++
		err := c.attempt(ctx, e)
		if err != nil && call.Method == http.MethodGet && !e.Retried && ctx.Err() == nil && broken(err) {
			e.Retried = true
			continue
		}
		if err != nil {
			e.Dropped = e.Status == 0 && broken(err)
			return e, e.fail(c, err)
		}
		again, err := c.again(ctx, e, answered)
		if err != nil {
			return e, e.fail(c, err)
		}
		if !again {
			return e, nil
		}
	}
}

func (e *Exchange) fail(c *Client, err error) error {
	e.Err = printable(c.options.Redactor.Prefix([]byte(err.Error()), maxErr))
	return &Error{Exchange: e, err: err}
}

// Error says that no whole response came to a call, or none of the API itself.
type Error struct {
	Exchange *Exchange
	err      error
}

func (e *Error) Error() string {
	what := "no whole response: " + e.Exchange.Err
	if e.Exchange.Unavailable {
		what = fmt.Sprintf("%s; the last of %d answers was %d %s", e.Exchange.Err, e.Exchange.Attempts, e.Exchange.Status, http.StatusText(e.Exchange.Status))
	}
	return e.Exchange.Call.Method + " " + e.Exchange.URL + ": " + what
}

// Unwrap returns what the transport said.
func (e *Error) Unwrap() error { return e.err }

func (c *Client) begin(call Call) *Exchange {
	base := c.options.BaseURL
	if call.Base != nil {
		base = call.Base
	}
	u := base.JoinPath(call.Path)
	u.RawQuery = call.Query.Encode()
	e := &Exchange{Call: call, URL: c.options.Redactor.Prefix([]byte(u.String()), maxURL), target: u, options: &c.options}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next++
	e.Number = c.next
	return e
}

func (c *Client) record(e *Exchange) {
	e.seal()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept.add(e)
}

// wait returns when both rate limits, the user's and the learned one, let a request pass.
func (c *Client) wait(ctx context.Context) error {
	if err := c.limiter.Wait(ctx); err != nil {
		return fmt.Errorf("wait for the rate limit: %w", err)
	}
	if err := c.pace.wait(ctx); err != nil {
		return fmt.Errorf("wait for the target's own rate limit: %w", err)
	}
	return nil
}

// attempt sends the request once and reads the response whole. A transport that
// panics does so with the request in its hands, and so with the key.
func (c *Client) attempt(ctx context.Context, e *Exchange) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the transport panicked: %v", p)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	req, err := e.request(ctx)
	if err != nil {
		return err
	}
	e.Status, e.Header, e.Body, e.Truncated, e.size = 0, nil, nil, false, 0 // of the attempt before
	e.Sent = time.Now()
	defer func() { e.Duration = time.Since(e.Sent) }()
	if e.Call.Raw && c.options.Dial != nil {
		return e.readRaw(ctx, c.options.Dial, req, c.large)
	}
	resp, err := c.by(req).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return e.read(ctx, resp, c.large)
}

func (e *Exchange) request(ctx context.Context) (*http.Request, error) {
	if n := len(e.target.String()); n > maxURL {
		return nil, fmt.Errorf("expected a URL of at most %d bytes, got one of %d: an ID or a cursor of the target is that long", maxURL, n)
	}
	var body io.Reader
	if e.Call.Body != nil {
		body = bytes.NewReader(e.Call.Body)
	}
	req, err := http.NewRequestWithContext(ctx, e.Call.Method, e.target.String(), body)
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, e.options.Header)
	if e.Call.ContentType != "" {
		req.Header.Set("Content-Type", e.Call.ContentType)
	}
	if e.Call.Key.Given() {
		req.Header.Set("apikey", e.Call.Key.text())
	}
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("User-Agent", userAgent(e.options.UserAgent, e.Call.Scenario))
	return req, nil
}

// userAgent is "assay/1.0 (run; scenario)", with nothing in it that a header
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

// read takes the response into the exchange, whatever its status. A body that is
// compressed, though nobody asked for that, stays so: how large it would get is
// anyone's guess.
func (e *Exchange) read(ctx context.Context, resp *http.Response, large chan struct{}) error {
	e.Status, e.Header = resp.StatusCode, bounded(resp.Header, resp.TransferEncoding)
	body, err := io.ReadAll(io.LimitReader(resp.Body, largeBody))
	if err == nil && len(body) == largeBody {
		select {
		case large <- struct{}{}:
			defer func() { <-large }()
		case <-ctx.Done():
			return ctx.Err()
		}
		var rest []byte
		rest, err = io.ReadAll(io.LimitReader(resp.Body, MaxBody+1-largeBody)) // one byte more than a body may have
		body = append(body, rest...)
	}
	switch {
	case err != nil:
		return fmt.Errorf("read the body after %d bytes: %w", len(body), err)
	case len(body) > MaxBody && e.Call.Stream != nil && e.Status == http.StatusOK:
		return e.stream(body, resp.Body)
	case len(body) > MaxBody:
		return tooLong(MaxBody)
	}
	e.Body = body
	return nil
}

func tooLong(limit int) error {
	return fmt.Errorf("expected a body of at most %d bytes, got a longer one", limit)
}

// stream passes a body that is too long to keep, of which the beginning was read,
// to the call's own reader.
func (e *Exchange) stream(beginning []byte, rest io.Reader) error {
	c := &counter{r: io.MultiReader(bytes.NewReader(beginning), rest)}
	e.Call.Stream(c)
	e.Body, e.Truncated, e.size = slices.Clone(beginning[:maxSafe]), true, c.n
	switch {
	case c.n > MaxStream:
		return tooLong(MaxStream)
	case c.err != nil:
		return fmt.Errorf("read the body after %d bytes: %w", c.n, c.err)
	}
	return nil
}

// counter counts what is read, up to MaxStream, and keeps the error that ended it.
type counter struct {
	r   io.Reader
	n   int
	err error // other than io.EOF
}

func (c *counter) Read(p []byte) (int, error) {
	if c.n > MaxStream {
		return 0, tooLong(MaxStream)
	}
	n, err := c.r.Read(p)
	if c.n += n; err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}
