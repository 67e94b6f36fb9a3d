package api

import (
	"net/http"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/store"
)

// party is who an answer is for, and how it gets there.
type party struct {
	writer      http.ResponseWriter
	request     *http.Request
	exchange    *journal.Exchange  // nil: there is no journal
	institution *store.Institution // nil: the key is not good
	settings    freedoms.Request
	operation   *contract.Operation // nil: none
}

// Attendance is what there is to know of a request before it is carried out.
type Attendance struct {
	Request     *http.Request
	Exchange    *journal.Exchange // nil: there is no journal
	Institution *store.Institution
	Settings    *freedoms.Request
	Operation   string // operationId; empty: none
	Assessment  string // the ID in the path, in small letters, whether or not it is one; empty: none
}

// answering is a response that a fault may change on its way.
type answering struct {
	exchange  *journal.Exchange
	certified contract.Certified
}

// Write implements fault.Answering.
func (a answering) Write(w http.ResponseWriter) error {
	if a.exchange != nil && w == http.ResponseWriter(a.exchange) {
		return a.exchange.Send(a.certified)
	}
	return a.certified.Write(w)
}
