package registry_test

import (
	"testing"
	"time"

	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/registry"
	"example.com/assay/mockserver/internal/wire"
	"example.com/assay/openapi"
)

// newRegistry returns a registry with the embedded fixtures.
func newRegistry(t *testing.T, l limits) *registry.Registry {
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
	resources := wire.NewResources(c)
	r, err := registry.New(registry.Config{
		Config: institution.Config{
			Now: time.Now, Render: resources.Assessment, Settings: freedoms.Default(), Journal: journal.DefaultLimits(), MaxAssessments: l.Assessments,
		},
		Resources: resources, Keys: auth.NewKeys(), MaxInstitutions: l.Institutions, MaxSnapshots: l.Snapshots,
	}, set)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// limits are quotas; 0: none.
type limits struct{ Institutions, Assessments, Snapshots int }

func apply(in *institution.Institution, c institution.Change) (institution.Effect, error) {
	return in.Apply(institution.Source{}, c)
}

func create(in *institution.Institution, d institution.Draft) error {
	_, err := apply(in, institution.Change{Kind: institution.Create, Draft: d})
	return err
}

func reset(in *institution.Institution) error {
	_, err := apply(in, institution.Change{Kind: institution.Reset})
	return err
}

func advance(in *institution.Institution, by time.Duration) error {
	_, err := apply(in, institution.Change{Kind: institution.Advance, By: &by})
	return err
}
