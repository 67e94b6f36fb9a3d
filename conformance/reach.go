package conformance

import "net/http"

// NewTransport returns how a run with the options reaches its target. It is for
// those who want to put something in between: give what they make of it to the run
// as Target.Transport.
func NewTransport(o Options) http.RoundTripper {
	transport, _ := newTransport(o.withDefaults(false))
	return transport
}
