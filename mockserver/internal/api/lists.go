package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/store"
)

// respondList answers with the requested part of a list, in the form that the settings
// select. Each form has parameters of its own, and ignores those of the others. An array
// cannot show that there is more, so it is always whole.
func (rc *requestContext) respondList(r store.Range, read func(store.Range) (store.Part, error)) (contract.Certified, error) {
	switch rc.settings.ListShape() {
	case freedoms.TokenPage:
		return rc.respondTokenPage(r, read)
	case freedoms.BareArray:
		part, err := read(r)
		if err != nil {
			return contract.Certified{}, err
		}
		return rc.operation.RespondArray(http.StatusOK, part.Items)
	case freedoms.OffsetPage:
	}
	r.Offset, r.Limit = rc.params.Int("offset"), rc.params.Int("limit")
	part, err := read(r)
	if err != nil {
		return contract.Certified{}, err
	}
	return rc.operation.RespondPage(http.StatusOK, part.Items, contract.Page{Count: part.Count, Limit: r.Limit, Offset: r.Offset})
}

// respondTokenPage answers with a page that begins after the last item of the one before,
// in the order of that one, whatever was created in the meantime.
func (rc *requestContext) respondTokenPage(r store.Range, read func(store.Range) (store.Part, error)) (contract.Certified, error) {
	r.Limit = rc.params.Int("max_page_size")
	list, token := rc.operation.ID+"\n"+rc.state.ID, rc.params.String("page_token")
	if token != "" {
		position, err := rc.tokens.Open(list, token)
		if err != nil {
			return contract.Certified{}, rc.unknownToken(token)
		}
		order, last, _ := strings.Cut(position, " ")
		r.Order, r.Whole, r.After = freedoms.ListOrder(order), "", last
	}
	part, err := read(r)
	switch {
	case errors.Is(err, store.ErrNoPlace):
		return contract.Certified{}, rc.unknownToken(token)
	case err != nil:
		return contract.Certified{}, err
	}
	next := ""
	if part.More {
		next = rc.tokens.Seal(list, string(r.Order)+" "+part.Last)
	}
	return rc.operation.RespondTokenPage(http.StatusOK, part.Items, next, next == "" && rc.settings.OmitsLastToken())
}

// unknownToken returns the refusal of a token in the query.
func (rc *requestContext) unknownToken(token string) error {
	m := contract.Mismatch{In: "query", Parameter: "page_token", Expected: "the next_page_token of this list, read with the same key", Got: fmt.Sprintf("%.60q", token)}
	return &breach{kind: domain.BadRequest, mismatches: []contract.Mismatch{m}}
}
