package mockserver

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/openapi"
)

// localOrigins are the origins of local development.
func localOrigins() []string {
	return []string{
		"http://localhost:*", "https://localhost:*",
		"http://127.0.0.1:*", "https://127.0.0.1:*",
		"http://[::1]:*", "https://[::1]:*",
		"http://*.localhost:*", "https://*.localhost:*",
	}
}

const (
	corsExposed = "Retry-After, X-Request-Id"
	corsMaxAge  = "600"
)

// cors answers browsers. The API needs no cookies, so credentials are never allowed,
// and an origin is allowed by its own name, never by *.
type cors struct {
	origins []originPattern
	methods []string // of the contract, HEAD and OPTIONS
	headers []string // that scripts may send, in lower case
	logger  *slog.Logger
	vary    []string // the header of every response, shared
	strict  bool     // answer as an API without support for browsers
}

// originPattern matches an origin. The port * matches any port or none; a host that
// starts with *. matches any host below the rest.
type originPattern struct {
	scheme, host, port string
}

func newCORS(cfg Config) (*cors, error) {
	c := &cors{logger: cfg.Logger, vary: []string{"Origin"}, strict: cfg.CORSStrict, headers: []string{"apikey", "content-type"}}
	c.allowContract()
	if cfg.CORSStrict && (len(cfg.CORSOrigins) > 0 || len(cfg.CORSHeaders) > 0) {
		return nil, errors.New("CORS: strict mode allows no origins and headers; remove them, or strict mode")
	}
	if !cfg.NoPrefer {
		c.headers = append(c.headers, "prefer")
	}
	for _, h := range cfg.CORSHeaders {
		if h == "" || strings.ContainsFunc(h, notInToken) {
			return nil, fmt.Errorf("CORS header: invalid name %q; use one such as X-Trace-Id", h)
		}
		c.headers = append(c.headers, strings.ToLower(h))
	}
	origins := cfg.CORSOrigins
	if origins == nil {
		origins = localOrigins()
	}
	for _, o := range origins {
		p, err := parseOrigin(o)
		if err != nil {
			return nil, err
		}
		c.origins = append(c.origins, p)
	}
	return c, nil
}

// allowContract allows the methods and the headers of the contract's operations.
func (c *cors) allowContract() {
	methods := map[string]bool{http.MethodHead: true}
	for _, op := range openapi.Operations() {
		methods[op.Method] = true
		for _, name := range op.Headers {
			c.headers = append(c.headers, strings.ToLower(name))
		}
	}
	c.methods = append(slices.Sorted(maps.Keys(methods)), http.MethodOptions)
}

// notInToken reports whether the name of a header cannot contain the character.
func notInToken(c rune) bool {
	return c <= ' ' || c >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c)
}

func parseOrigin(s string) (originPattern, error) {
	scheme, rest, ok := strings.Cut(strings.ToLower(s), "://")
	host, port := splitPort(rest)
	if !ok || (scheme != "http" && scheme != "https") || strings.Trim(host, "*.") == "" || strings.ContainsAny(rest, "/@?# ") || strings.Contains(strings.TrimPrefix(host, "*."), "*") {
		return originPattern{}, fmt.Errorf("CORS origin: invalid origin %q; use one such as https://app.example.com, http://localhost:* or http://*.localhost:*", s)
	}
	return originPattern{scheme, host, port}, nil
}

func splitPort(hostport string) (host, port string) {
	i := strings.LastIndexByte(hostport, ':')
	if i < 0 || strings.HasSuffix(hostport, "]") {
		return hostport, ""
	}
	return hostport[:i], hostport[i+1:]
}

func (p originPattern) matches(scheme, host, port string) bool {
	if p.scheme != scheme || (p.port != "*" && p.port != port) {
		return false
	}
	if below, ok := strings.CutPrefix(p.host, "*"); ok {
		return strings.HasSuffix(host, below) && len(host) > len(below)
	}
	return p.host == host
}

func (c *cors) allows(origin string) bool {
	u, err := url.Parse(strings.ToLower(origin))
	if err != nil || u.Host == "" || u.Path != "" {
		return false
	}
	host, port := splitPort(u.Host)
	for _, p := range c.origins {
		if p.matches(u.Scheme, host, port) {
			return true
		}
	}
	return false
}

func (c *cors) wrap(next handler) handler {
	return func(w http.ResponseWriter, r *http.Request, recorder *journal.Exchange) {
		header := w.Header()
		if !c.strict {
			header["Vary"] = c.vary
		}
		origin := r.Header.Get("Origin")
		if origin == "" { // no browser, or a page of the server's own origin
			next(w, r, recorder)
			return
		}
		preflight := r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
		if refusal := c.refusal(r, origin, preflight); refusal != "" {
			c.diagnose(recorder, r, preflight, refusal)
		}
		if c.strict {
			next(w, r, recorder)
			return
		}
		allowed := c.allows(origin)
		if allowed {
			header.Set("Access-Control-Allow-Origin", origin)
			header.Set("Access-Control-Expose-Headers", corsExposed)
		}
		if preflight {
			c.preflight(w, allowed)
			return
		}
		next(w, r, recorder)
	}
}

// preflight answers a preflight, which comes without a key. A refusal is the absence
// of headers; the log and the journal tell the reason.
func (c *cors) preflight(w http.ResponseWriter, allowed bool) {
	header := w.Header()
	header["Vary"] = []string{"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"}
	if allowed {
		header.Set("Access-Control-Allow-Methods", strings.Join(c.methods, ", "))
		header.Set("Access-Control-Allow-Headers", strings.Join(c.headers, ", "))
		header.Set("Access-Control-Max-Age", corsMaxAge)
	}
	w.WriteHeader(http.StatusNoContent)
}
