package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// Item is the JSON of one resource, which kin-openapi has accepted against one
// schema of the document. Only [Contract.CertifyItem] makes one.
type Item struct {
	json   []byte
	schema *openapi3.Schema
}

// JSON returns the bytes of the item. They must not be changed.
func (it Item) JSON() []byte { return it.json }

// Certified is a response that keeps the contract: the status is declared for
// the operation, and the body is valid against the schema declared for that
// status. Only this package makes one, so a handler that returns Certified
// cannot break the contract, and one that returns anything else does not build.
type Certified struct {
	operation   *Operation
	status      int
	contentType []string // as http.Header holds it
	body        []byte
	list        *list // what comes after the body; nil: nothing
}

// list is the rest of a body that holds items: they are sent as they are, and
// never copied into one.
type list struct {
	items []Item
	end   string
}

// answer is what the document declares for one status, by media type.
type answer struct {
	media map[string]*openapi3.Schema // empty: no body
	item  *openapi3.Schema            // of a JSON body that is one resource
	page  *openapi3.Schema            // of the items in a page
	array *openapi3.Schema            // of the items in an array
}

// Page says where the items of a page stand in the whole list.
type Page struct {
	Count  int // how many items there are in all
	Limit  int // how many a page holds at most
	Offset int // how many come before this page
}

func (c *Contract) compileAnswers(source *openapi3.Operation) (map[int]answer, error) {
	answers := map[int]answer{}
	for code, ref := range source.Responses.Map() {
		status, err := parseStatus(code)
		if err != nil {
			return nil, err
		}
		a := answer{media: map[string]*openapi3.Schema{}}
		for name, media := range ref.Value.Content {
			if media.Schema == nil {
				return nil, fmt.Errorf("response %d, %s: expected a schema", status, name)
			}
			a.media[name] = media.Schema.Value
		}
		if schema := a.media[jsonType]; schema != nil && status < http.StatusBadRequest {
			a.item, a.page, a.array = shapes(schema)
		}
		answers[status] = a
	}
	return answers, nil
}

// shapes finds what a page and an array of the schema hold. They hold certified
// items by the identity of the schema, which is why this is asked once and not
// for every response.
func shapes(schema *openapi3.Schema) (item, page, array *openapi3.Schema) {
	if len(schema.OneOf) == 0 {
		return schema, nil, nil
	}
	for _, alternative := range schema.OneOf {
		s := alternative.Value
		switch {
		case s.Type.Is(openapi3.TypeArray):
			array = s.Items.Value
		case isPage(s):
			page = s.Properties["results"].Value.Items.Value
		}
	}
	return nil, page, array
}

// isPage reports whether the four numbers and lists that RespondPage writes are all
// that the schema asks for.
func isPage(s *openapi3.Schema) bool {
	for _, name := range []string{"count", "limit", "offset", "results"} {
		if s.Properties[name] == nil {
			return false
		}
	}
	return s.Type.Is(openapi3.TypeObject) && len(s.Required) == 4 && len(s.Properties) == 4
}

// CertifyItem encodes the value and has the JSON validated against the named
// component schema.
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

// encode is json.Marshal without its care for JSON inside of HTML.
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
	var value any
	if err := json.Unmarshal(encoded, &value); err != nil {
		return err
	}
	return schema.VisitJSON(value, c.responseOptions()...)
}

// RespondItem answers with one resource.
func (op *Operation) RespondItem(status int, it Item) (Certified, error) {
	if a := op.answers[status]; it.schema == nil || a.item != it.schema {
		return op.refuse(status, "a resource of this schema")
	}
	return op.certified(status, jsonType, it.json), nil
}

// RespondPage answers with one page of a list.
func (op *Operation) RespondPage(status int, items []Item, p Page) (Certified, error) {
	if !holdsAll(op.answers[status].page, items) || p.Count < 0 || p.Limit < 1 || p.Offset < 0 {
		return op.refuse(status, fmt.Sprintf("this page (%+v)", p))
	}
	begin := fmt.Appendf(nil, `{"count":%d,"limit":%d,"offset":%d,"results":[`, p.Count, p.Limit, p.Offset)
	return op.certifiedList(status, begin, list{items, "]}"}), nil
}

// RespondArray answers with a list that has no envelope.
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

// RespondNoContent answers with a status that has no body.
func (op *Operation) RespondNoContent(status int) (Certified, error) {
	a, declared := op.answers[status]
	if !declared || len(a.media) > 0 {
		return op.refuse(status, "no body")
	}
	return op.certified(status, "", nil), nil
}

// RespondError answers with an error. The body is validated on the spot; an
// empty one is declared as text/plain.
func (op *Operation) RespondError(status int, contentType string, body []byte) (Certified, error) {
	schema := op.answers[status].media[contentType]
	if schema == nil || status < http.StatusBadRequest {
		return op.refuse(status, "an error in "+contentType)
	}
	err := schemaOfText(schema, body)
	if contentType != "text/plain" {
		err = op.contract.validate(schema, body)
	}
	if err != nil {
		return Certified{}, fmt.Errorf("operation %s: the body of %d: %w", op.id, status, err)
	}
	return op.certified(status, contentType, body), nil
}

// RespondUnrouted answers a request that is for no operation: an error in one of
// the forms that the document has for errors. An empty one is declared as
// text/plain.
func (c *Contract) RespondUnrouted(status int, contentType string, body []byte) (Certified, error) {
	return c.unrouted.RespondError(status, contentType, body)
}

// compileUnrouted makes the operation that stands for none: it declares the
// statuses that HTTP itself asks for, with the error bodies of the document.
func (c *Contract) compileUnrouted() (*Operation, error) {
	media := map[string]*openapi3.Schema{}
	for contentType, name := range map[string]string{"application/problem+json": "Problem", jsonType: "OtherErrorBody", "text/plain": "NoBody"} {
		ref := c.doc.Components.Schemas[name]
		if ref == nil {
			return nil, fmt.Errorf("the document has no schema %q for errors", name)
		}
		media[contentType] = ref.Value
	}
	op := &Operation{contract: c, id: "unrouted", answers: map[int]answer{}}
	for _, status := range []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusInternalServerError} {
		op.answers[status] = answer{media: media}
	}
	return op, nil
}

func schemaOfText(schema *openapi3.Schema, body []byte) error { return schema.VisitJSON(string(body)) }

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
	return Certified{}, fmt.Errorf("operation %s does not declare %d with %s", op.id, status, what)
}

// Status returns the HTTP status, 0 for the zero value.
func (c Certified) Status() int { return c.status }

// Body returns the body. It must not be changed.
func (c Certified) Body() []byte {
	if c.list == nil {
		return c.body
	}
	whole := bytes.NewBuffer(make([]byte, 0, c.Size()))
	whole.Write(c.body)
	_ = c.list.write(whole) // a buffer takes everything
	return whole.Bytes()
}

// Write sends the response. The zero value is an error, and nothing is sent.
func (c Certified) Write(w http.ResponseWriter) error {
	if c.operation == nil {
		return fmt.Errorf("write a response: expected one that the contract package made, got the zero value")
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
