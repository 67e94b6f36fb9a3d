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

	"example.com/assay/mockserver/internal/api"
	"example.com/assay/mockserver/internal/domain"
)

func ok(body any) (response, error) { return response{status: http.StatusOK, body: body}, nil }

func created(body any) (response, error) {
	return response{status: http.StatusCreated, body: body}, nil
}

func noContent() (response, error) { return response{status: http.StatusNoContent}, nil }

func yaml(content []byte) (response, error) {
	return response{status: http.StatusOK, raw: content, media: "application/yaml"}, nil
}

// send writes a response, after it was held against the document.
func (s *Server) send(w http.ResponseWriter, op *openapi3.Operation, answer response) error {
	if answer.stream != nil {
		answer.stream(w)
		return nil
	}
	content, media := answer.raw, answer.media
	if answer.body != nil {
		var err error
		if content, err = json.Marshal(answer.body); err != nil {
			return fmt.Errorf("operation %s: %w", op.OperationID, err)
		}
		media = "application/json"
	}
	if err := s.declared(op, answer.status, media, content); err != nil {
		return err
	}
	if media != "" {
		w.Header().Set("Content-Type", media)
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	}
	w.WriteHeader(answer.status)
	if _, err := w.Write(content); err != nil {
		s.Logger.Debug("response of the control plane not sent to its end", "operation", op.OperationID, "error", err)
	}
	return nil
}

// declared holds a response against the document.
func (s *Server) declared(op *openapi3.Operation, status int, media string, content []byte) error {
	ref := op.Responses.Status(status)
	if ref == nil {
		return fmt.Errorf("operation %s does not declare %d", op.OperationID, status)
	}
	if media == "" && len(ref.Value.Content) == 0 {
		return nil
	}
	declared := ref.Value.Content[media]
	if declared == nil {
		return fmt.Errorf("operation %s does not declare %d with %q", op.OperationID, status, media)
	}
	if media != "application/json" {
		return nil
	}
	var value any
	if err := json.Unmarshal(content, &value); err != nil {
		return err
	}
	if err := declared.Schema.Value.VisitJSON(value, s.doc.GetSchemaValidationOptions()...); err != nil {
		return fmt.Errorf("operation %s, the response: %w", op.OperationID, err)
	}
	return nil
}

// problemJSON is a refusal (RFC 9457).
type problemJSON struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// problem answers with an error. What is no refusal is a defect, which the log
// tells more about.
func (s *Server) problem(w http.ResponseWriter, err error) {
	p := problemOf(err)
	if p.Status == http.StatusInternalServerError {
		s.Logger.Error("control request failed", "error", err)
	}
	content, err := json.Marshal(p)
	if err != nil {
		s.Logger.Error("encode a problem", "error", err)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(content) // who has gone away is told nothing
}

func problemOf(err error) problemJSON {
	if d, ok := errors.AsType[*denial](err); ok {
		return problemJSON{Type: "urn:assay:problem:control", Title: http.StatusText(d.status), Status: d.status, Detail: d.detail}
	}
	kind, detail := domain.Internal, "A defect of the mock, which its log tells more about."
	if refusal, ok := errors.AsType[*domain.Error](err); ok {
		kind, detail = refusal.Kind, refusal.Detail
	}
	status := api.Status(kind)
	return problemJSON{Type: "urn:assay:problem:" + string(kind), Title: http.StatusText(status), Status: status, Detail: detail}
}

// place says in a line where a request breaks the document, and how.
func place(err error) string {
	where := "request"
	if e, ok := errors.AsType[*openapi3filter.RequestError](err); ok {
		where = "body"
		if e.Parameter != nil {
			where = e.Parameter.In + " parameter " + e.Parameter.Name
		}
		if inner, many := errors.AsType[openapi3.MultiError](e.Err); many {
			var all []string
			for _, one := range inner {
				all = append(all, reason(where, one))
			}
			return joined(all)
		}
		if e.Err == nil {
			return where + ": " + e.Reason
		}
		err = e.Err
	}
	return reason(where, err)
}

func reason(where string, err error) string {
	if e, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		if path := e.JSONPointer(); len(path) > 0 {
			where += " /" + strings.Join(path, "/")
		}
		return where + ": " + cut(e.Reason)
	}
	return where + ": " + cut(err.Error())
}

const maxReason = 300

func cut(s string) string {
	if len(s) > maxReason {
		return strings.ToValidUTF8(s[:maxReason], "") + "…"
	}
	return s
}

func joined(lines []string) string { return strings.Join(lines, "; ") }
