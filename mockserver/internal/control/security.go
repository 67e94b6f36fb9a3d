package control

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Guard restricts access to the control plane: no pages of other origins, no foreign
// host names, and no calls without the token, if there is one.
type Guard struct {
	// Token is required as "Authorization: Bearer TOKEN", unless it is empty.
	Token string
	// Public are path prefixes of files that need no token: those of the page that
	// asks for it. They hold no data of an institution.
	Public []string
	// Hosts are allowed host names, without port, besides localhost and IP addresses.
	Hosts []string
}

// denial is a refusal by the guard.
type denial struct {
	code   int // HTTP status
	detail string
}

func (d *denial) Error() string { return d.detail }

func denied(code int, format string, args ...any) *denial {
	return &denial{code, fmt.Sprintf(format, args...)}
}

// wrap puts the guard before a handler.
func (g Guard) wrap(next http.Handler, refuse func(http.ResponseWriter, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		for _, check := range []func(*http.Request) *denial{g.checkHost, checkOrigin, g.checkToken, checkContentType} {
			if d := check(r); d != nil {
				if d.code == http.StatusUnauthorized {
					header.Set("WWW-Authenticate", `Bearer realm="assay control"`)
				}
				refuse(w, d)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// checkHost prevents DNS rebinding: a page under a foreign name that resolves to
// this machine would share the origin of the control plane. IP addresses cannot be
// rebound.
func (g Guard) checkHost(r *http.Request) *denial {
	name := r.Host
	if host, _, err := net.SplitHostPort(r.Host); err == nil {
		name = host
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if _, err := netip.ParseAddr(name); err == nil {
		return nil
	}
	if name == "localhost" || strings.HasSuffix(name, ".localhost") || slices.Contains(g.Hosts, name) {
		return nil
	}
	return denied(http.StatusMisdirectedRequest, "unknown host %.100q; use localhost, an IP address, or a name given by --control-host", r.Host)
}

// checkOrigin refuses pages of other origins: they cannot read a response, but could
// cause a change. Links that users follow are allowed to read.
func checkOrigin(r *http.Request) *denial {
	site, from := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	link := safe(r.Method) && r.Header.Get("Sec-Fetch-Mode") == "navigate"
	switch {
	case link, site == "same-origin", site == "none":
		return nil
	case site == "" && (from == "" || sameHost(from, r.Host)):
		return nil // no browser, or an old one
	}
	return denied(http.StatusForbidden, "the page origin %.100q is not allowed; call the control plane from the process of the test", from)
}

func sameHost(origin, host string) bool {
	_, rest, found := strings.Cut(origin, "://")
	return found && strings.EqualFold(rest, host)
}

func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }

func (g Guard) checkToken(r *http.Request) *denial {
	if g.Token == "" || g.public(r) {
		return nil
	}
	scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	want, got := sha256.Sum256([]byte(g.Token)), sha256.Sum256([]byte(given))
	if strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(want[:], got[:]) == 1 {
		return nil
	}
	return denied(http.StatusUnauthorized, "missing or wrong token; send \"Authorization: Bearer TOKEN\" with the token that the mock printed at start")
}

func (g Guard) public(r *http.Request) bool {
	return safe(r.Method) && (r.URL.Path == "/" || slices.ContainsFunc(g.Public, func(prefix string) bool {
		return strings.HasPrefix(r.URL.Path, prefix)
	}))
}

// checkContentType requires a type that no HTML form can send, so that browsers ask
// before a change from another origin, and get no permission.
func checkContentType(r *http.Request) *denial {
	if safe(r.Method) {
		return nil
	}
	if got, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || got != jsonType {
		return denied(http.StatusUnsupportedMediaType, "unsupported Content-Type %.100q; send application/json, even without a body", r.Header.Get("Content-Type"))
	}
	return nil
}
