package prove

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"example.com/assay/openapi"
)

// visibility is the value for freedoms with a duration: reads see the old state, and
// waiting for it is cheap.
const visibility = "30ms"

// combination is a choice of freedoms, and its reason.
type combination struct {
	settings map[string]string
	why      string
}

// combinations lists the settings of the reference: the defaults, each value of each
// freedom, pairs that touch the same behaviour, and random ones.
func combinations(c *openapi.Catalogue, seed uint64, random int) []combination {
	all := []combination{{settings: map[string]string{}, why: "the defaults"}}
	for _, f := range c.Freedoms {
		for _, value := range valuesOf(f)[1:] {
			all = append(all, combination{map[string]string{f.Name: value}, "one freedom"})
		}
	}
	for _, f := range c.Freedoms {
		for _, i := range f.Interacts {
			all = append(all, pairs(c, f, i)...)
		}
	}
	return append(all, randomCombinations(c, seed, random)...)
}

// valuesOf lists the values of a freedom, the default first.
func valuesOf(f openapi.Freedom) []string {
	if f.Duration {
		return append(slices.Clone(f.Values), visibility)
	}
	return f.Values
}

// pairs returns every pair of values of two interacting freedoms, without defaults.
func pairs(c *openapi.Catalogue, f openapi.Freedom, i openapi.Interaction) []combination {
	other, _ := c.Freedom(i.With)
	var all []combination
	for _, a := range valuesOf(f)[1:] {
		for _, b := range valuesOf(other)[1:] {
			all = append(all, combination{map[string]string{f.Name: a, other.Name: b}, i.Why})
		}
	}
	return all
}

// randomCombinations draws a value for every freedom from the seed.
func randomCombinations(c *openapi.Catalogue, seed uint64, n int) []combination {
	source := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // repeatable, not secret
	var all []combination
	for i := range max(0, n) {
		settings := map[string]string{}
		for _, f := range c.Freedoms {
			values := valuesOf(f)
			if v := values[source.IntN(len(values))]; v != values[0] {
				settings[f.Name] = v
			}
		}
		all = append(all, combination{settings, fmt.Sprintf("random combination %d", i+1)})
	}
	return all
}

// spell writes settings as flags.
func spell(settings map[string]string) string {
	if len(settings) == 0 {
		return "the defaults"
	}
	var words []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		words = append(words, name+"="+settings[name])
	}
	return strings.Join(words, " ")
}
