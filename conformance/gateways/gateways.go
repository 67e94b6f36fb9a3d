// Package gateways holds the surroundings of a deployment: rate limiters, proxies,
// quotas, roll-outs, forms of paging. Each one is legal, so the suite must not fail
// a correct implementation behind it, and must not pass a broken one.
//
// Begin with [Gateway] and [All]. To add one, add a row to the file of its kind: rates.go,
// locks.go, rewrites.go, delays.go or lists.go.
package gateways

import (
	"net/http"

	"example.com/assay/conformance/internal/layer"
)

type (
	exchange = layer.Exchange
	response = layer.Response
	record   = layer.Record
	reaction = layer.Reaction
)

// Gateway is one surrounding, a layer in front of an implementation.
type Gateway struct {
	ID   string
	Kind string // rate, lock, rewrite, delay or list
	How  string // what it does, in one sentence

	// Partial allows scenarios without an answer. Otherwise every scenario must pass
	// on a correct implementation.
	Partial bool
	// Blocks lists requirements without any evidence behind the gateway: they must
	// not pass.
	Blocks []string

	Hides    []string          // mutants whose defect never shows behind the gateway
	Size     int               // assessments to create before the run; 0: enough for two pages
	Settings map[string]string // freedoms of the mock

	behave func() reaction
}

// Wrap puts the gateway in front of an implementation, with an empty memory.
func (g Gateway) Wrap(next http.Handler, t layer.Target) http.Handler {
	return layer.Handler(next, t, g.behave())
}

// of sets the kind of gateways.
func of(kind string, all []Gateway) []Gateway {
	for i := range all {
		all[i].Kind = kind
	}
	return all
}

// always is the behavior of a gateway without a memory.
func always(react reaction) func() reaction { return func() reaction { return react } }

// after changes the response of the implementation.
func after(change func(x *exchange, a *response)) reaction {
	return func(x *exchange) *response {
		a := x.Pass()
		change(x, a)
		return a
	}
}

// counted reacts to requests by their number, from 1.
func counted(react func(n int, x *exchange) *response) func() reaction {
	return func() reaction {
		var requests layer.Tally
		return func(x *exchange) *response { return react(requests.Add(""), x) }
	}
}

// page is an error page of a gateway.
func page(status int) *response {
	a := layer.Reply(status, "<!doctype html><title>"+http.StatusText(status)+"</title><h1>"+http.StatusText(status)+"</h1>")
	a.Header().Set("Content-Type", "text/html")
	return a
}
