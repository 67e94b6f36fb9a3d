// Package freedoms holds the settings of an institution: one value for each freedom
// of the catalogue in package openapi.
//
// Begin with [Settings], the values of an institution, and [Request], which reads
// them for one request. A new freedom needs a method of Request only if code acts
// on it in a way that no method has yet.
package freedoms

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/assay/internal/suggest"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/openapi"
)

// Settings has a value for each freedom. A copy can be changed without effect on
// the original. The zero value is not usable; see [Default].
type Settings struct {
	values []string // in the order of the catalogue; never changed in place

	// Awkward varies the values; nil: they stay as they are.
	Awkward *Awkward
}

type table struct {
	freedoms []openapi.Freedom
	names    []string
	index    map[string]int
	defaults []string
}

// catalogue prepares the freedoms once for quick access.
var catalogue = sync.OnceValue(func() table { //nolint:gochecknoglobals // computed once from an embedded file, never changed
	t := table{freedoms: openapi.Freedoms(), index: map[string]int{}}
	for i, f := range t.freedoms {
		t.names, t.index[f.Name] = append(t.names, f.Name), i
		t.defaults = append(t.defaults, f.Values[0])
	}
	return t
})

// Default returns the default of each freedom.
func Default() Settings { return Settings{values: catalogue().defaults} }

// Parse returns the defaults, changed by the named values. The error lists
// everything that is wrong, in alphabetical order.
func Parse(values map[string]string) (Settings, error) {
	s := Default()
	var wrong []string
	for name, value := range values {
		if err := s.Set(name, value); err != nil {
			wrong = append(wrong, err.Error())
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return Settings{}, fmt.Errorf("settings: %s", strings.Join(wrong, "; "))
	}
	return s, nil
}

// Set changes the value of a freedom, by name.
func (s *Settings) Set(name, value string) error {
	i, known := catalogue().index[name]
	if !known {
		names := catalogue().names
		return fmt.Errorf("unknown freedom %q; use one of %s%s", name, strings.Join(names, ", "), suggest.Hint(name, names))
	}
	f := catalogue().freedoms[i]
	value, valid := normalize(f, value)
	if !valid {
		return fmt.Errorf("%s: unsupported value %q; use %s%s", name, value, allowed(f), suggest.Hint(value, f.Values))
	}
	s.values = slices.Clone(s.values)
	s.values[i] = value
	return nil
}

// maxDuration keeps a typing error from hiding a cancel for good.
const maxDuration = time.Hour

// normalize returns the one spelling of a value, and reports whether it is valid.
func normalize(f openapi.Freedom, value string) (string, bool) {
	if slices.Contains(f.Values, value) {
		return value, true
	}
	d, err := domain.ParseDuration(value)
	if !f.Duration || err != nil || d <= 0 || d > maxDuration {
		return value, false
	}
	return d.String(), true
}

func allowed(f openapi.Freedom) string {
	values := strings.Join(f.Values, ", ")
	if f.Duration {
		return fmt.Sprintf("%s or a duration up to %s such as 750ms", values, maxDuration)
	}
	return "one of " + values
}

// indexOf returns the place of a freedom that code acts on. It panics if the
// catalogue has no such freedom: another one must not be read in its place.
func indexOf(name string) int {
	i, known := catalogue().index[name]
	if !known {
		panic("no freedom " + name + " in the catalogue")
	}
	return i
}

// Value returns the value of the freedom with the name. It panics if there is none.
func (s *Settings) Value(name string) string { return s.values[indexOf(name)] }

// Map returns every value by the name of its freedom.
func (s *Settings) Map() map[string]string {
	values := map[string]string{}
	for i, f := range catalogue().freedoms {
		values[f.Name] = s.values[i]
	}
	return values
}
