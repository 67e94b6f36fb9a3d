package registry_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/registry"
)

// TestQuotasHoldUnderConcurrency has many take what there is room for a few of.
func TestQuotasHoldUnderConcurrency(t *testing.T) {
	t.Parallel()
	const callers = 24
	tests := []struct {
		name string
		take func(r *registry.Registry, in *institution.Institution) error
		kind domain.Kind
		room int
	}{
		{"institutions", func(r *registry.Registry, _ *institution.Institution) error {
			_, err := r.Create(registry.Options{})
			return err
		}, domain.Conflict, 5 - 2},
		{"assessments", func(_ *registry.Registry, in *institution.Institution) error {
			return create(in, institution.Draft{})
		}, domain.Unprocessable, 30 - 25},
		{"snapshots", func(r *registry.Registry, in *institution.Institution) error {
			_, err := r.Save(in, "")
			return err
		}, domain.Conflict, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t, limits{Institutions: 5, Assessments: 30, Snapshots: 4})
			in := r.List()[0]
			var taken atomic.Int64
			var wg sync.WaitGroup
			for range callers {
				wg.Go(func() {
					err := tt.take(r, in)
					if err == nil {
						taken.Add(1)
					} else if !errors.Is(err, &domain.Error{Kind: tt.kind}) {
						t.Errorf("got %v, want a refusal of the kind %s", err, tt.kind)
					}
				})
			}
			wg.Wait()
			if got := taken.Load(); got != int64(tt.room) {
				t.Errorf("taken: got %d, want %d", got, tt.room)
			}
			if tt.take(r, in) == nil {
				t.Error("another one: got no error")
			}
		})
	}
}

// TestQuotasAreTold fills a registry, and looks at what it says.
func TestQuotasAreTold(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, limits{Institutions: 3, Assessments: 30, Snapshots: 4})
	in, err := r.Create(registry.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, saved := r.Save(in, "")
	added := create(in, institution.Draft{})
	if err := errors.Join(saved, added); err != nil {
		t.Fatal(err)
	}
	want := registry.Quotas{Institutions: registry.Quota{Limit: 3, Used: 3}, Assessments: registry.Quota{Limit: 30, Used: 26}, Snapshots: registry.Quota{Limit: 4, Used: 1}}
	if diff := cmp.Diff(want, r.Quotas()); diff != "" {
		t.Errorf("quotas (-want +got):\n%s", diff)
	}
}
