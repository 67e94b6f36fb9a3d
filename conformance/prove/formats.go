package prove

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"example.com/assay/openapi"
)

// format is one form that a result can be written in.
type format struct {
	name  string
	write func(io.Writer, *Result) error
}

func formats() []format {
	return []format{{"text", writeText}, {"json", writeJSON}, {"markdown", writeMarkdown}, {"html", writeHTML}}
}

// Formats lists the names of the formats.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// Write writes the result in the named format.
func Write(w io.Writer, name string, r *Result) error {
	i := slices.IndexFunc(formats(), func(f format) bool { return f.name == name })
	if i < 0 {
		return fmt.Errorf("expected a format out of %s, got %q", strings.Join(Formats(), ", "), name)
	}
	if err := formats()[i].write(w, r); err != nil {
		return fmt.Errorf("write the proof as %s: %w", name, err)
	}
	return nil
}

// Expected is the result that a proof with the options must have, made without
// trying anything.
func Expected(o Options) (*Result, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		return nil, err
	}
	r := newResult(o, catalogue)
	r.Reference = o.references(catalogue)
	for i := range r.Reference {
		r.Reference[i].OK = true
	}
	for _, m := range o.Mutants {
		r.Mutants = append(r.Mutants, MutantRun{ID: m.ID, Requirement: m.Requirement, Subtle: m.Subtle, How: m.How, Caught: true})
	}
	r.finish(0)
	return r, nil
}
