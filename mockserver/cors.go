package mockserver

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

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

// cors answers browsers. An origin is allowed by its own name, never by *.
type cors struct {
	origins []originPattern
	methods []string // of the contract, HEAD and OPTIONS
	headers []string // that scripts may send, in lower case
	logger  *slog.Logger
	vary    []string // the header of every response, shared
	strict  bool     // answer as an API without support for browsers

	credentials bool // pages may send cookies
}

// originPattern matches an origin. The port * matches any port or none; a host that
// starts with *. matches any host below the rest.
type originPattern struct {
	scheme, host, port string
}

func newCORS(cfg Config) (*cors, error) {
	c := &cors{credentials: cfg.CORSCredentials, logger: cfg.Logger, vary: []string{"Origin"}, strict: cfg.CORSStrict, headers: []string{"apikey", "content-type"}}
	c.allowContract()
	if cfg.CORSStrict && (len(cfg.CORSOrigins) > 0 || len(cfg.CORSHeaders) > 0) {
		return nil, errors.New("CORS: strict mode allows no origins and headers; remove them, or strict mode")
	}
	if !cfg.NoPrefer {
		c.headers = append(c.headers, "prefer")
	}
	for _, h := range cfg.CORSHeaders {
		if h == "" || h == "*" || strings.ContainsFunc(h, notInToken) {
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
	if c.credentials && (len(c.origins) == 0 || slices.ContainsFunc(c.origins, func(p originPattern) bool { return !p.isExact() })) {
		return nil, errors.New("CORS: credentials need origins by name, without *; add --cors-origin (Config.CORSOrigins) for each")
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

// nullOrigin is what browsers send for pages without an origin, such as files and
// sandboxed frames.
const nullOrigin = "null"

// parseOrigin reads an origin in the form that browsers send it: in lower case, with an
// ASCII host, and without the port that the scheme implies.
func parseOrigin(s string) (originPattern, error) {
	refuse := func(why string) (originPattern, error) {
		return originPattern{}, fmt.Errorf("CORS origin: invalid origin %q: %s; use one such as https://app.example.com, http://localhost:*, http://*.localhost:*, capacitor://localhost or null", s, why)
	}
	if strings.EqualFold(s, nullOrigin) {
		return originPattern{scheme: nullOrigin}, nil
	}
	scheme, rest, ok := strings.Cut(strings.ToLower(s), "://")
	rest = strings.TrimSuffix(rest, "/")
	host, port := splitPort(rest)
	switch {
	case !ok || strings.ContainsFunc(scheme, notInScheme) || scheme == "":
		return refuse("it has no scheme")
	case strings.ContainsAny(rest, "/@?# "):
		return refuse("an origin is a scheme, a host and a port")
	case scheme != "http" && scheme != "https":
		if strings.Contains(rest, "*") {
			return refuse("a * needs http or https")
		}
		return originPattern{scheme: scheme, host: rest}, nil
	case strings.Trim(host, "*.") == "":
		return refuse("it has no host")
	case strings.Contains(strings.TrimPrefix(host, "*."), "*"):
		return refuse("a * stands for whole labels at the front of the host")
	}
	if number, err := strconv.ParseUint(port, 10, 16); port != "*" && (port != "" || strings.HasSuffix(rest, ":")) && (err != nil || number == 0) {
		return refuse("the port is a number from 1 to 65535, or *")
	}
	if port == map[string]string{"http": "80", "https": "443"}[scheme] {
		port = ""
	}
	wildcard, name := "", host
	if below, found := strings.CutPrefix(host, "*."); found {
		wildcard, name = "*.", below
	}
	if !strings.HasPrefix(name, "[") {
		ascii, err := idna.Lookup.ToASCII(name)
		if err != nil {
			return refuse("no browser sends this host")
		}
		name = ascii
	}
	return originPattern{scheme, wildcard + name, port}, nil
}

// notInScheme reports whether a scheme cannot contain the character.
func notInScheme(c rune) bool {
	return (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("+-.", c)
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

// isExact reports whether the pattern names one origin.
func (p originPattern) isExact() bool { return p.port != "*" && !strings.HasPrefix(p.host, "*") }

func (c *cors) allows(origin string) bool {
	scheme, rest, _ := strings.Cut(strings.ToLower(origin), "://")
	host, port := rest, ""
	if scheme == "http" || scheme == "https" {
		host, port = splitPort(rest)
	}
	return !strings.Contains(rest, "/") && slices.ContainsFunc(c.origins, func(p originPattern) bool { return p.matches(scheme, host, port) })
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
			if c.credentials {
				header.Set("Access-Control-Allow-Credentials", "true")
			}
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
