package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/assay/internal/freejson"
)

// Item is the JSON of one resource, validated against one schema of the document.
// Only [Contract.CertifyItem] makes one.
type Item struct {
	json   []byte
	schema *openapi3.Schema
}

// JSON returns the bytes of the item. Do not change them.
func (it Item) JSON() []byte { return it.json }

// Certified is a response that conforms to the contract: the operation declares the
// status, and the body is valid against the schema of that status. Only this package
// makes one, so a handler that returns Certified cannot break the contract.
type Certified struct {
	operation   *Operation
	status      int
	contentType []string // as http.Header holds it
	body        []byte
	list        *list // follows the body; nil: nothing
}

// list is the rest of a body with items. They are sent without being copied.
type list struct {
	items []Item
	end   string
}

// Page is the position of a page in a list.
type Page struct {
	Count  int // items of the list
	Limit  int // maximum number of items in a page
	Offset int // items before this page
}

// CertifyItem encodes the value, and validates the JSON against the named component
// schema.
func (c *Contract) CertifyItem(schema string, v any) (Item, error) {
	ref := c.doc.Components.Schemas[schema]
	if ref == nil {
		return Item{}, fmt.Errorf("certify: the document has no schema %q", schema)
	}
	encoded, err := encode(v)
	if err != nil {
		return Item{}, fmt.Errorf("certify %s: %w", schema, err)
	}
	if err := c.validate(ref.Value, encoded); err != nil {
		return Item{}, fmt.Errorf("certify %s: %w", schema, err)
	}
	return Item{json: encoded, schema: ref.Value}, nil
}

// encode is json.Marshal without the escapes for HTML.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func (c *Contract) validate(schema *openapi3.Schema, encoded []byte) error {
	value, err := freejson.Read(encoded)
	if err != nil {
		return err
	}
	return schema.VisitJSON(value, c.responseOptions()...)
}

// RespondItem returns a response with one resource.
func (op *Operation) RespondItem(status int, it Item) (Certified, error) {
	if a := op.answers[status]; it.schema == nil || a.item != it.schema {
		return op.refuse(status, "a resource of this schema")
	}
	return op.certified(status, jsonType, it.json), nil
}

// RespondPage returns a response with one page of a list.
func (op *Operation) RespondPage(status int, items []Item, p Page) (Certified, error) {
	if !holdsAll(op.answers[status].page, items) || p.Count < 0 || p.Limit < 1 || p.Offset < 0 {
		return op.refuse(status, fmt.Sprintf("this page (%+v)", p))
	}
	begin := fmt.Appendf(nil, `{"count":%d,"limit":%d,"offset":%d,"results":[`, p.Count, p.Limit, p.Offset)
	return op.certifiedList(status, begin, list{items, "]}"}), nil
}

// RespondTokenPage returns a response with one page of a list, and the token of the next
// one, which is left out if it is empty and omit is set, else null.
func (op *Operation) RespondTokenPage(status int, items []Item, next string, omit bool) (Certified, error) {
	if !holdsAll(op.answers[status].token, items) {
		return op.refuse(status, "a page of these items with a token")
	}
	end := `],"next_page_token":null}`
	switch {
	case next != "":
		token, err := encode(next)
		if err != nil {
			return Certified{}, err
		}
		end = `],"next_page_token":` + string(token) + `}`
	case omit:
		end = "]}"
	}
	return op.certifiedList(status, []byte(`{"items":[`), list{items, end}), nil
}

// RespondArray returns a response with a list that has no envelope.
func (op *Operation) RespondArray(status int, items []Item) (Certified, error) {
	if !holdsAll(op.answers[status].array, items) {
		return op.refuse(status, "an array of these items")
	}
	return op.certifiedList(status, []byte("["), list{items, "]"}), nil
}

func holdsAll(schema *openapi3.Schema, items []Item) bool {
	if schema == nil {
		return false
	}
	for _, it := range items {
		if it.schema != schema {
			return false
		}
	}
	return true
}

func (l *list) size() int {
	n := len(l.end) + max(0, len(l.items)-1) // the commas
	for _, it := range l.items {
		n += len(it.json)
	}
	return n
}

func (l *list) write(w io.Writer) error {
	comma := []byte(",")
	for i, it := range l.items {
		if i > 0 {
			if _, err := w.Write(comma); err != nil {
				return err
			}
		}
		if _, err := w.Write(it.json); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, l.end)
	return err
}

// RespondText returns a response with a text, such as a file.
func (op *Operation) RespondText(status int, contentType, text string) (Certified, error) {
	schema := op.answers[status].media[contentType]
	if schema == nil || status >= http.StatusBadRequest {
		return op.refuse(status, "a text in "+contentType)
	}
	if err := schema.VisitJSON(text, op.contract.responseOptions()...); err != nil {
		return Certified{}, fmt.Errorf("operation %s: the body of %d: %w", op.ID, status, err)
	}
	return op.certified(status, contentType, []byte(text)), nil
}

// RespondNoContent returns a response without a body.
func (op *Operation) RespondNoContent(status int) (Certified, error) {
	a, declared := op.answers[status]
	if !declared || len(a.media) > 0 {
		return op.refuse(status, "no body")
	}
	return op.certified(status, "", nil), nil
}

// RespondError returns a response with an error. The document declares an empty body
// as text/plain.
func (op *Operation) RespondError(status int, contentType string, body []byte) (Certified, error) {
	schema := op.answers[status].media[contentType]
	if schema == nil || status < http.StatusBadRequest {
		return op.refuse(status, "an error in "+contentType)
	}
	validate := op.contract.validate
	if contentType == "text/plain" {
		validate = func(schema *openapi3.Schema, text []byte) error { return schema.VisitJSON(string(text)) }
	}
	err := validate(schema, body)
	if err != nil {
		return Certified{}, fmt.Errorf("operation %s: the body of %d: %w", op.ID, status, err)
	}
	return op.certified(status, contentType, body), nil
}

// RespondUnrouted is RespondError for a request without an operation.
func (c *Contract) RespondUnrouted(status int, contentType string, body []byte) (Certified, error) {
	return c.unrouted.RespondError(status, contentType, body)
}

func (op *Operation) certified(status int, contentType string, body []byte) Certified {
	c := Certified{operation: op, status: status, body: body}
	switch contentType {
	case "":
	case jsonType:
		c.contentType = op.contract.json
	default:
		c.contentType = []string{contentType}
	}
	return c
}

func (op *Operation) certifiedList(status int, begin []byte, l list) Certified {
	c := op.certified(status, jsonType, begin)
	c.list = &l
	return c
}

func (op *Operation) refuse(status int, what string) (Certified, error) {
	return Certified{}, fmt.Errorf("operation %s does not declare %d with %s", op.ID, status, what)
}

// Status returns the HTTP status, 0 for the zero value.
func (c Certified) Status() int { return c.status }

// Body returns the body. Do not change it.
func (c Certified) Body() []byte {
	if c.list == nil {
		return c.body
	}
	whole := bytes.NewBuffer(make([]byte, 0, c.Size()))
	whole.Write(c.body)
	_ = c.list.write(whole) // a buffer returns no error
	return whole.Bytes()
}

// Write sends the response. It returns an error for the zero value.
func (c Certified) Write(w http.ResponseWriter) error {
	if c.operation == nil {
		return errors.New("write a response: zero value")
	}
	if c.contentType != nil {
		header := w.Header()
		header["Content-Type"] = c.contentType
		header["Content-Length"] = []string{strconv.Itoa(c.Size())}
	}
	w.WriteHeader(c.status)
	if len(c.body) == 0 {
		return nil
	}
	if _, err := w.Write(c.body); err != nil || c.list == nil {
		return err
	}
	return c.list.write(w)
}

// Size returns the length of the body in bytes.
func (c Certified) Size() int {
	if c.list == nil {
		return len(c.body)
	}
	return len(c.body) + c.list.size()
}
