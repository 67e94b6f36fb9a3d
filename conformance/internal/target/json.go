package target

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"example.com/assay/conformance/internal/client"
)

// Limits of the JSON that is decoded: a value needs many times its size in the body.
const (
	maxDepth        = 100
	maxRecordValues = 2000 // an assessment has 13
)

// maxDefects is how many defects of one body are kept.
const maxDefects = 5

// Decode reads the one JSON value of a body to its end. It returns the defects that
// encoding/json overlooks: duplicate names, and bytes after the value. The error
// reports invalid or too large JSON.
func Decode(body []byte) (value any, defects []string, err error) {
	d := newDecoder(bytes.NewReader(body))
	if value, err = d.value(maxDepth); err != nil {
		return nil, d.defects, err
	}
	d.end()
	return value, d.defects, nil
}

// decoder reads JSON token by token.
type decoder struct {
	json    *json.Decoder
	room    int // how many more values are accepted
	defects []string
}

func newDecoder(r io.Reader) *decoder {
	d := &decoder{json: json.NewDecoder(r), room: maxRecordValues}
	d.json.UseNumber()
	return d
}

// value reads a value of at most that depth.
func (d *decoder) value(depth int) (any, error) {
	token, err := d.token()
	if err != nil {
		return nil, err
	}
	return d.rest(token, depth)
}

// rest reads a value after its first token.
func (d *decoder) rest(token json.Token, depth int) (any, error) {
	if d.room--; d.room < 0 {
		return nil, fmt.Errorf("JSON with more than %d values", maxRecordValues)
	}
	if depth == 0 {
		return nil, fmt.Errorf("JSON nested deeper than %d levels", maxDepth)
	}
	switch token {
	case json.Delim('{'):
		object := map[string]any{}
		err := d.members(func(name string) (err error) {
			object[name], err = d.value(depth - 1)
			return err
		})
		return object, err
	case json.Delim('['):
		array := []any{}
		for d.json.More() {
			v, err := d.value(depth - 1)
			if err != nil {
				return nil, err
			}
			array = append(array, v)
		}
		_, err := d.token()
		return array, err
	}
	return token, nil
}

// members calls read with the name of each member, after the brace of an object.
func (d *decoder) members(read func(name string) error) error {
	names := map[string]bool{}
	for d.json.More() {
		token, err := d.token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if names[name] {
			d.defect(fmt.Sprintf("the name %.40q twice in one object", name))
		}
		names[name] = true
		if err := read(name); err != nil {
			return err
		}
	}
	_, err := d.token()
	return err
}

// token reads the next token, or returns io.ErrUnexpectedEOF.
func (d *decoder) token() (json.Token, error) {
	token, err := d.json.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return token, err
}

// end records a defect if the body goes on.
func (d *decoder) end() {
	if _, err := d.json.Token(); !errors.Is(err, io.EOF) {
		d.defect(fmt.Sprintf("more after the JSON value, at byte %d", d.json.InputOffset()))
	}
}

func (d *decoder) defect(text string) {
	if len(d.defects) < maxDefects && !slices.Contains(d.defects, text) {
		d.defects = append(d.defects, text)
	}
}

// RecordOf reads the one JSON object of a body, in spite of defects.
func RecordOf(e *client.Exchange) (Record, error) {
	v, _, err := Decode(e.Body)
	if err != nil {
		return nil, fmt.Errorf("expected a JSON object, got %s (%w)", e.Got(), err)
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("expected a JSON object, got %s", e.Got())
	}
	return object, nil
}

// Malformed is a body with a defect.
type Malformed struct {
	Exchange *client.Exchange
	Defect   string
}

// maxMalformed is how many malformed bodies of a run are kept.
const maxMalformed = 100

type malformed struct {
	mu  sync.Mutex
	all []Malformed
}

func (m *malformed) add(e *client.Exchange, defects []string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var syntax *json.SyntaxError
	if e.Success() && (errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF)) {
		defects = append(defects, "not JSON: "+err.Error())
	}
	for _, d := range defects {
		if len(m.all) < maxMalformed {
			m.all = append(m.all, Malformed{e.Brief(), d})
		}
	}
}
