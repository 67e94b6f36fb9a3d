package mutants

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
)

// The operations, by their operationId.
const (
	list      = "listAssessments"
	get       = "getAssessment"
	create    = "createAssessment"
	cancel    = "cancelWorkflow"
	templates = "listTemplates"
	entities  = "listEntities"
	outcome   = "getOutcome"

	// undeclared is a method that an assessment's path does not have.
	undeclared = "undeclared"
)

// reaction is what a mutant makes of a request.
type reaction func(x *exchange) *answer

// exchange is one request on its way through a mutant.
type exchange struct {
	op   string // "" if it is none of the contract
	id   string // of the assessment or the outcome in the path, in lower case
	key  string
	body []byte
	with Surroundings

	request *http.Request
	base    string // the path below which the operations are
	next    http.Handler
}

// maxBody is more than any request of the suite, in bytes.
const maxBody = 2 << 20

func newExchange(r *http.Request, next http.Handler, s Surroundings) (*exchange, error) {
	x := &exchange{key: r.Header.Get("apikey"), with: s, request: r, next: next}
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

// locate tells the operation by the end of the path: what comes before it is the
// deployment's own.
func (x *exchange) locate(method, path string) {
	parts := strings.Split(strings.TrimSuffix(path, "/"), "/")
	last, before := parts[len(parts)-1], ""
	if len(parts) > 1 {
		before = parts[len(parts)-2]
	}
	own := 1 // how many parts of the path belong to the operation
	switch {
	case last == "cancel-workflow" && method == http.MethodPost:
		x.op, x.id, own = cancel, strings.ToLower(before), 3
	case last == "templates" && before == "assessments":
		x.op, own = templates, 2
	case before == "outcomes":
		x.op, x.id, own = outcome, strings.ToLower(last), 2
		if len(parts) > 2 && parts[len(parts)-3] == "assessments" {
			own = 3
		}
	case before == "assessments" && method == http.MethodGet:
		x.op, x.id, own = get, strings.ToLower(last), 2
	case before == "assessments" && method != http.MethodPost:
		x.op, x.id, own = undeclared, strings.ToLower(last), 2
	case last == "assessments" && method == http.MethodGet:
		x.op = list
	case last == "assessments" && method == http.MethodPost:
		x.op = create
	case last == "entities":
		x.op = entities
	}
	x.base = strings.Join(parts[:max(0, len(parts)-own)], "/") + "/"
}

// good reports whether the request carries the key that the suite uses.
func (x *exchange) good() bool { return x.key == x.with.Key }

// copied returns a copy of the request that can be changed.
func (x *exchange) copied() *http.Request {
	r, u := *x.request, *x.request.URL
	r.Header, r.URL = r.Header.Clone(), &u
	return &r
}

// pass has the implementation answer the request, perhaps changed a little.
func (x *exchange) pass(changes ...func(*http.Request)) *answer {
	r := x.copied()
	setBody(r, x.body)
	for _, change := range changes {
		change(r)
	}
	return serve(x.next, r)
}

// ask makes a request of the mutant's own, in the name of the suite.
func (x *exchange) ask(method, path, body string) *answer {
	r := x.copied()
	r.Method, r.URL.Path, r.URL.RawPath, r.URL.RawQuery = method, x.base+path, "", ""
	r.RequestURI = r.URL.RequestURI()
	r.Header.Set("apikey", x.with.Key)
	r.Header.Del("Content-Type")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	setBody(r, []byte(body))
	return serve(x.next, r)
}

func (x *exchange) askCancel(id string) {
	x.ask(http.MethodPost, "assessments/"+id+"/cancel-workflow", "")
}

func (x *exchange) askGet(id string) *answer { return x.ask(http.MethodGet, "assessments/"+id, "") }

func setBody(r *http.Request, body []byte) {
	r.ContentLength = int64(len(body))
	r.Body = http.NoBody
	if len(body) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
}

// withKey changes the key of a request.
func withKey(key string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("apikey", key) }
}

// withID changes the ID in the path of a request.
func withID(from, to string) func(*http.Request) {
	return func(r *http.Request) {
		r.URL.Path = strings.Replace(strings.ToLower(r.URL.Path), from, to, 1)
		r.URL.RawPath = ""
		r.RequestURI = r.URL.RequestURI()
	}
}

// answer is a response that is not sent yet. It is what an implementation writes
// to, so it holds a body even where HTTP allows none.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func serve(h http.Handler, r *http.Request) *answer {
	a := &answer{header: http.Header{}}
	h.ServeHTTP(a, r)
	a.WriteHeader(http.StatusOK)
	return a
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter: the first call counts.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write implements http.ResponseWriter.
func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.body = append(a.body, b...)
	return len(b), nil
}

func (a *answer) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a client that has gone away misses nothing
}

func (a *answer) ok() bool { return a.status >= 200 && a.status < 300 }

// becomes replaces the status and the body; the other headers stay.
func (a *answer) becomes(status int, body string) *answer {
	a.status, a.body = status, []byte(body)
	a.header.Del("Content-Length")
	if body != "" {
		a.header.Set("Content-Type", "application/json")
	}
	return a
}

// reply is an answer without asking the implementation.
func reply(status int, body string) *answer {
	return (&answer{header: http.Header{}}).becomes(status, body)
}
