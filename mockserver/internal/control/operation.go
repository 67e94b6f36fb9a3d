package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/registry"
)

// Config configures a control plane.
type Config struct {
	Registry *registry.Registry
	Logger   *slog.Logger
	Describe func() Description // the current state of the server
	Guard    Guard
	Strays   *journal.Journal // of unmatched requests
	Scheme   string           // of the API: http or https
}

// Description describes a server.
type Description struct {
	Version string // of the program
	APIURL  string // base URL of the API; empty if it does not listen
	Seed    uint64

	Unserved []string // paths of the contract that the settings of the server leave out
}

// operation is one operation of the document, with its only success.
type operation struct {
	*openapi3.Operation
	handle   handler
	status   int
	media    string               // of the body; empty: no body
	validate func(body any) error // against the schema of the body
}

// handler carries out one operation. It returns the body: a value that JSON can
// encode, bytes in another media type, or a stream.
type handler func(*request) (any, error)

// stream sends a whole response.
type stream func(http.ResponseWriter)

// request is a call that conforms to the document.
type request struct {
	*http.Request
	operation   *operation
	plane       *Config
	streams     chan struct{}            // holds one value for each open stream
	institution *institution.Institution // nil if the path names none
	body        []byte
}

// source names the control plane as the source of a change.
func source() institution.Source { return institution.Source{By: journal.ByHTTP} }

// apply changes the institution in the path.
func (r *request) apply(c institution.Change) (institution.Effect, error) {
	return r.institution.Apply(source(), c)
}

func compile(source *openapi3.Operation, handle handler, formats []openapi3.SchemaValidationOption) (*operation, error) {
	if handle == nil {
		return nil, errors.New("no handler")
	}
	op := &operation{Operation: source, handle: handle}
	for code, response := range source.Responses.Map() {
		if status, err := strconv.Atoi(code); err == nil { // not default
			op.status = status
			for media, content := range response.Value.Content {
				op.media = media
				op.validate = func(body any) error { return content.Schema.Value.VisitJSON(body, formats...) }
			}
		}
	}
	if op.status == 0 {
		return nil, errors.New("no status of success")
	}
	return op, nil
}

// decode reads the body of a request.
func decode[T any](r *request) (v T, err error) {
	decoder := json.NewDecoder(bytes.NewReader(r.body))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		return v, domain.Errorf(domain.BadRequest, "body%s", typeProblem(err))
	}
	return v, nil
}

// typeProblem describes why a value that the schema allows is none of a Go type: it is
// out of the range of the type, or the type refuses it.
func typeProblem(err error) string {
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf(" /%s: unsupported value %.100q", strings.ReplaceAll(mismatch.Field, ".", "/"), mismatch.Value)
	}
	return fmt.Sprintf(": %v", err)
}

// query reads the query of a request, by the JSON tags of a struct.
func query[T any](r *request) (v T, err error) {
	values := map[string]any{}
	for name, given := range r.URL.Query() {
		values[name] = given[0]
		if r.operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name).Schema.Value.Type.Is(openapi3.TypeString) {
			continue
		}
		if !json.Valid([]byte(given[0])) {
			return v, domain.Errorf(domain.BadRequest, "query parameter %s: invalid value %.100q", name, given[0])
		}
		values[name] = json.RawMessage(given[0])
	}
	encoded, err := json.Marshal(values)
	if err == nil {
		err = json.Unmarshal(encoded, &v)
	}
	if err != nil {
		return v, domain.Errorf(domain.BadRequest, "query%s", typeProblem(err))
	}
	return v, nil
}

// withBody returns a handler of a request with a body.
func withBody[T any](handle func(*request, T) (any, error)) handler {
	return func(r *request) (any, error) {
		body, err := decode[T](r)
		if err != nil {
			return nil, err
		}
		return handle(r, body)
	}
}
