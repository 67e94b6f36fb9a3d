package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"example.com/assay/openapi"
)

// listFreedoms describes everything that --set can choose.
func listFreedoms(w io.Writer) error {
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "Behaviour that no public page settles, for --set to choose (the first value is the default):")
	for _, f := range catalogue.Freedoms {
		values := f.Values
		if f.Duration {
			values = append(values, "a duration such as 750ms")
		}
		fmt.Fprintf(w, "\n%s: %s\n    values:  %s\n    reason:  %s\n    example: %s\n", f.Name, f.What, strings.Join(values, ", "), f.Reason, f.Example)
	}
	return nil
}

// freedomValues lists FREEDOM=VALUE for completion. The catalogue is embedded: an
// error only means that there is nothing to offer.
func freedomValues() []string {
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		return nil
	}
	var all []string
	for _, f := range catalogue.Freedoms {
		for _, v := range f.Values {
			all = append(all, f.Name+"="+v)
		}
	}
	return all
}

// parseSettings reads FREEDOM=VALUE. The server checks names and values.
func parseSettings(pairs []string) (map[string]string, error) {
	settings := map[string]string{}
	var errs []error
	for _, pair := range pairs {
		name, value, found := strings.Cut(pair, "=")
		before, repeated := settings[name]
		switch {
		case !found || name == "" || value == "":
			errs = append(errs, fmt.Errorf("invalid value %q; use FREEDOM=VALUE such as second-cancel=conflict, see assay mock --set help", pair))
		case repeated && before != value:
			errs = append(errs, fmt.Errorf("%s has two values, %q and %q; use one", name, before, value))
		}
		settings[name] = value
	}
	return settings, errors.Join(errs...)
}
