package journal

import (
	"fmt"
	"slices"
	"strings"

	"example.com/assay/internal/suggest"
)

// NoGuess is what there is to say of a reference that resembles none.
const NoGuess = "it may have been let go"

// mostGuessed is how many of the latest IDs a guess looks at.
const mostGuessed = 1_000

// Guess says what was probably meant by a reference that the journal has no entry
// for.
func (j *Journal) Guess(ref string) string {
	records, stats := j.records()
	if _, ok := asNumber(ref); ok {
		return stats.numbers()
	}
	var ids []string
	for _, r := range slices.Backward(records) {
		if ref != "" && strings.EqualFold(r.about(), ref) {
			return fmt.Sprintf("that is an assessment, which entry %d is about", r.number)
		}
		if r.control == nil && len(ids) < mostGuessed && alike(r.id, ref) {
			ids = append(ids, r.id)
		}
	}
	if nearest, ok := suggest.Nearest(ref, ids); ok {
		return fmt.Sprintf("did you mean %s?", nearest)
	}
	return NoGuess
}

// alike reports whether two IDs begin alike: the first half is that of their journal,
// and any two have some letters in common.
func alike(a, b string) bool {
	const letters = 8
	return len(a) >= letters && len(b) >= letters && strings.EqualFold(a[:letters], b[:letters])
}

// numbers says which numbers a journal has.
func (s Stats) numbers() string {
	switch {
	case s.Entries == 0:
		return "it has none yet"
	case s.Evicted > 0:
		return fmt.Sprintf("it has the numbers %d to %d, and let go of those before", s.Evicted+1, s.Last)
	}
	return fmt.Sprintf("it has the numbers 1 to %d", s.Last)
}
