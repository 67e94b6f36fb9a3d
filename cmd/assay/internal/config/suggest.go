package config

import (
	"fmt"

	"github.com/agnivade/levenshtein"
)

// DidYouMean returns a question to put at the end of an error about a name that
// is not known, or nothing if no known name is near it.
func DidYouMean(got, prefix string, known []string) string {
	best, distance := "", len(got)/3+2 // nearer than this: two swapped letters are two edits
	for _, name := range known {
		if d := levenshtein.ComputeDistance(got, name); d < distance {
			best, distance = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(": did you mean %s%s?", prefix, best)
}
