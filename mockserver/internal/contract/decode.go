package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"example.com/assay/internal/freejson"
	"example.com/assay/internal/textfile"
)

// maxDepth limits the nesting of JSON: far above what the contract needs, far below
// what a stack holds.
const maxDepth = 100

// Decode reads exactly one JSON value, or describes what it found instead. It refuses
// what encoding/json drops or changes: a duplicate name, a part of a character, and a
// number out of the range of float64. A number is a json.Number.
func Decode(body []byte) (value any, broken string) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, "an empty body"
	}
	if err := textfile.Check(body); err != nil {
		return nil, err.Error()
	}
	if broken := scan(body); broken != "" {
		return nil, broken
	}
	var raw json.RawMessage
	decoder := json.NewDecoder(bytes.NewReader(body))
	if err := decoder.Decode(&raw); err != nil {
		return nil, syntaxProblem(body, err) + quoteHint(body)
	}
	if rest := bytes.TrimSpace(body[decoder.InputOffset():]); len(rest) > 0 {
		return nil, fmt.Sprintf("more after the value (byte %d)", len(body)-len(rest))
	}
	decoder = json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return decodeValue(decoder, nil)
}

// BodyProblem describes an error of reading a body from a connection.
func BodyProblem(err error) string {
	timeout, _ := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "incomplete body: the connection ended before the announced length"
	case timeout != nil && timeout.Timeout():
		return "incomplete body: the request took too long"
	}
	return "malformed chunked body"
}

// syntaxProblem describes a syntax error of encoding/json.
func syntaxProblem(body []byte, err error) string {
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Sprintf("incomplete JSON (byte %d)", len(body))
	}
	at := int(max(syntax.Offset-1, 0))
	return fmt.Sprintf("invalid JSON at %s (byte %d)", strconv.Quote(firstRune(body[at:])), at)
}

func firstRune(b []byte) string {
	for _, r := range string(b[:min(len(b), 4)]) {
		return string(r)
	}
	return ""
}

// decodeValue reads the next value of valid JSON at a place.
func decodeValue(d *json.Decoder, place []string) (any, string) {
	token, err := d.Token()
	if err != nil {
		return nil, "invalid JSON" // not reached: the syntax is checked
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return decodeObject(d, place)
		}
		return decodeArray(d, place)
	case json.Number:
		if err := freejson.CheckNumber(token); err != nil {
			return nil, err.Error() + at(place)
		}
	}
	return token, ""
}

func decodeObject(d *json.Decoder, place []string) (any, string) {
	object := map[string]any{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, "invalid JSON" // not reached: the syntax is checked
		}
		name, _ := token.(string)
		if _, duplicate := object[name]; duplicate {
			return nil, fmt.Sprintf("the name %s twice in one object%s", quoted(name), at(place))
		}
		value, broken := decodeValue(d, append(place, name))
		if broken != "" {
			return nil, broken
		}
		object[name] = value
	}
	_, _ = d.Token() // the bracket, by the checked syntax
	return object, ""
}

func decodeArray(d *json.Decoder, place []string) (any, string) {
	array := []any{}
	for d.More() {
		value, broken := decodeValue(d, append(place, strconv.Itoa(len(array))))
		if broken != "" {
			return nil, broken
		}
		array = append(array, value)
	}
	_, _ = d.Token() // the bracket, by the checked syntax
	return array, ""
}

// floats replaces each json.Number by a float64.
func floats(v any) any {
	switch v := v.(type) {
	case json.Number:
		number, _ := v.Float64() // in range, as Decode checks
		return number
	case map[string]any:
		for name := range v {
			v[name] = floats(v[name])
		}
	case []any:
		for i := range v {
			v[i] = floats(v[i])
		}
	}
	return v
}

// at names a place below the root.
func at(place []string) string {
	if len(place) == 0 {
		return ""
	}
	return " at " + quoted(pointer(place))
}

// quoteHint recognizes JSON without quotes, as a shell passes it on from a body in
// double quotes.
func quoteHint(body []byte) string {
	if body = bytes.TrimSpace(body); len(body) > 1 && body[0] == '{' && !bytes.ContainsRune(body, '"') && body[1] != '}' {
		return `; there is no double quote in it: in a shell, put the body in single quotes`
	}
	return ""
}

// scan looks for brackets outside strings that nest deeper than maxDepth, and for
// escapes in strings that are half of a surrogate pair.
func scan(body []byte) string {
	depth, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inString && c == '\\':
			if width, whole := escape(body[i:]); whole {
				i += width - 1
			} else {
				return fmt.Sprintf("half of a surrogate pair, %s (byte %d)", body[i:i+len(`\u0000`)], i)
			}
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if depth > maxDepth {
			return fmt.Sprintf("JSON nested deeper than %d levels", maxDepth)
		}
	}
	return ""
}

// escape returns the width of the escape that a text begins with, and whether it is a
// whole character.
func escape(b []byte) (width int, whole bool) {
	first, ok := unit(b)
	if !ok {
		return 2, true
	}
	if !utf16.IsSurrogate(first) {
		return len(`\u0000`), true
	}
	second, _ := unit(b[len(`\u0000`):])
	return 2 * len(`\u0000`), utf16.DecodeRune(first, second) != unicode.ReplacementChar
}

// unit returns the UTF-16 code unit that a text begins with as an escape.
func unit(b []byte) (rune, bool) {
	if len(b) < len(`\u0000`) || !strings.HasPrefix(string(b[:2]), `\u`) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:len(`\u0000`)]), 16, 16)
	return rune(n), err == nil
}
