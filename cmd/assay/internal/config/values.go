package config

import (
	"fmt"
	"slices"
	"strings"
)

// List is the value of a flag that can be given more than once. Register it
// with [flag.FlagSet.Var]; in the file it is a value or a list of values, in
// the environment values with a comma between them.
type List []string

// String returns the values with a comma between them.
func (l *List) String() string { return strings.Join(*l, ",") }

// Set adds a value.
func (l *List) Set(value string) error {
	if value == "" {
		return fmt.Errorf("a value that is not empty")
	}
	*l = append(*l, value)
	return nil
}

// Choice is the value of a flag that takes one of a few words.
type Choice struct {
	Value   string
	Allowed []string
}

// String returns the word.
func (c *Choice) String() string { return c.Value }

// Set takes one of the allowed words.
func (c *Choice) Set(value string) error {
	if !slices.Contains(c.Allowed, value) {
		return fmt.Errorf("one of %s", strings.Join(c.Allowed, ", "))
	}
	c.Value = value
	return nil
}
