package mockserver

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"example.com/assay/mockserver/internal/journal"
)

// refusal returns why a browser blocks the request, and the remedy; empty: it does
// not.
func (c *cors) refusal(r *http.Request, origin string, preflight bool) string {
	switch {
	case c.strict:
		return "browsers are blocked because of --cors strict; proxy the calls through your server, or drop the flag"
	case !c.allows(origin):
		return fmt.Sprintf("the origin %.200q is not allowed; %s", origin, remedyFor(origin))
	case preflight:
		return c.preflightRefusal(r)
	case r.Header.Get("Cookie") != "" && !c.credentials:
		return "the page sends credentials, which are not allowed; drop credentials: 'include', or add --cors-credentials with --cors-origin " + origin
	}
	return ""
}

// remedyFor returns the flag that allows the origin.
func remedyFor(origin string) string {
	if _, err := parseOrigin(origin); err != nil || strings.ContainsAny(origin, " \"'\\") {
		return "no flag allows it, since it is no origin"
	}
	return "--cors-origin " + origin + " allows it"
}

func (c *cors) preflightRefusal(r *http.Request) string {
	var refusals []string
	if method := r.Header.Get("Access-Control-Request-Method"); !slices.Contains(c.methods, method) {
		refusals = append(refusals, fmt.Sprintf("the method %.40q is not allowed, since no operation of the contract has it; use one of %s", method, strings.Join(c.methods, ", ")))
	}
	for name := range strings.SplitSeq(r.Header.Get("Access-Control-Request-Headers"), ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" && !slices.Contains(c.headers, name) {
			refusals = append(refusals, fmt.Sprintf("the header %.100q is not allowed; --cors-header %.100s allows it", name, name))
		}
	}
	return strings.Join(refusals, "; ")
}

// diagnose writes the refusal into the log and the journal: browsers tell their
// users very little.
func (c *cors) diagnose(recorder *journal.Exchange, r *http.Request, preflight bool, refusal string) {
	consequence := "the browser hides the response from the page"
	if preflight {
		consequence = "the browser does not send the request"
	}
	c.logger.Warn("CORS", "consequence", consequence, "reason", recorder.Hide(refusal), "origin", recorder.Hide(r.Header.Get("Origin")), "path", recorder.Hide(r.URL.Path))
	text := "CORS: " + consequence + ": " + refusal
	if preflight && !c.strict {
		recorder.Refused(text, nil, "")
	} else { // the API answers, with reasons of its own
		recorder.Note(text)
	}
}
