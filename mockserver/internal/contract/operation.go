package contract

import (
	"github.com/getkin/kin-openapi/openapi3"

	"example.com/assay/openapi"
)

const jsonType = "application/json"

// Mismatch is one violation of the contract by a request.
type Mismatch struct {
	In        string `json:"in"`                  // path, query, header or body
	Pointer   string `json:"pointer,omitempty"`   // JSON pointer (RFC 6901) into the body
	Parameter string `json:"parameter,omitempty"` // name of the parameter
	Expected  string `json:"expected"`            // by the contract
	Got       string `json:"got"`                 // in the request
	Contract  string `json:"contract,omitempty"`  // JSON pointer to the violated rule, in the OpenAPI document
	Hint      string `json:"hint,omitempty"`      // the probable intention

	Meant      string `json:"-"` // the parameter that was probably meant
	Undeclared bool   `json:"-"` // the contract lacks the parameter or the body
}

// Contract is a compiled OpenAPI document. It is safe for concurrent use.
type Contract struct {
	doc        *openapi3.T
	operations []*Operation
	byID       map[string]*Operation
	unrouted   *Operation // for requests without an operation
	json       []string   // the Content-Type of JSON, shared by all responses
}

// Operation is one operation of the document.
type Operation struct {
	openapi.Operation
	Pointer string // JSON pointer into the document

	contract *Contract
	params   []param
	query    map[string]bool // the declared query parameters
	body     *openapi3.MediaType
	answers  map[int]answer
}

// answer is one declared status: a schema by media type.
type answer struct {
	media map[string]*openapi3.Schema // empty: no body
	item  *openapi3.Schema            // of a JSON body that is one resource
	page  *openapi3.Schema            // of the items in a page
	token *openapi3.Schema            // of the items in a page with a token
	array *openapi3.Schema            // of the items in an array
}
