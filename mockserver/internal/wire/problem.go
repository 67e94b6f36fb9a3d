package wire

import (
	"net/http"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
)

// Problem is a problem document (RFC 9457).
type Problem struct {
	Type   string              `json:"type"`
	Title  string              `json:"title"` // of the status, as net/http has it
	Status int                 `json:"status"`
	Detail string              `json:"detail,omitempty"`
	Errors []contract.Mismatch `json:"errors,omitempty"`
	Try    string              `json:"try,omitempty"` // a command that works
}

// NewProblem returns the document of a refusal. That of a defect keeps the detail
// to the log.
func NewProblem(kind domain.Kind, detail string) Problem {
	if kind == domain.Internal {
		detail = "Internal error in the mock; see its log."
	}
	status := statuses()[kind].status
	return Problem{Type: "urn:assay:problem:" + string(kind), Title: http.StatusText(status), Status: status, Detail: detail}
}

// Status returns the HTTP status of a kind of refusal.
func Status(k domain.Kind) int { return statuses()[k].status }

// KindOf returns the kind of refusal with the status, or BadRequest if there is none.
func KindOf(code int) domain.Kind {
	for kind, s := range statuses() {
		if s.status == code {
			return kind
		}
	}
	return domain.BadRequest
}

// LegacyCode returns the error code of a kind of refusal, in the manner of the API
// before v5.
func LegacyCode(k domain.Kind) int { return statuses()[k].code }

type status struct{ status, code int }

// statuses is the one table from kinds of refusal to statuses and codes.
func statuses() map[domain.Kind]status {
	return map[domain.Kind]status{
		domain.Unauthorized:       {http.StatusUnauthorized, 204},
		domain.NotFound:           {http.StatusNotFound, 201},
		domain.BadRequest:         {http.StatusBadRequest, 201},
		domain.Conflict:           {http.StatusConflict, 402},
		domain.Unprocessable:      {http.StatusUnprocessableEntity, 201},
		domain.TooLarge:           {http.StatusRequestEntityTooLarge, 201},
		domain.UnsupportedType:    {http.StatusUnsupportedMediaType, 201},
		domain.WrongMethod:        {http.StatusMethodNotAllowed, 201},
		domain.BadExpectation:     {http.StatusExpectationFailed, 201},
		domain.HeadTooLarge:       {http.StatusRequestHeaderFieldsTooLarge, 201},
		domain.BadEncoding:        {http.StatusNotImplemented, 201},
		domain.BadVersion:         {http.StatusHTTPVersionNotSupported, 201},
		domain.PreconditionFailed: {http.StatusPreconditionFailed, 402},
		domain.NotOffered:         {http.StatusNotImplemented, 201},
		domain.Internal:           {http.StatusInternalServerError, 401},
	}
}
