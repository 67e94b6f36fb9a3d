package fault

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// replacement is a response that replaces the real one.
type replacement struct {
	status      int
	contentType string
	body        string
	retryAfter  int // seconds; 0: none
}

const problemType = "application/problem+json"

// problem returns a problem document (RFC 9457).
func problem(name string, status int, detail string) replacement {
	document, err := json.Marshal(map[string]any{
		"type": "urn:assay:problem:" + name, "title": http.StatusText(status), "status": status, "detail": detail,
	})
	if err != nil {
		return replacement{status: status}
	}
	return replacement{status: status, contentType: problemType, body: string(document)}
}

// Write implements [Response].
func (r replacement) Write(w http.ResponseWriter) error {
	header := w.Header()
	if r.retryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(r.retryAfter))
	}
	if r.body == "" {
		w.WriteHeader(r.status)
		return nil
	}
	header.Set("Content-Type", r.contentType)
	header.Set("Content-Length", strconv.Itoa(len(r.body)))
	w.WriteHeader(r.status)
	_, err := w.Write([]byte(r.body))
	return err
}
