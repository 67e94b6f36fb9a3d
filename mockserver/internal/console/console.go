// Package console serves the console: a web page that shows and manages the mock
// through its control plane. The files in assets run in the browser unchanged; begin
// with app.js.
package console

import (
	"bytes"
	"cmp"
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

// documents are the documents from which the page derives its calls. It reads them
// as JSON.
func documents() map[string]func() (*openapi3.T, error) {
	return map[string]func() (*openapi3.T, error){"contract.json": openapi.Load, "control.json": control.Load}
}

//go:embed assets
var assets embed.FS

// Config configures a console.
type Config struct {
	// APIURL returns the base URL of the API. The page sends requests to no other
	// origin besides its own. Nil or empty: no API.
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
//
//nolint:gochecknoglobals // computed once, never changed
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
		http.Error(w, r.Method+" is not allowed; use GET", http.StatusMethodNotAllowed)
	case !known:
		http.Error(w, "not found; the console is at "+BasePath, http.StatusNotFound)
	default:
		w.Header().Set("Content-Type", mediaType(name))
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	}
}

// protect sets the headers that isolate the page: it runs and shows only its own
// files, connects to its own origin and to the API, cannot be framed, and cannot turn
// text into markup.
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

// apiOrigin returns the origin of the API for the browser: if the page was opened
// under another name than loopback, the API has that name too.
func (h *handler) apiOrigin(r *http.Request) string {
	if h.apiURL == nil {
		return ""
	}
	u, err := url.Parse(h.apiURL())
	if err != nil || u.Host == "" {
		return ""
	}
	name := (&url.URL{Host: r.Host}).Hostname()
	if ip := net.ParseIP(u.Hostname()); ip == nil || !ip.IsLoopback() || isLoopback(name) || !plainHost(name) {
		return u.Scheme + "://" + u.Host
	}
	return u.Scheme + "://" + net.JoinHostPort(name, u.Port())
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// plainHost reports whether a host has only valid characters, so that it cannot
// extend the policy.
func plainHost(host string) bool {
	return host != "" && strings.IndexFunc(host, func(c rune) bool {
		return !strings.ContainsRune(".-:0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", c)
	}) < 0
}

func mediaType(name string) string {
	types := map[string]string{
		".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
		".json": "application/json", ".svg": "image/svg+xml",
	}
	return cmp.Or(types[path.Ext(name)], "text/plain; charset=utf-8")
}
