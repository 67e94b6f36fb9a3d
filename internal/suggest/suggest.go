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

// Nearest returns the name with the fewest typing errors, if those are less
// than half of it; the first of equals.
func Nearest(got string, names []string) (string, bool) {
	const longest = 64 // nobody misspells a name by a page of text
	if got == "" || len(got) > longest {
		return "", false
	}
	best, fewest := "", len(got)
	for _, name := range names {
		if d := levenshtein.ComputeDistance(strings.ToLower(got), strings.ToLower(name)); d < fewest && d*2 <= len(name) {
			best, fewest = name, d
		}
	}
	return best, best != ""
}
