package mockserver

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"example.com/assay/mockserver/internal/journal"
)

// refusal says what a browser will hold against the answer, and what to do about
// it; empty: nothing. Whether the request is a preflight is said by asked.
func (c *cors) refusal(r *http.Request, origin string, asked bool) string {
	switch {
	case c.strict:
		return "CORS is strict here, as of an API that no page may call: have the page's own server pass its calls on, or leave out --cors strict"
	case !c.allows(origin):
		return fmt.Sprintf("the origin %.200q is not allowed: %s allows it", origin, c.flagFor(origin))
	case !asked:
		return ""
	}
	return c.refusalOfPreflight(r)
}

// flagFor returns the flag that would allow the origin.
func (c *cors) flagFor(origin string) string {
	if _, err := parseOrigin(origin); err != nil || strings.ContainsAny(origin, " \"'\\") {
		return "no flag, since it is no origin that can be named (a page from a file has none),"
	}
	return "--cors-origin " + origin
}

func (c *cors) refusalOfPreflight(r *http.Request) string {
	var refusals []string
	if method := r.Header.Get("Access-Control-Request-Method"); !slices.Contains(strings.Split(corsMethods, ", "), method) {
		refusals = append(refusals, fmt.Sprintf("the method %.40q is not allowed, since the contract has no such operation: expected one of %s", method, corsMethods))
	}
	for name := range strings.SplitSeq(r.Header.Get("Access-Control-Request-Headers"), ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" && !slices.Contains(c.headers, name) {
			refusals = append(refusals, fmt.Sprintf("the header %.100q is not allowed: --cors-header %.100s allows it", name, name))
		}
	}
	return strings.Join(refusals, "; ")
}

// teach tells the log and the journal. A browser tells its user next to nothing.
func (c *cors) teach(w http.ResponseWriter, r *http.Request, asked bool, refusal string) {
	what := "the browser hides the answer from the page"
	if asked {
		what = "the browser does not send the request"
	}
	x, _ := w.(*journal.Exchange)
	c.logger.Warn("CORS", "consequence", what, "reason", x.Hide(refusal), "origin", x.Hide(r.Header.Get("Origin")), "path", x.Hide(r.URL.Path))
	switch {
	case x == nil:
	case asked && !c.strict: // else the API answers, and says why in its way
		x.Refused("CORS: "+what+": "+refusal, nil, "")
	default:
		x.Note("CORS: " + what + ": " + refusal)
	}
}
