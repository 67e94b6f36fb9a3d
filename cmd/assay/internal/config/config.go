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

// setting is the value of a flag in one layer: several values for a list, one for
// any other flag. The zero setting leaves the flag to the next layer.
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
func Apply(flags *pflag.FlagSet, env map[string]string, read func(file string) ([]byte, error)) error {
	if err := apply(flags.Lookup(FileFlag), env, setting{}); err != nil {
		return err
	}
	file, err := readFile(flags, read)
	errs := []error{err}
	flags.VisitAll(func(f *pflag.Flag) { errs = append(errs, apply(f, env, file[f.Name])) })
	return errors.Join(errs...)
}

func apply(f *pflag.Flag, env map[string]string, fromFile setting) error {
	recorded, ok := f.Value.(*recorder)
	if !ok {
		return nil
	}
	for _, layer := range []setting{recorded.setting(f), fromEnvironment(f, env[Variable(f)]), fromFile} {
		if layer.values != nil {
			return layer.apply(recorded.Value)
		}
	}
	return nil
}

// fromEnvironment reads the variable of a flag. An empty one counts as unset.
func fromEnvironment(f *pflag.Flag, value string) setting {
	switch {
	case value == "" || !Layered(f):
		return setting{}
	case IsList(f):
		return setting{items(value), Variable(f)}
	}
	return setting{[]string{value}, Variable(f)}
}

// items splits the value of a repeatable flag: at line breaks if there are any, so that
// an item may have commas, else at commas.
func items(value string) []string {
	if strings.Contains(value, "\n") {
		return slices.DeleteFunc(strings.Split(value, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
	}
	return strings.Split(value, ",")
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
