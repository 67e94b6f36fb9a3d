package config

import "fmt"

// DidYouMean returns a question to put at the end of an error about a name that
// is not known, or nothing if no known name is near it.
func DidYouMean(got, prefix string, known []string) string {
	best, distance := "", len(got)/3+2 // nearer than this: two swapped letters are two edits
	for _, name := range known {
		if d := edits(got, name); d < distance {
			best, distance = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(": did you mean %s%s?", prefix, best)
}

// edits counts the single characters to insert, delete or replace that turn a
// into b (the Levenshtein distance).
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
