package registry_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/registry"
)

func conflict() error { return &domain.Error{Kind: domain.Conflict} }

// TestLimits fills everything up, and makes room again.
func TestLimits(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, limits{Institutions: 3, Assessments: 27, Snapshots: 1})
	in, err := r.Create(registry.Options{Name: "third"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Create(registry.Options{}); !errors.Is(err, conflict()) {
		t.Errorf("a fourth institution: got %v, want a conflict", err)
	}
	for range 2 {
		if err := create(in, institution.Draft{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := create(in, institution.Draft{}); !errors.Is(err, &domain.Error{Kind: domain.Unprocessable}) {
		t.Errorf("a 28th assessment: got %v, want it unprocessable", err)
	}
	if _, err := r.Save(in, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Save(in, ""); !errors.Is(err, conflict()) {
		t.Errorf("a second snapshot: got %v, want a conflict", err)
	}
	if err := errors.Join(r.DeleteSnapshot("snapshot-1"), reset(in)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Save(in, "again"); err != nil {
		t.Errorf("a snapshot in the place of one that was deleted: %v", err)
	}
	r.Delete(in)
	r.Delete(in) // again does nothing
	if _, err := r.Create(registry.Options{Name: "third", Snapshot: "again"}); err != nil {
		t.Errorf("an institution in the place of one that was deleted: %v", err)
	}
}

// TestNumbersThatAreTaken gives names that are made by number the next one.
func TestNumbersThatAreTaken(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, limits{})
	in, err := r.Create(registry.Options{Name: "institution-4"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"institution-5", "institution-6"} {
		if made, err := r.Create(registry.Options{}); err != nil || made.Name() != want {
			t.Errorf("got %v, %v, want %s", made, err, want)
		}
	}
	if _, err := r.Save(in, "snapshot-2"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"snapshot-3", "snapshot-4"} {
		if saved, err := r.Save(in, ""); err != nil || saved.Name != want {
			t.Errorf("got %v, %v, want %s", saved, err, want)
		}
	}
}

// TestOneNameIsTakenOnce has many ask for the same name at the same time.
func TestOneNameIsTakenOnce(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, limits{})
	var wg sync.WaitGroup
	made := make(chan *institution.Institution, 20)
	for range cap(made) {
		wg.Go(func() {
			in, err := r.Create(registry.Options{Name: "wanted"})
			if err == nil {
				made <- in
			} else if !errors.Is(err, conflict()) {
				t.Errorf("got the error %v, want a conflict", err)
			}
		})
	}
	wg.Wait()
	if got := len(made); got != 1 {
		t.Errorf("made: got %d institutions of one name, want 1", got)
	}
}

// TestResetsWhileOthersWork resets, restores and deletes under requests.
func TestResetsWhileOthersWork(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, limits{})
	in, err := r.Create(registry.Options{Clock: institution.ClockOptions{Mode: institution.Frozen}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Save(in, "one"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 25 {
				var err error
				switch (worker + i) % 4 {
				case 0:
					err = reset(in)
				case 1:
					err = r.Restore(in, institution.Source{}, "one")
				case 2:
					err = create(in, institution.Draft{})
				default:
					err = advance(in, time.Second)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := reset(in); err != nil {
		t.Fatal(err)
	}
	if got := in.Info(); got.Assessments != 25 {
		t.Errorf("after a last reset: got %d assessments, want 25", got.Assessments)
	}
}

// TestDetailsHaveADepth keeps what cannot be exported out.
func TestDetailsHaveADepth(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, limits{})
	in := r.List()[0]
	var nested any = "x"
	for range 21 {
		nested = []any{nested}
	}
	for name, details := range map[string]any{"deep": nested, "no JSON": func() {}} {
		if err := create(in, institution.Draft{State: institution.NewError, Error: &institution.Failure{Details: details}}); !errors.Is(err, &domain.Error{Kind: domain.BadRequest}) {
			t.Errorf("%s: got %v, want a bad request", name, err)
		}
	}
}
