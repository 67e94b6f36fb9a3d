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

// MaxBody is how many bytes of a request body are read.
const MaxBody = 1 << 20

// check holds a request against the contract. Its order is: parameters, what
// nobody declared, body.
func check(c *call, r *http.Request, pathValue func(string) string) error {
	var mismatches []contract.Mismatch
	c.params, mismatches = c.operation.CheckParams(pathValue, r.URL.RawQuery)
	c.partly = r.URL.RawQuery != ""
	mismatches = append(mismatches, undeclaredQuery(c, r)...)
	if len(mismatches) > 0 {
		return &breach{kind: kindOfParams(&c.settings, mismatches), mismatches: mismatches}
	}
	if c.operation.TakesBody {
		return checkBody(c, r)
	}
	return checkUndeclaredBody(c, r)
}

// undeclaredQuery returns the undeclared parameters if the settings refuse them, and
// else notes them.
func undeclaredQuery(c *call, r *http.Request) []contract.Mismatch {
	if r.URL.RawQuery == "" {
		return nil
	}
	undeclared := hintQuery(c.operation, c.operation.UndeclaredQuery(r.URL.RawQuery))
	if len(undeclared) == 0 || c.settings.RejectsUnknownQuery() {
		return undeclared
	}
	noteIgnored(c, undeclared)
	return nil
}

// kindOfParams lets a malformed ID decide, since nothing of that ID can exist.
func kindOfParams(s *freedoms.Request, mismatches []contract.Mismatch) domain.Kind {
	for _, m := range mismatches {
		if m.In == "path" {
			return s.MalformedID()
		}
	}
	return domain.BadRequest
}

func checkBody(c *call, r *http.Request) error {
	body, err := readBody(r)
	c.exchange.Read(body)
	if err != nil {
		return err
	}
	value, mismatches, err := c.operation.ReadBody(r.Header.Get("Content-Type"), body)
	switch {
	case errors.Is(err, contract.ErrMediaType):
		return &breach{kind: domain.UnsupportedType, mismatches: mismatches}
	case err != nil:
		return err
	case len(mismatches) > 0:
		return &breach{kind: domain.BadRequest, mismatches: hintBody(c.operation, value, mismatches), body: value}
	}
	c.body = value
	return nil
}

// checkUndeclaredBody deals with a body where the contract has none. One that is
// ignored is still not read without end.
func checkUndeclaredBody(c *call, r *http.Request) error {
	if r.Method != http.MethodPost || r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	body, err := readBody(r)
	c.exchange.Read(body)
	if err != nil || len(body) == 0 || !c.settings.RejectsCancelBody() {
		return err
	}
	return &breach{kind: domain.BadRequest, mismatches: []contract.Mismatch{{
		In: "body", Expected: "no body", Got: fmt.Sprintf("%d bytes", len(body)), Contract: c.operation.Pointer, Undeclared: true,
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
		return body, domain.Errorf(domain.BadRequest, "expected a body that can be read to its end: %v", err)
	}
	return body, nil
}

func tooLarge() error {
	return domain.Errorf(domain.TooLarge, "expected a body of at most %d bytes, got a longer one", MaxBody)
}
