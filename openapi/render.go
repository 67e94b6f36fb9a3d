package openapi

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"
)

// Format is a form of an OpenAPI document.
type Format string

// The formats.
const (
	YAML Format = "yaml"
	JSON Format = "json"
)

// Rendering says how a document is rendered. The zero value renders it as YAML.
type Rendering struct {
	Format  Format
	Server  string   // absolute base URL, which replaces the relative one; empty: none
	Without []string // paths to leave out
}

// Render returns an OpenAPI document, which is YAML, in another form. Tools import one
// with an absolute server URL without further questions. The order of the document stays;
// comments and anchors do not.
func Render(document []byte, r Rendering) ([]byte, error) {
	var doc yaml.MapSlice
	if err := yaml.UnmarshalWithOptions(document, &doc, yaml.UseOrderedMap()); err != nil {
		return nil, fmt.Errorf("render the document: %w", err)
	}
	for i := range doc {
		switch doc[i].Key {
		case "servers":
			if r.Server != "" {
				doc[i].Value = []yaml.MapSlice{{{Key: "url", Value: r.Server}}}
			}
		case "paths":
			paths, _ := doc[i].Value.(yaml.MapSlice)
			doc[i].Value = slices.DeleteFunc(paths, func(p yaml.MapItem) bool {
				path, _ := p.Key.(string)
				return slices.Contains(r.Without, path)
			})
		}
	}
	if r.Format != JSON {
		return yaml.MarshalWithOptions(doc, yaml.IndentSequence(true))
	}
	encoded, err := yaml.MarshalWithOptions(doc, yaml.JSON())
	if err != nil {
		return nil, fmt.Errorf("render the document: %w", err)
	}
	if !json.Valid(encoded) {
		return nil, fmt.Errorf("render the document: no valid JSON")
	}
	return encoded, nil
}
