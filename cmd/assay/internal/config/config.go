// Package config fills the flags of a command from four layers: their
// defaults, a configuration file, the environment, and the command line. Each
// layer replaces what the ones before it say about a flag, lists included.
//
// A flag --some-name is the key some-name of the file that --config names, and
// the variable ASSAY_SOME_NAME. A key of the file that is no flag is an error.
// A variable that is no flag is not: an orchestrator may set some of its own
// for a service of this name.
package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Prefix is what the names of the environment variables begin with.
const Prefix = "ASSAY_"

// fileFlag is the flag, added to every command, that names the file.
const fileFlag = "config"

// Flags is the flags of one command, in groups for its help.
type Flags struct {
	*flag.FlagSet

	groups     []group
	configFile string
	notByEnv   []string // flags whose variables are not for them
}

// Sources is where the layers are read from.
type Sources struct {
	Args      []string                          // without the command's own name
	LookupEnv func(name string) (string, bool)  // as os.LookupEnv does
	ReadFile  func(name string) ([]byte, error) // as os.ReadFile does
}

// setting is the values that one layer has for one flag. A list flag has any
// number of them, every other flag exactly one.
type setting struct {
	values []string
	origin string // how an error names the place
}

// layer is the settings of one layer, by the name of the flag.
type layer map[string]setting

// NewFlags returns no flags but --config.
func NewFlags(command string) *Flags {
	f := &Flags{FlagSet: flag.NewFlagSet(command, flag.ContinueOnError)}
	f.SetOutput(io.Discard)
	f.StringVar(&f.configFile, fileFlag, "", "read settings from this YAML `FILE`, a mapping of flag names to values")
	return f
}

// Parse fills the flags. The error is flag.ErrHelp when help was asked for;
// any other names the place and the value that is wrong.
func (f *Flags) Parse(from Sources) error {
	args, err := f.fromArgs(from.Args)
	if err != nil {
		return err
	}
	env, err := f.fromEnv(from.LookupEnv)
	if err != nil {
		return err
	}
	if err := f.apply(fileFlag, args, env); err != nil {
		return err
	}
	file, err := f.fromFile(from.ReadFile)
	if err != nil {
		return err
	}
	return f.applyAll(args, env, file)
}

// NotByEnvironment leaves the variable of a flag aside: it is meant for another
// command, which has a flag of the name, too.
func (f *Flags) NotByEnvironment(name string) { f.notByEnv = append(f.notByEnv, name) }

// applyAll sets every flag from the first layer that has it, and reports all
// the values that do not fit.
func (f *Flags) applyAll(layers ...layer) error {
	var errs []error
	f.VisitAll(func(fl *flag.Flag) {
		if fl.Name != fileFlag {
			errs = append(errs, f.apply(fl.Name, layers...))
		}
	})
	return errors.Join(errs...)
}

func (f *Flags) apply(name string, layers ...layer) error {
	for _, l := range layers {
		s, ok := l[name]
		if !ok {
			continue
		}
		if list, ok := f.Lookup(name).Value.(*List); ok {
			*list = nil // the default is replaced, not added to
		}
		for _, value := range s.values {
			if err := f.Set(name, value); err != nil {
				return fmt.Errorf("%s: expected %s, got %q", s.origin, f.expected(name, err), value)
			}
		}
		return nil
	}
	return nil
}

// expected says what a flag takes. The flag package says no more than "parse
// error" of its own types; the errors of any other type speak for themselves.
func (f *Flags) expected(name string, err error) string {
	getter, ok := f.Lookup(name).Value.(flag.Getter)
	if !ok {
		return err.Error()
	}
	switch getter.Get().(type) {
	case bool:
		return "true or false"
	case int, uint, int64, uint64:
		return "a whole number that is not too large"
	case float64:
		return "a number"
	case time.Duration:
		return "a duration such as 750ms or 30s"
	default:
		return err.Error()
	}
}

// fromArgs reads the command line without interpreting the values.
func (f *Flags) fromArgs(args []string) (layer, error) {
	got := layer{}
	raw := flag.NewFlagSet(f.Name(), flag.ContinueOnError)
	raw.SetOutput(io.Discard)
	f.VisitAll(func(fl *flag.Flag) {
		raw.Var(&recorder{name: fl.Name, of: fl.Value, into: got}, fl.Name, "")
	})
	if err := raw.Parse(args); err != nil {
		return nil, f.explain(err)
	}
	if raw.NArg() > 0 {
		return nil, fmt.Errorf("expected flags only, got the argument %q", raw.Arg(0))
	}
	return got, nil
}

// explain turns an error of the flag package into one that helps.
func (f *Flags) explain(err error) error {
	if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		return fmt.Errorf("there is no flag --%s%s", strings.TrimLeft(name, "-"), DidYouMean(name, "--", f.names()))
	}
	if name, ok := strings.CutPrefix(err.Error(), "flag needs an argument: -"); ok {
		return fmt.Errorf("--%s: expected a value after it", name)
	}
	return err
}

func (f *Flags) names() []string {
	var names []string
	f.VisitAll(func(fl *flag.Flag) { names = append(names, fl.Name) })
	return names
}

// fromEnv reads the variables. One that is empty counts as not set.
func (f *Flags) fromEnv(lookup func(string) (string, bool)) (layer, error) {
	got := layer{}
	var errs []error
	f.VisitAll(func(fl *flag.Flag) {
		name := Variable(fl.Name)
		value, _ := lookup(name)
		if value == "" || slices.Contains(f.notByEnv, fl.Name) {
			return
		}
		values := []string{value}
		if isList(fl.Value) {
			values = strings.Split(value, ",")
		}
		if slices.Contains(values, "") {
			errs = append(errs, fmt.Errorf("%s: expected values with a comma between them, got %q", name, value))
		}
		got[fl.Name] = setting{values: values, origin: name}
	})
	return got, errors.Join(errs...)
}

// Variable returns the name of the environment variable for a flag.
func Variable(flagName string) string {
	return Prefix + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

// recorder takes what the command line says about a flag, uninterpreted.
type recorder struct {
	name string
	of   flag.Value
	into layer
}

func (r *recorder) String() string { return "" }

func (r *recorder) Set(value string) error {
	s := r.into[r.name]
	if !isList(r.of) {
		s.values = nil // the last one counts
	}
	r.into[r.name] = setting{values: append(s.values, value), origin: "--" + r.name}
	return nil
}

// IsBoolFlag tells the flag package that --name alone means --name=true.
func (r *recorder) IsBoolFlag() bool { return isBool(r.of) }

func isBool(v flag.Value) bool {
	b, ok := v.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

func isList(v flag.Value) bool {
	_, ok := v.(*List)
	return ok
}
