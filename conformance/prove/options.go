package prove

import (
	"fmt"
	"slices"

	"example.com/assay/conformance/mutants"
	"example.com/assay/internal/suggest"
)

// Options are the extent of a proof. The zero value is a complete proof.
type Options struct {
	// Seed determines all random choices.
	Seed uint64
	// Random is the number of random combinations of freedoms. Default 200;
	// negative: none.
	Random int
	// Reference lists the settings of the reference. Nil: the defaults, each value of
	// each freedom, interacting pairs, and the random combinations.
	Reference []map[string]string
	// Mutants are the broken implementations. Default: all of them.
	Mutants []mutants.Mutant
	// Only names mutants to try alone, without the reference. Empty: all.
	Only []string
	// Gateways names gateways to try alone, without freedoms or mutants in front of
	// the mock itself. Empty: all.
	Gateways []string
	// Sample is the number of mutants behind each gateway. Default 3; negative: all.
	Sample int
	// Pairs is the number of random pairs of gateways. Default 10; negative: none.
	Pairs int
	// Parallel is the number of runs at once. Default 8: runs wait part of their
	// time, so it is above the number of processors.
	Parallel int
	// Version of the program, for the result.
	Version string
	// Progress is called after each run, one call at a time.
	Progress func(Progress)
}

// Progress is the progress of a proof.
type Progress struct {
	Done, Total int
	Name        string // of the last run
	OK          bool   // the verdict was right
}

const (
	defaultRandom   = 200
	defaultSample   = 3
	defaultPairs    = 10
	defaultParallel = 8
)

func (o Options) withDefaults() (Options, error) {
	for field, value := range map[*int]int{&o.Random: defaultRandom, &o.Sample: defaultSample, &o.Pairs: defaultPairs, &o.Parallel: defaultParallel} {
		if *field == 0 {
			*field = value
		}
	}
	if o.Mutants == nil {
		o.Mutants = mutants.All()
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	var err error
	o.Mutants, err = selected(o.Mutants, o.Only, "mutant", func(m mutants.Mutant) string { return m.ID })
	return o, err
}

// selected returns the elements with the IDs, or all without any.
func selected[T any](all []T, ids []string, thing string, idOf func(T) string) ([]T, error) {
	if len(ids) == 0 {
		return all, nil
	}
	var known []string
	for _, v := range all {
		known = append(known, idOf(v))
	}
	var picked []T
	for _, id := range ids {
		i := slices.Index(known, id)
		if i < 0 {
			return nil, &UsageError{fmt.Sprintf("unknown %s %q%s", thing, id, hint(id, known))}
		}
		picked = append(picked, all[i])
	}
	return picked, nil
}

func hint(id string, known []string) string {
	if s := suggest.Hint(id, known); s != "" {
		return s
	}
	return "; assay prove --list names them"
}

// UsageError is an error in the options.
type UsageError struct{ text string }

func (e *UsageError) Error() string { return e.text }
