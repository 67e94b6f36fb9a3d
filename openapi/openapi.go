// Package openapi holds the contract: the OpenAPI document of the assessments
// API, and the catalogue of what a deployment of it must do and may choose.
//
// Both are embedded files, read and checked by [Load] and [LoadCatalogue].
// The package imports nothing else of this module, so that the mock server and
// the conformance suite share the contract and not a line of code beyond it.
package openapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// BasePath is the path under which every operation stands.
const BasePath = "/v5"

//go:embed openapi.yaml
var document []byte

// Document returns the OpenAPI document as it is published, in YAML.
// The slice is a copy.
func Document() []byte { return bytes.Clone(document) }

// Hash returns the SHA-256 of the document in hexadecimal: two parties that
// report the same hash speak of the same contract.
func Hash() string {
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:])
}

// Load parses and validates the document, its examples included. Each call returns a
// new document.
func Load() (*openapi3.T, error) { return Parse("OpenAPI document", document) }

// Parse parses and validates an OpenAPI document, and adds the formats uuid and
// date-time. Pass doc.GetSchemaValidationOptions() to every validation, or
// kin-openapi accepts any string as a uuid.
func Parse(name string, data []byte) (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("parse the %s: %w", name, err)
	}
	doc.SetStringFormatValidators(map[string]openapi3.StringFormatValidator{
		"uuid":      openapi3.NewCallbackValidator(checkUUID),
		"date-time": openapi3.NewCallbackValidator(checkDateTime),
	})
	for _, ref := range doc.Components.Schemas {
		permitNull(ref.Value)
	}
	if err := doc.Validate(context.Background(), openapi3.EnableSchemaFormatValidation()); err != nil {
		return nil, fmt.Errorf("invalid %s: %w", name, err)
	}
	return doc, nil
}

// permitNull lets properties without a type be null, as OpenAPI 3.0.3 clarifies that they
// may be; kin-openapi refuses it without "nullable", which has no meaning there.
func permitNull(object *openapi3.Schema) {
	for _, ref := range object.Properties {
		if s := ref.Value; s.IsEmpty() {
			s.Nullable = true
		}
	}
}

var (
	errNotUUID     = errors.New("not a UUID (RFC 9562) such as 497f6eca-6276-4993-bfeb-53cbbbba6f08")
	errNotDateTime = errors.New("not a date-time (RFC 3339) such as 2019-08-24T14:15:22Z")
)

// IsUUID reports whether s is a UUID of any version, in either case.
func IsUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case '0' <= c && c <= '9', 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
		default:
			return false
		}
	}
	return true
}

func checkUUID(s string) error {
	if !IsUUID(s) {
		return errNotUUID
	}
	return nil
}

func checkDateTime(s string) error {
	if _, err := time.Parse(time.RFC3339Nano, s); err != nil {
		return errNotDateTime
	}
	return nil
}
