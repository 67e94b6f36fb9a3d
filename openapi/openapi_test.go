package openapi_test

import (
	"testing"

	"example.com/assay/openapi"
)

func TestLoad(t *testing.T) {
	doc, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(doc.Paths.Len())
}
func TestCat(t *testing.T) {
	if _, err := openapi.LoadCatalogue(); err != nil {
		t.Fatal(err)
	}
}
