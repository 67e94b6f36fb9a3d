package conformance

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"time"

	"example.com/assay/conformance/report"
)

// Options say how to go about a run. The zero value is a complete, read-only run
// with the defaults named below.
type Options struct {
	// AllowCancel lets the run create assessments and cancel them. Without it
	// nothing is written, and the scenarios that would write say so.
	AllowCancel bool
	// ConfirmHost must name the host of the target if that is not this machine
	// and AllowCancel is set.
	ConfirmHost string

	Selection Selection

	// Timeout bounds one request, its body included. Default 10 s.
	Timeout time.Duration
	// VisibilityTimeout is how long a change may take to be seen by a read: nobody
	// promised that it is seen at once. Default 5 s.
	VisibilityTimeout time.Duration
	// Settle is how long an assessment is watched when the point is that nothing
	// happens to it. Make it longer than the steps of the template last. Default 2 s.
	Settle time.Duration
	// Deadline bounds the whole run. Default 10 min.
	Deadline time.Duration
	// Rate is how many requests a second are made at most. Default 10, and no limit
	// where the target is this machine. Negative: no limit.
	Rate float64
	// Parallel is how many scenarios run at once. Default 2, and 16 on this machine.
	Parallel int
	// Clients is how many clients cancel and read one assessment at once (CAN-12).
	// Default 3, and 8 on this machine.
	Clients int
	// ListRequests is the limit of requests for one reading of a list, over all of its
	// pages. Default 1000.
	ListRequests int
	// Negatives is how many requests that break the contract are sent (NEG-01).
	// Default 15, and 40 on this machine.
	Negatives int

	Seed    uint64      // of random IDs and keys; 0: drawn anew
	RunID   string      // empty: made from the seed
	Version string      // of the program, for the User-Agent header and the report
	Header  http.Header // more headers for every request
	Proxy   *url.URL    // how the target is reached; nil: directly
	TLS     *tls.Config // certificates to trust and to show; nil: the machine's

	// Ledger names a file that takes a line before each write, so that what a run
	// has left behind can be told even after a crash. Empty: none.
	Ledger string
	// Known lists failures that are known. They do not decide the verdict, and a
	// requirement that stops failing, fails otherwise or has expired does.
	Known []KnownFailure

	// Progress is told of each scenario as it ends, from one goroutine at a time.
	Progress func(report.Scenario)
}

// withDefaults fills in what was left open.
func (o Options) withDefaults(local bool) Options {
	setDefault(&o.Timeout, 10*time.Second)
	setDefault(&o.VisibilityTimeout, 5*time.Second)
	setDefault(&o.Settle, 2*time.Second)
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

func (o Options) check(m *mistakes, p place) {
	positive := func(name string, d time.Duration) {
		if d < 0 {
			m.add("%s: expected a positive duration such as 2s, got %s", name, d)
		}
	}
	positive("--timeout", o.Timeout)
	positive("--visibility-timeout", o.VisibilityTimeout)
	positive("--settle", o.Settle)
	positive("--deadline", o.Deadline)
	if o.Parallel < 0 || o.Clients < 0 || o.Negatives < 0 || o.ListRequests < 0 {
		m.add("--parallel, --clients, --invalid-requests and --list-requests: expected positive numbers, got %d, %d, %d and %d", o.Parallel, o.Clients, o.Negatives, o.ListRequests)
	}
	if p.base == nil || !o.AllowCancel {
		return
	}
	if host := p.base.Hostname(); !loopback(host) && o.ConfirmHost != host {
		m.add("--allow-cancel on a host that is not this machine: expected --confirm-host %s, got %q; assessments will be created and cancelled there", host, o.ConfirmHost)
	}
}
