package prove

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"example.com/assay/openapi"
)

// visibility is the duration that stands for all of a freedom that takes any: long
// enough for reads to see the state before, short enough to be waited for.
const visibility = "30ms"

// combination is a use of the freedoms, and why it is tried.
type combination struct {
	settings map[string]string
	why      string
}

// combinations lists what the reference is tried under: the defaults, each value
// of each freedom by itself, the pairs that touch the same behaviour, and random
// ones.
func combinations(c *openapi.Catalogue, seed uint64, random int) []combination {
	all := []combination{{settings: map[string]string{}, why: "the defaults"}}
	for _, f := range c.Freedoms {
		for _, value := range valuesOf(f)[1:] {
			all = append(all, combination{map[string]string{f.Name: value}, "one freedom"})
		}
	}
	for _, p := range pairs() {
		all = append(all, p.combinations(c)...)
	}
	return append(all, randomCombinations(c, seed, random)...)
}

// valuesOf lists the values of a freedom that are tried, the default first.
func valuesOf(f openapi.Freedom) []string {
	if f.Duration {
		return append(slices.Clone(f.Values), visibility)
	}
	return f.Values
}

// pair is two freedoms that touch the same behaviour, so that each may be handled
// well by itself and the two together not.
type pair struct {
	one, two string
	why      string
}

func pairs() []pair {
	return []pair{
		{"second-cancel", "cancel-visibility", "a second cancel comes while reads still show Active"},
		{"cancel-status", "cancel-visibility", "status, state and outcome must become visible together"},
		{"outcome-before-end", "cancel-visibility", "the outcome turns from none to the canceled one, and later than the answer"},
		{"list-order", "list-shape", "what was just created stands anywhere, and on one page or on several"},
		{"cancel-visibility", "list-order", "the list shows a cancel later, and wherever the assessment stands"},
		{"malformed-id", "error-body", "both decide what an answer of 4xx looks like"},
		{"second-cancel", "error-body", "a refusal may have any body, or none"},
		{"unknown-query", "list-shape", "an array has no page to ask for, and a query that nobody declared may be refused"},
		{"outcome-before-end", "outcome-path", "where there is no outcome yet, its path must be found by another assessment"},
		{"cancel-body", "error-body", "the refusal of a body must not be taken for the refusal of the cancel"},
		{"cancel-in-error", "cancel-after-completion", "both decide what else can be cancelled"},
	}
}

// combinations lists every pair of values but those with a default in them.
func (p pair) combinations(c *openapi.Catalogue) []combination {
	one, _ := c.Freedom(p.one)
	two, _ := c.Freedom(p.two)
	var all []combination
	for _, a := range valuesOf(one)[1:] {
		for _, b := range valuesOf(two)[1:] {
			all = append(all, combination{map[string]string{p.one: a, p.two: b}, p.why})
		}
	}
	return all
}

// randomCombinations draws a value for every freedom, from the seed alone.
func randomCombinations(c *openapi.Catalogue, seed uint64, n int) []combination {
	source := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // to be repeated, not to be secret
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

// spell writes settings as flags would, "the defaults" if there are none.
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
