// Package console serves the console: a page that shows and steers the mock
// through its control plane. The page is made of static files that run in the
// browser as they are; all that it knows it asks the control plane for.
package console

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/assay/mockserver/internal/control"
	"example.com/assay/openapi"
)

// BasePath is the path under which the console is served.
const BasePath = "/console/"

// documents are the paths under which the page reads, as JSON, the documents that
// it makes its calls from.
func documents() map[string]func() (*openapi3.T, error) {
	return map[string]func() (*openapi3.T, error){"contract.json": openapi.Load, "control.json": control.Load}
}

//go:embed assets
var assets embed.FS

// Config is what the console works with.
type Config struct {
	// APIURL returns the base URL of the API, the one other place that the page may
	// send requests to; empty, or nil: there is none.
	APIURL func() string
}

// New returns the handler of everything below [BasePath].
func New(cfg Config) (http.Handler, error) {
	files, err := served()
	if err != nil {
		return nil, err
	}
	return &handler{apiURL: cfg.APIURL, files: files}, nil
}

// served returns the files by their path below [BasePath]. They are the same for
// all servers of a process, so they are made once.
var served = sync.OnceValues(func() (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(assets, "assets", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := assets.ReadFile(name)
		files[strings.TrimPrefix(name, "assets/")] = content
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the files of the console: %w", err)
	}
	for name, load := range documents() {
		doc, err := load()
		if err != nil {
			return nil, err
		}
		if files[name], err = json.Marshal(doc); err != nil {
			return nil, fmt.Errorf("encode %s: %w", name, err)
		}
	}
	return files, nil
})

type handler struct {
	apiURL func() string
	files  map[string][]byte // by their path below BasePath
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.protect(w.Header(), r)
	name := strings.TrimPrefix(r.URL.Path, BasePath)
	if name == "" {
		name = "index.html"
	}
	content, known := h.files[name]
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "expected GET, got "+r.Method, http.StatusMethodNotAllowed)
	case !known:
		http.Error(w, "expected a file of the console, which begins at "+BasePath, http.StatusNotFound)
	default:
		w.Header().Set("Content-Type", mediaType(name))
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	}
}

// protect sets the headers that keep the page to itself: it runs and draws only
// its own files, talks to its own origin and to the API, cannot be framed, and
// cannot turn text into markup.
func (h *handler) protect(header http.Header, r *http.Request) {
	connect := "'self'"
	if origin := h.apiOrigin(r); origin != "" {
		connect += " " + origin
	}
	header.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src " + connect,
		"base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
	}, "; "))
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cache-Control", "no-cache") // after an update the old page would meet a new control plane
}

// apiOrigin returns the origin of the API as the browser reaches it. A page that
// was opened by another name of the machine than loopback finds the API by that
// name too.
func (h *handler) apiOrigin(r *http.Request) string {
	if h.apiURL == nil {
		return ""
	}
	u, err := url.Parse(h.apiURL())
	if err != nil || u.Host == "" {
		return ""
	}
	asked := (&url.URL{Host: r.Host}).Hostname()
	if ip := net.ParseIP(u.Hostname()); ip == nil || !ip.IsLoopback() || isLoopback(asked) || !plainHost(asked) {
		return u.Scheme + "://" + u.Host
	}
	return u.Scheme + "://" + net.JoinHostPort(asked, u.Port())
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// plainHost reports whether a host is made only of what a host can be made of, so
// that it cannot add to the policy.
func plainHost(host string) bool {
	return host != "" && strings.IndexFunc(host, func(c rune) bool {
		return !strings.ContainsRune(".-:0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", c)
	}) < 0
}

func mediaType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	}
	return "text/plain; charset=utf-8"
}
