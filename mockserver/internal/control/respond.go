package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"example.com/assay/internal/freejson"
	"example.com/assay/internal/text"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/wire"
)

// send sends the success of an operation, after checking it against the document.
func (c *Config) send(w http.ResponseWriter, op *operation, body any) error {
	if send, ok := body.(stream); ok {
		send(w)
		return nil
	}
	content, isBytes := body.([]byte)
	if !isBytes && op.media != "" {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return fmt.Errorf("operation %s: %w", op.OperationID, err)
		}
	}
	if op.media == jsonType {
		value, err := freejson.Read(content)
		if err != nil {
			return err
		}
		if err := op.validate(value); err != nil {
			return fmt.Errorf("operation %s, the response: %w", op.OperationID, err)
		}
	}
	if op.media != "" {
		w.Header().Set("Content-Type", op.media)
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	}
	w.WriteHeader(op.status)
	if _, err := w.Write(content); err != nil { //nolint:gosec // its media type is JSON, YAML or text
		c.Logger.Debug("response of the control plane not sent to its end", "operation", op.OperationID, "error", err)
	}
	return nil
}

// problem responds with an error (RFC 9457). Errors other than refusals are defects;
// the log has their details.
func (c *Config) problem(w http.ResponseWriter, err error) {
	kind, status, detail := string(domain.Internal), http.StatusInternalServerError, "Internal error in the mock; see its log."
	if d, ok := errors.AsType[*denial](err); ok {
		kind, status, detail = "control", d.code, d.detail
	} else if refusal, ok := errors.AsType[*domain.Error](err); ok {
		kind, status, detail = string(refusal.Kind), wire.Status(refusal.Kind), refusal.Detail
	}
	if status == http.StatusInternalServerError {
		c.Logger.Error("control request failed", "error", err)
	}
	content, err := json.Marshal(map[string]any{"type": "urn:assay:problem:" + kind, "title": http.StatusText(status), "status": status, "detail": detail})
	if err != nil {
		c.Logger.Error("encode a problem", "error", err)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = w.Write(content) // the client may be gone
}

// describe returns every violation of the document, with its place, in one line.
func describe(err error) string { return strings.Join(violations("request", err), "; ") }

// violations leaves out the schema and the value that kin-openapi repeats.
func violations(place string, err error) (all []string) {
	switch e := err.(type) { //nolint:errorlint // each case unwraps the next
	case openapi3.MultiError:
		for _, one := range e {
			all = append(all, violations(place, one)...)
		}
		return all
	case *openapi3filter.RequestError:
		place = "body"
		if e.Parameter != nil {
			place = e.Parameter.In + " parameter " + e.Parameter.Name
		}
		if e.Err != nil {
			return violations(place, e.Err)
		}
		return []string{place + ": " + e.Reason}
	case *openapi3filter.ParseError:
		return []string{fmt.Sprintf("%s: invalid value %.100q", place, fmt.Sprint(e.Value))}
	case *openapi3.SchemaError:
		if path := e.JSONPointer(); len(path) > 0 {
			place += " /" + strings.Join(path, "/")
		}
		return []string{place + ": " + text.Shorten(e.Reason, maxReason)}
	}
	return []string{place + ": " + text.Shorten(err.Error(), maxReason)}
}

const maxReason = 300 // bytes
