package main

import (
	"errors"
	"fmt"

	"example.com/assay/cmd/assay/internal/config"
	"example.com/assay/mockserver"
)

// quotaOptions is what the flags say about how much a mock takes.
type quotaOptions struct {
	institutions int
	assessments  int
	snapshots    int
}

func (o *quotaOptions) register(f *config.Flags) {
	f.Group("How much it takes")
	f.IntVar(&o.institutions, "max-institutions", 1_000, "refuse institutions beyond this `NUMBER`, those of the fixtures included")
	f.IntVar(&o.assessments, "max-assessments", 100_000, "refuse assessments beyond this `NUMBER` in one institution")
	f.IntVar(&o.snapshots, "max-snapshots", 100, "refuse snapshots beyond this `NUMBER`")
}

// apply puts the options into the configuration of a server.
func (o *quotaOptions) apply(cfg *mockserver.Config) error {
	cfg.MaxInstitutions, cfg.MaxAssessments, cfg.MaxSnapshots = o.institutions, o.assessments, o.snapshots
	return errors.Join(above0("--max-institutions", o.institutions), above0("--max-assessments", o.assessments), above0("--max-snapshots", o.snapshots))
}

func above0(flag string, n int) error {
	if n < 1 {
		return fmt.Errorf("%s: expected a number above 0, got %d", flag, n)
	}
	return nil
}
