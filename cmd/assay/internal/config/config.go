// Package config fills flags from four layers: their defaults, a YAML file, the
// environment, and the command line. A layer replaces the ones before it, lists
// included.
//
// The flag --some-name is the key some-name of the file and the variable
// ASSAY_SOME_NAME. An unknown key is an error. An unknown variable is not: an
// orchestrator may set some for a service called assay.
//
// [Defer] goes before the command line is parsed, [Apply] after it.
package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// FileFlag is the flag that names the configuration file.
const FileFlag = "config"

// Sources is where the layers below the command line come from.
type Sources struct {
	LookupEnv func(name string) (string, bool)  // like os.LookupEnv
	ReadFile  func(name string) ([]byte, error) // like os.ReadFile
}

// setting is the value of a flag in one layer: several values for a list, one for
// any other flag.
type setting struct {
	values []string
	origin string // names the place in errors
}

// Defer makes the parser record the values of the command line, for Apply to
// interpret.
func Defer(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) { f.Value = &recorder{Value: f.Value} })
}

// Apply sets each flag from the nearest layer that has it. The error names the
// origin of each invalid value.
func Apply(flags *pflag.FlagSet, from Sources) error {
	if err := apply(flags.Lookup(FileFlag), from.LookupEnv, nil); err != nil {
		return err
	}
	file, err := readFile(flags, from.ReadFile)
	if err != nil {
		return err
	}
	var errs []error
	flags.VisitAll(func(f *pflag.Flag) { errs = append(errs, apply(f, from.LookupEnv, file)) })
	return errors.Join(errs...)
}

func apply(f *pflag.Flag, lookup func(string) (string, bool), file map[string]setting) error {
	r, ok := f.Value.(*recorder)
	if !ok {
		return nil
	}
	s, ok := r.setting(f.Name)
	if !ok && Layered(f) {
		s, ok = fromEnvironment(f, lookup)
	}
	if !ok {
		s, ok = file[f.Name]
	}
	if !ok {
		return nil
	}
	return s.apply(r.Value)
}

// fromEnvironment reads the variable of a flag. An empty one counts as unset.
func fromEnvironment(f *pflag.Flag, lookup func(string) (string, bool)) (setting, bool) {
	name := Variable(f)
	value, _ := lookup(name)
	values := []string{value}
	if IsList(f) {
		values = strings.Split(value, ",")
	}
	return setting{values: values, origin: name}, value != ""
}

func (s setting) apply(value pflag.Value) error {
	if list, ok := value.(pflag.SliceValue); ok {
		if slices.Contains(s.values, "") {
			return fmt.Errorf("%s: empty item in %q", s.origin, strings.Join(s.values, ","))
		}
		return list.Replace(s.values)
	}
	if err := value.Set(s.values[0]); err != nil {
		return fmt.Errorf("%s: invalid value %q; use %s", s.origin, s.values[0], accepted(value))
	}
	return nil
}
