package store_test

import (
	"errors"
	"regexp"
	"testing"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/store"
	"example.com/assay/openapi"
)

func loadContract(t *testing.T) *contract.Contract {
	t.Helper()
	doc, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.New(doc)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestIDs(t *testing.T) {
	t.Parallel()
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for seed := range uint64(3) {
		for _, institution := range []string{"a", "b"} {
			ids := store.NewIDs(seed, institution)
			for n := range uint64(3) {
				for _, kind := range []string{"assessment", "workflow"} {
					id := ids.Make(kind, n)
					if seen[id] || !uuid.MatchString(id) || id != store.NewIDs(seed, institution).Make(kind, n) {
						t.Errorf("seed %d, institution %s, %s %d: got %s", seed, institution, kind, n, id)
					}
					seen[id] = true
				}
			}
		}
	}
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	c := store.NewCatalogue[domain.Outcome]()
	for _, id := range []string{"b", "a", "c"} {
		if err := c.Add(id, &domain.Outcome{ID: id}, contract.Item{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Add("a", nil, contract.Item{}); err == nil {
		t.Error("an ID twice: got no error")
	}
	if got, _, ok := c.Get("a"); !ok || got.ID != "a" {
		t.Errorf("get: got %v, %v", got, ok)
	}
	for _, tt := range []struct {
		store.Range
		items int
		last  string
		more  bool
	}{
		{store.Range{}, 3, "c", false},
		{store.Range{Limit: 2}, 2, "a", true},
		{store.Range{Offset: 2, Limit: 2}, 1, "c", false},
		{store.Range{Offset: 9, Limit: 2}, 0, "", false},
		{store.Range{After: "b", Limit: 1}, 1, "a", true},
		{store.Range{After: "c", Limit: 1}, 0, "", false},
	} {
		part, err := c.List(tt.Range)
		if err != nil || len(part.Items) != tt.items || part.Last != tt.last || part.More != tt.more || part.Count != 3 {
			t.Errorf("list %+v: got %+v, %v", tt, part, err)
		}
	}
	if _, err := c.List(store.Range{After: "d"}); !errors.Is(err, store.ErrNoPlace) {
		t.Errorf("after an unknown item: got %v, want %v", err, store.ErrNoPlace)
	}
}
