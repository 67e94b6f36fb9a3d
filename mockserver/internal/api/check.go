package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
)

// MaxBody limits a request body, in bytes.
const MaxBody = 1 << 20

// check checks the request against the contract: first the declared parameters, then
// undeclared ones, then the body.
func (rc *requestContext) check() error {
	var mismatches []contract.Mismatch
	rc.params, mismatches = rc.operation.CheckParams(contract.Given{PathValue: rc.Param, PathSent: rc.sentParam, RawQuery: rc.request.URL.RawQuery, Header: rc.request.Header})
	mismatches = append(mismatches, rc.undeclaredQuery()...)
	if len(mismatches) > 0 {
		return &breach{kind: kindOfParams(&rc.settings, mismatches), mismatches: mismatches}
	}
	if rc.operation.TakesBody {
		return rc.checkBody()
	}
	return rc.checkUndeclaredBody()
}

// undeclaredQuery returns the undeclared parameters if the settings refuse them.
// Otherwise it notes them for the journal.
func (rc *requestContext) undeclaredQuery() []contract.Mismatch {
	if rc.request.URL.RawQuery == "" {
		return nil
	}
	undeclared := hintQuery(rc.operation, rc.operation.UndeclaredQuery(rc.request.URL.RawQuery))
	if len(undeclared) == 0 || rc.settings.RejectsUnknownQuery() {
		return undeclared
	}
	rc.noteIgnored(undeclared)
	return nil
}

// kindOfParams lets a malformed ID decide: no resource can have it.
func kindOfParams(s *freedoms.Request, mismatches []contract.Mismatch) domain.Kind {
	for _, m := range mismatches {
		if m.In == "path" {
			return s.MalformedID()
		}
	}
	return domain.BadRequest
}

func (rc *requestContext) checkBody() error {
	body, err := readBody(rc.request)
	rc.recorder.Read(body)
	if err != nil {
		return err
	}
	value, mismatches, err := rc.operation.ReadBody(rc.request.Header, body)
	switch {
	case errors.Is(err, contract.ErrMediaType):
		rc.writer.Header().Set("Accept-Encoding", "identity") // RFC 9110, section 15.5.16
		return &breach{kind: domain.UnsupportedType, mismatches: mismatches}
	case err != nil:
		return err
	case len(mismatches) > 0:
		return &breach{kind: domain.BadRequest, mismatches: hintBody(rc.operation, value, mismatches), body: value}
	}
	rc.body = value
	return nil
}

// checkUndeclaredBody handles a body where the contract has none. An ignored one is
// limited, too.
func (rc *requestContext) checkUndeclaredBody() error {
	if rc.request.Method != http.MethodPost || rc.request.Body == nil || rc.request.Body == http.NoBody {
		return nil
	}
	body, err := readBody(rc.request)
	rc.recorder.Read(body)
	if err != nil || len(body) == 0 || !rc.settings.RejectsCancelBody() {
		return err
	}
	return &breach{kind: domain.BadRequest, mismatches: []contract.Mismatch{{
		In: "body", Expected: "no body", Got: fmt.Sprintf("%d bytes", len(body)), Contract: rc.operation.Pointer, Undeclared: true,
	}}}
}

func readBody(r *http.Request) ([]byte, error) {
	if r.ContentLength > MaxBody {
		return nil, tooLarge()
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	switch {
	case len(body) > MaxBody:
		return body, tooLarge()
	case err != nil:
		return body, domain.Errorf(domain.BadRequest, "%s", contract.BodyProblem(err))
	}
	return body, nil
}

func tooLarge() error {
	return domain.Errorf(domain.TooLarge, "the body exceeds the limit of %d bytes", MaxBody)
}
