package api

import (
	"net/http"
	"slices"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
)

// RouteIDs lists the operationIds of the table of routes.
func RouteIDs() []string {
	var ids []string
	for id := range routes() {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// AnswerKinds lists the kinds of the table of answers.
func AnswerKinds() []domain.Kind {
	var kinds []domain.Kind
	for k, a := range answers() {
		if http.StatusText(a.status) != "" && a.title != "" && a.code != 0 {
			kinds = append(kinds, k)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// EncoderNames lists the error bodies that there are encoders for.
func EncoderNames() []string {
	var names []string
	for body := range encoders() {
		names = append(names, string(body))
	}
	slices.Sort(names)
	return names
}

// Encode makes the body of an error.
func Encode(body freedoms.ErrorBody, err error) (status int, contentType string, encoded []byte) {
	p := problemOf(err)
	contentType, encoded, _ = encoders()[body](p)
	return p.Status, contentType, encoded
}
