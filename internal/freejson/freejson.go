// Package freejson holds JSON of any form without loss: a number keeps all of its digits,
// as a json.Number. A number beyond the range of float64 is refused, since hardly any
// reader of JSON could use it.
package freejson

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Read reads valid JSON.
func Read(data []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err = d.Decode(&v); err != nil {
		return nil, err
	}
	return v, check(v)
}

// Of returns a value of Go as JSON holds it, or an error if JSON cannot.
func Of(v any) (any, error) {
	encoded, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("not representable in JSON: %w", err)
	}
	return Read(encoded)
}

// check checks all numbers of a value.
func check(v any) error {
	switch v := v.(type) {
	case json.Number:
		return CheckNumber(v)
	case map[string]any:
		for _, inner := range v {
			if err := check(inner); err != nil {
				return err
			}
		}
	case []any:
		for _, inner := range v {
			if err := check(inner); err != nil {
				return err
			}
		}
	}
	return nil
}

// CheckNumber returns an error if float64 does not hold the number, rounded.
func CheckNumber(n json.Number) error {
	if _, err := n.Float64(); err != nil {
		return fmt.Errorf("number out of range, %.40s", n)
	}
	return nil
}
