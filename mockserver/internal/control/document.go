package control

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// BasePath is the path under which every operation stands.
const BasePath = "/control/v1"

//go:embed control.yaml
var document []byte

// Document returns a copy of the document of the control plane.
func Document() []byte { return bytes.Clone(document) }

// Load parses the document of the control plane, and checks that it is valid.
func Load() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("parse the document of the control plane: %w", err)
	}
	doc.SetStringFormatValidators(map[string]openapi3.StringFormatValidator{
		"uuid":      openapi3.NewCallbackValidator(checkUUID),
		"date-time": openapi3.NewCallbackValidator(checkTime),
	})
	if err := doc.Validate(context.Background(), openapi3.EnableSchemaFormatValidation()); err != nil {
		return nil, fmt.Errorf("the document of the control plane is not valid: %w", err)
	}
	return doc, nil
}

var (
	uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

	errNotUUID = errors.New("not a UUID")
	errNotTime = errors.New("not a date-time such as 2026-05-04T09:00:00Z")
)

func checkUUID(s string) error {
	if !uuidPattern.MatchString(s) {
		return errNotUUID
	}
	return nil
}

func checkTime(s string) error {
	if _, err := time.Parse(time.RFC3339Nano, s); err != nil {
		return errNotTime
	}
	return nil
}
