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

// Guard keeps out whom the control plane is not for: pages of other origins,
// names that were made to point here, and, if there is a token, who lacks it.
type Guard struct {
	// Token is asked for as "Authorization: Bearer TOKEN"; empty: none is.
	Token string
	// Public are paths below which files can be read without the token: those of a
	// page that asks for it. They hold no data of an institution.
	Public []string
	// Hosts are names, without port, under which the control plane is reached
	// besides localhost and IP addresses.
	Hosts []string
}

// denial is a refusal that has nothing to do with what was asked.
type denial struct {
	status int
	detail string
}

func (d *denial) Error() string { return d.detail }

func denied(status int, format string, args ...any) error {
	return &denial{status, fmt.Sprintf(format, args...)}
}

// wrap puts the guard before a handler.
func (g Guard) wrap(next http.Handler, refuse func(http.ResponseWriter, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		for _, check := range []func(*http.Request) error{g.host, origin, g.token, contentType} {
			if err := check(r); err != nil {
				if d, ok := err.(*denial); ok && d.status == http.StatusUnauthorized { //nolint:errorlint // made just above
					header.Set("WWW-Authenticate", `Bearer realm="assay control"`)
				}
				refuse(w, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// host refuses names that another party can point at this machine: a page of
// that name would be of one origin with the control plane (DNS rebinding). An
// address cannot be pointed elsewhere.
func (g Guard) host(r *http.Request) error {
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
	return denied(http.StatusMisdirectedRequest, "expected the host localhost, an IP address or a name given by --control-host, got %.100q", r.Host)
}

// origin refuses pages of other origins. They could not read the answers, but
// what they ask for would happen. A page that a user follows a link to is let
// through, as long as it changes nothing.
func origin(r *http.Request) error {
	site, from := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	link := safe(r.Method) && r.Header.Get("Sec-Fetch-Mode") == "navigate"
	switch {
	case link, site == "same-origin", site == "none":
		return nil
	case site == "" && (from == "" || sameHost(from, r.Host)):
		return nil // no browser, or an old one
	}
	return denied(http.StatusForbidden, "expected a call from a page of this origin or from no page at all, got one from %.100q: call the control plane from the test's own process", from)
}

func sameHost(origin, host string) bool {
	_, rest, found := strings.Cut(origin, "://")
	return found && strings.EqualFold(rest, host)
}

func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }

func (g Guard) token(r *http.Request) error {
	if g.Token == "" || g.public(r) {
		return nil
	}
	scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	want, got := sha256.Sum256([]byte(g.Token)), sha256.Sum256([]byte(given))
	if strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(want[:], got[:]) == 1 {
		return nil
	}
	return denied(http.StatusUnauthorized, "expected the header \"Authorization: Bearer TOKEN\" with the token that the mock printed when it started")
}

func (g Guard) public(r *http.Request) bool {
	return safe(r.Method) && (r.URL.Path == "/" || slices.ContainsFunc(g.Public, func(prefix string) bool {
		return strings.HasPrefix(r.URL.Path, prefix)
	}))
}

// contentType asks calls that change something for a type which no form of a page
// can send: a browser asks before it sends it elsewhere, and gets no permission.
func contentType(r *http.Request) error {
	if safe(r.Method) {
		return nil
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return denied(http.StatusUnsupportedMediaType, "expected the header \"Content-Type: application/json\", with a body or without, got %.100q", r.Header.Get("Content-Type"))
	}
	return nil
}
