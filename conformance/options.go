package conformance

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"time"

	"example.com/assay/conformance/report"
)

// Options configure a run. The zero value is a complete, read-only run with the
// defaults below.
type Options struct {
	// AllowCancel allows the run to create and cancel assessments. Without it, the
	// scenarios that write are skipped.
	AllowCancel bool
	// ConfirmHost must be the host of the target if AllowCancel is set and the host is
	// not this machine.
	ConfirmHost string

	Selection Selection

	// Timeout is the limit of one request with its response body. Default 10 s.
	Timeout time.Duration
	// UnavailableTimeout is how long a request is repeated while a gateway answers it
	// with 429, 502, 503 or 504. Default 30 s.
	UnavailableTimeout time.Duration
	// VisibilityTimeout is the limit for a read to show a change: no page promises that
	// it is visible at once. Default 5 s.
	VisibilityTimeout time.Duration
	// Settle is how long an assessment is watched for changes. It should be longer than
	// the steps of the template. Default 2 s, and 1 s on this machine.
	Settle time.Duration
	// Deadline is the limit of the whole run. Default 10 min.
	Deadline time.Duration
	// Rate is the limit of requests per second. Default 10, and no limit on this
	// machine. Negative: no limit.
	Rate float64
	// Parallel is the number of scenarios at once. Default 2, and 16 on this machine.
	Parallel int
	// Clients is the number of clients that cancel and read one assessment at once
	// (CAN-12). Default 3, and 8 on this machine.
	Clients int
	// ListRequests is the limit of requests for one reading of a list, over all of its
	// pages. Default 1000.
	ListRequests int
	// Negatives is the number of requests that break the contract (NEG-01). Default 15,
	// and 40 on this machine.
	Negatives int

	Seed    uint64      // of random IDs, keys, and requests that break the contract
	RunID   string      // empty: random
	Version string      // of the program, for the User-Agent header and the report
	Header  http.Header // of every request
	TLS     *tls.Config // certificates to trust and to present; nil: those of the machine

	// Proxy returns the proxy for a request, or nil; a nil Proxy is a direct connection.
	Proxy func(*http.Request) (*url.URL, error)

	// Ledger is a file that takes a line before each write, to find leftovers after a
	// crash. Empty: none.
	Ledger string
	// Keep leaves the assessments of the run as they are. Without it, the run cancels them
	// at its end.
	Keep bool
	// Known lists failures that do not decide the verdict. Entries that have expired, or
	// no longer match, do.
	Known []KnownFailure

	// Progress is called with each scenario at its end, from one goroutine at a time.
	Progress func(report.Scenario)
	// Status is called before the first scenario and at the end of each, from one
	// goroutine at a time.
	Status func(Status)
}

// withDefaults sets the options without a value.
func (o Options) withDefaults(local bool) Options {
	setDefault(&o.Timeout, 10*time.Second)
	setDefault(&o.VisibilityTimeout, 5*time.Second)
	setDefault(&o.Settle, pick(local, time.Second, 2*time.Second))
	setDefault(&o.Deadline, 10*time.Minute)
	setDefault(&o.Parallel, pick(local, 16, 2))
	setDefault(&o.Clients, pick(local, 8, 3))
	setDefault(&o.ListRequests, 1000)
	setDefault(&o.Negatives, pick(local, 40, 15))
	setDefault(&o.Rate, pick(local, -1.0, 10.0))
	setDefault(&o.Version, "devel")
	if o.Progress == nil {
		o.Progress = func(report.Scenario) {}
	}
	if o.Status == nil {
		o.Status = func(Status) {}
	}
	return o
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

func (o Options) check(m *usageErrors, p endpoints) {
	positive := func(name string, d time.Duration) {
		if d < 0 {
			m.add("%s: negative duration %s; use a positive one such as 2s", name, d)
		}
	}
	positive("--timeout", o.Timeout)
	positive("--unavailable-timeout", o.UnavailableTimeout)
	positive("--visibility-timeout", o.VisibilityTimeout)
	positive("--settle", o.Settle)
	positive("--deadline", o.Deadline)
	if o.Parallel < 0 || o.Clients < 0 || o.Negatives < 0 || o.ListRequests < 0 {
		m.add("--parallel, --clients, --invalid-requests and --list-requests must not be negative, got %d, %d, %d and %d", o.Parallel, o.Clients, o.Negatives, o.ListRequests)
	}
	if p.base == nil || !o.AllowCancel {
		return
	}
	if host := p.base.Hostname(); !loopback(host) && o.ConfirmHost != host {
		m.add("--allow-cancel creates and cancels assessments on %s, which is not this machine; add --confirm-host %s (got %q)", host, host, o.ConfirmHost)
	}
}
