package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// Choice is the value of a flag that takes one of a few words.
type Choice struct {
	Value   string
	Allowed []string
}

// String returns the word.
func (c *Choice) String() string { return c.Value }

// Type returns the placeholder of the help.
func (c *Choice) Type() string { return strings.Join(c.Allowed, "|") }

// Set takes one of the allowed words.
func (c *Choice) Set(value string) error {
	if !slices.Contains(c.Allowed, value) {
		return fmt.Errorf("not one of %s", c.Type())
	}
	c.Value = value
	return nil
}

// recorder takes the values of the command line without interpreting them.
type recorder struct {
	pflag.Value

	given []string
}

// Set records a value.
func (r *recorder) Set(value string) error {
	r.given = append(r.given, strings.TrimPrefix(value, mask))
	return nil
}

// setting returns the recorded values: all of a list, otherwise the last.
func (r *recorder) setting(f *pflag.Flag) setting {
	values := r.given
	if len(values) > 0 && !IsList(f) {
		values = values[len(values)-1:]
	}
	return setting{values, "--" + f.Name}
}

// CommandLineOnly keeps the file and the environment from setting the flag.
func CommandLineOnly(f *pflag.Flag) {
	if f.Annotations == nil {
		f.Annotations = map[string][]string{}
	}
	f.Annotations[commandLineOnly] = nil
}

const commandLineOnly = "command-line-only"

// Layered reports whether the file and the environment can set the flag.
func Layered(f *pflag.Flag) bool {
	_, only := f.Annotations[commandLineOnly]
	return !only
}

// Variable returns the name of the environment variable of a flag.
func Variable(f *pflag.Flag) string {
	return "ASSAY_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
}

// IsList reports whether the flag can be repeated.
func IsList(f *pflag.Flag) bool {
	_, list := valueOf(f).(pflag.SliceValue)
	return list
}

// Values returns the values of a flag: all of a list, otherwise one.
func Values(f *pflag.Flag) []string {
	if list, ok := valueOf(f).(pflag.SliceValue); ok {
		return list.GetSlice()
	}
	return []string{f.Value.String()}
}

// Allowed returns the values of a flag that is a [Choice], or nil.
func Allowed(f *pflag.Flag) []string {
	if choice, ok := valueOf(f).(*Choice); ok {
		return choice.Allowed
	}
	return nil
}

// valueOf returns the value below the recorder, if there is one.
func valueOf(f *pflag.Flag) pflag.Value {
	if r, deferred := f.Value.(*recorder); deferred {
		return r.Value
	}
	return f.Value
}

// accepted describes what a flag takes.
func accepted(v pflag.Value) string {
	switch v.Type() {
	case "bool":
		return "true or false"
	case "int", "uint64":
		return "a whole number within range"
	case "float64":
		return "a number"
	case "duration":
		return "a duration such as 750ms or 30s"
	}
	return strings.ReplaceAll(v.Type(), "|", ", ")
}
