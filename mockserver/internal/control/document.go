package control

import (
	"bytes"
	_ "embed"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/assay/openapi"
)

// BasePath is the path below which every operation is.
const BasePath = "/control/v1"

const jsonType = "application/json"

//go:embed control.yaml
var document []byte

// Document returns a copy of the document of the control plane.
func Document() []byte { return bytes.Clone(document) }

// Load parses and validates the document of the control plane.
func Load() (*openapi3.T, error) { return openapi.Parse("document of the control plane", document) }
