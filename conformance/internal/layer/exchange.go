// Package layer changes requests and responses in front of an implementation,
// in one process. The broken implementations of the mutants and the gateways of
// prove are made of it.
//
// Begin with [Handler]; an [Exchange] is a request on its way through.
package layer

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"

	"example.com/assay/openapi"
)

// The operations by operationId. Their methods and paths come from the OpenAPI
// document.
const (
	List      = "listAssessments"
	Get       = "getAssessment"
	Create    = "createAssessment"
	Cancel    = "cancelWorkflow"
	Templates = "listTemplates"
	Entities  = "listEntities"
	Outcome   = "getOutcome"
	Search    = "searchTasks"
	Task      = "getTask"
	Assign    = "updateTaskAssignment"
	Export    = "exportAuditEvents"

	// Undeclared is a method that the path does not have in the document.
	Undeclared = "undeclared"
)

// Target is what a layer knows of the implementation behind it. A field is empty
// if the target has no such key or host.
type Target struct {
	Key       string // the key that the suite uses
	OtherKey  string // of another institution
	DeniedKey string // valid, but refused from this machine
	Host      string // of the region of Key, with its port
	OtherHost string // of another region, with its port
}

// Reaction answers a request in the place of the implementation.
type Reaction func(x *Exchange) *Response

// Handler puts a layer in front of an implementation.
func Handler(next http.Handler, t Target, react Reaction) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x, err := newExchange(r, next, t)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		react(x).send(w)
	})
}

// Exchange is one request on its way through a layer.
type Exchange struct {
	Op      string // empty if the path is not in the document
	ID      string // of the resource in the path, in lower case
	Key     string
	Body    []byte
	Target  Target
	Request *http.Request

	base string // the path in front of the operation's own
	next http.Handler
}

// maxBody is more than any request of the suite, in bytes.
const maxBody = 2 << 20

func newExchange(r *http.Request, next http.Handler, t Target) (*Exchange, error) {
	x := &Exchange{Key: r.Header.Get("apikey"), Target: t, Request: r, next: next}
	if r.Body != nil {
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
		if err != nil {
			return nil, fmt.Errorf("read the request: %w", err)
		}
		x.Body = body
	}
	x.locate(r.Method, r.URL.Path)
	return x, nil
}

var parameter = regexp.MustCompile(`\{.*?\}`)

// locate finds the operation with the longest path that the request's path ends
// with. The rest is the deployment's base path.
func (x *Exchange) locate(method, requested string) {
	parts, longest := strings.Split(strings.TrimSuffix(requested, "/"), "/"), 0
	for _, o := range openapi.Operations() {
		pattern := strings.Split(parameter.ReplaceAllString(o.Path[1:], "*"), "/")
		before := max(0, len(parts)-len(pattern))
		length := matchLength(pattern, parts[before:])
		if length > longest {
			longest, x.Op, x.ID = length, Undeclared, ""
			x.base = strings.Join(parts[:before], "/") + "/"
			if i := slices.Index(pattern, "*"); i >= 0 {
				x.ID = strings.ToLower(parts[before+i])
			}
		}
		if length > 0 && length == longest && method == o.Method {
			x.Op = cmp.Or(o.SameAs, o.ID)
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

// Object returns the request's body if it is a JSON object, or nil.
func (x *Exchange) Object() Record {
	r, _ := Decode(x.Body).(Record)
	return r
}

// Pass sends the request to the implementation, with the changes.
func (x *Exchange) Pass(changes ...func(*http.Request)) *Response {
	r := x.copied()
	setBody(r, x.Body)
	for _, change := range changes {
		change(r)
	}
	return serve(x.next, r)
}

// Ask sends a request of the layer's own with the suite's key.
func (x *Exchange) Ask(op, id, body string) *Response {
	o, _ := openapi.OperationByID(op)
	r := x.copied()
	r.Method, r.URL.Path, r.URL.RawPath, r.URL.RawQuery = o.Method, x.base+parameter.ReplaceAllString(o.Path[1:], id), "", ""
	r.RequestURI = r.URL.RequestURI()
	r.Header.Set("apikey", x.Target.Key)
	r.Header.Del("Content-Type")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	setBody(r, []byte(body))
	return serve(x.next, r)
}

// copied returns a copy of the request that can be changed.
func (x *Exchange) copied() *http.Request {
	r, u := *x.Request, *x.Request.URL
	r.Header, r.URL = r.Header.Clone(), &u
	return &r
}

func setBody(r *http.Request, body []byte) {
	r.ContentLength = int64(len(body))
	r.Body = http.NoBody
	if len(body) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
}

// WithBody replaces the body of a request.
func WithBody(body string) func(*http.Request) {
	return func(r *http.Request) { setBody(r, []byte(body)) }
}

// WithKey replaces the key of a request.
func WithKey(key string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("apikey", key) }
}

// WithID replaces the ID in the path of a request.
func WithID(from, to string) func(*http.Request) {
	return func(r *http.Request) {
		r.URL.Path = strings.Replace(strings.ToLower(r.URL.Path), from, to, 1)
		r.URL.RawPath = ""
		r.RequestURI = r.URL.RequestURI()
	}
}
