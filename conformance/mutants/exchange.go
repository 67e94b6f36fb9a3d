package mutants

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"

	"example.com/assay/openapi"
)

// Target is what a mutant knows of the implementation behind it. A field is empty
// if the target has no such key or host.
type Target struct {
	Key       string // the key that the suite uses
	OtherKey  string // of another institution
	DeniedKey string // valid, but refused from this machine
	Host      string // of the region of Key, with its port
	OtherHost string // of another region, with its port
}

// The operations by operationId. Their methods and paths come from the OpenAPI
// document.
const (
	list      = "listAssessments"
	get       = "getAssessment"
	create    = "createAssessment"
	cancel    = "cancelWorkflow"
	templates = "listTemplates"
	entities  = "listEntities"
	outcome   = "getOutcome"

	// undeclared is a method that the path does not have in the document.
	undeclared = "undeclared"
)

// exchange is one request on its way through a mutant.
type exchange struct {
	op   string // empty if the path is not in the document
	id   string // of the assessment or the outcome in the path, in lower case
	key  string
	body []byte

	target  Target
	request *http.Request
	base    string // the path in front of the operation's own
	next    http.Handler
}

// maxBody is more than any request of the suite, in bytes.
const maxBody = 2 << 20

func newExchange(r *http.Request, next http.Handler, t Target) (*exchange, error) {
	x := &exchange{key: r.Header.Get("apikey"), target: t, request: r, next: next}
	if r.Body != nil {
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
		if err != nil {
			return nil, fmt.Errorf("read the request: %w", err)
		}
		x.body = body
	}
	x.locate(r.Method, r.URL.Path)
	return x, nil
}

var parameter = regexp.MustCompile(`\{.*?\}`)

// locate finds the operation with the longest path that the request's path ends
// with. The rest is the deployment's base path.
func (x *exchange) locate(method, requested string) {
	parts, longest := strings.Split(strings.TrimSuffix(requested, "/"), "/"), 0
	for _, o := range openapi.Operations() {
		pattern := strings.Split(parameter.ReplaceAllString(o.Path[1:], "*"), "/")
		before := max(0, len(parts)-len(pattern))
		length := matchLength(pattern, parts[before:])
		if length > longest {
			longest, x.op, x.id = length, undeclared, ""
			x.base = strings.Join(parts[:before], "/") + "/"
			if i := slices.Index(pattern, "*"); i >= 0 {
				x.id = strings.ToLower(parts[before+i])
			}
		}
		if length > 0 && length == longest && method == o.Method {
			x.op = cmp.Or(o.SameAs, o.ID)
		}
	}
}

// matchLength returns the length of the pattern, or 0 if the parts do not match it.
func matchLength(pattern, parts []string) int {
	joined := strings.Join(pattern, "/")
	if found, err := path.Match(joined, strings.Join(parts, "/")); err != nil || !found {
		return 0
	}
	return len(joined)
}

// copied returns a copy of the request that can be changed.
func (x *exchange) copied() *http.Request {
	r, u := *x.request, *x.request.URL
	r.Header, r.URL = r.Header.Clone(), &u
	return &r
}

// pass sends the request to the implementation, with the changes.
func (x *exchange) pass(changes ...func(*http.Request)) *response {
	r := x.copied()
	setBody(r, x.body)
	for _, change := range changes {
		change(r)
	}
	return serve(x.next, r)
}

// ask sends a request of the mutant's own with the suite's key.
func (x *exchange) ask(op, id, body string) *response {
	o, _ := openapi.OperationByID(op)
	r := x.copied()
	r.Method, r.URL.Path, r.URL.RawPath, r.URL.RawQuery = o.Method, x.base+parameter.ReplaceAllString(o.Path[1:], id), "", ""
	r.RequestURI = r.URL.RequestURI()
	r.Header.Set("apikey", x.target.Key)
	r.Header.Del("Content-Type")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	setBody(r, []byte(body))
	return serve(x.next, r)
}

func setBody(r *http.Request, body []byte) {
	r.ContentLength = int64(len(body))
	r.Body = http.NoBody
	if len(body) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
}

func withBody(body string) func(*http.Request) {
	return func(r *http.Request) { setBody(r, []byte(body)) }
}

func withKey(key string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("apikey", key) }
}

// withID replaces the ID in the path.
func withID(from, to string) func(*http.Request) {
	return func(r *http.Request) {
		r.URL.Path = strings.Replace(strings.ToLower(r.URL.Path), from, to, 1)
		r.URL.RawPath = ""
		r.RequestURI = r.URL.RequestURI()
	}
}

// response is an http.ResponseWriter that holds what the implementation writes.
// It keeps a body even where HTTP allows none.
type response struct {
	status int
	header http.Header
	body   []byte
}

func serve(h http.Handler, r *http.Request) *response {
	a := &response{header: http.Header{}}
	h.ServeHTTP(a, r)
	a.WriteHeader(http.StatusOK)
	return a
}

// Header implements http.ResponseWriter.
func (a *response) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter: the first call counts.
func (a *response) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write implements http.ResponseWriter.
func (a *response) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.body = append(a.body, b...)
	return len(b), nil
}

func (a *response) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a client that has gone away misses nothing
}

func (a *response) ok() bool { return a.status >= 200 && a.status < 300 }

// become replaces the status and the body; the other headers stay.
func (a *response) become(status int, body string) {
	a.status, a.body = status, []byte(body)
	a.header.Del("Content-Length")
	if body != "" {
		a.header.Set("Content-Type", "application/json")
	}
}

// reply is a response without the implementation.
func reply(status int, body string) *response {
	a := &response{header: http.Header{}}
	a.become(status, body)
	return a
}
