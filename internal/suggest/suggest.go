// Package suggest guesses what a misspelt name was meant to be.
package suggest

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// Hint returns a question such as `; did you mean "conflict"?`, or nothing if no
// name is near enough.
func Hint(got string, names []string) string {
	if nearest, ok := Nearest(got, names); ok {
		return `; did you mean "` + nearest + `"?`
	}
	return ""
}

// Nearest returns the name with the fewest typing errors, if those are at most
// half of both names; the first of equals.
func Nearest(got string, names []string) (string, bool) {
	const longest = 64 // a longer text is not a misspelt name
	if got == "" || len(got) > longest {
		return "", false
	}
	best, fewest := "", len(got)
	for _, name := range names {
		if d := levenshtein.ComputeDistance(strings.ToLower(got), strings.ToLower(name)); d < fewest && d*2 <= min(len(got), len(name)) {
			best, fewest = name, d
		}
	}
	return best, best != ""
}
