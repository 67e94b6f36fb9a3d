package tenant_test

import (
	"testing"
	"time"

	"example.com/assay/mockserver/internal/api"
	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/store"
	"example.com/assay/mockserver/internal/tenant"
	"example.com/assay/openapi"
)

// newRegistry returns a registry with the embedded fixtures.
func newRegistry(t *testing.T, limits tenant.Limits) *tenant.Registry {
	t.Helper()
	doc, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.New(doc)
	if err != nil {
		t.Fatal(err)
	}
	set, err := fixtures.Load("default.yaml", fixtures.Default())
	if err != nil {
		t.Fatal(err)
	}
	r, err := tenant.New(tenant.Deps{
		Now: time.Now, Resources: api.NewResources(c), Keys: auth.NewKeys(), Institutions: store.NewInstitutions(),
		Settings: freedoms.Default(), Limits: limits,
	}, set)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
