package journal

import (
	"fmt"
	"slices"
	"strings"

	"example.com/assay/internal/suggest"
)

// NoGuess is the guess for a reference that resembles no entry.
const NoGuess = "it may have been evicted"

// maxGuessed bounds the latest IDs that a guess compares.
const maxGuessed = 1_000

// Guess describes what a reference without an entry was probably meant to be.
func (j *Journal) Guess(ref string) string {
	records, stats := j.records()
	if _, ok := asNumber(ref); ok {
		return stats.numbers()
	}
	var ids []string
	for _, r := range slices.Backward(records) {
		if ref != "" && strings.EqualFold(r.about(), ref) {
			return fmt.Sprintf("that is an assessment; see entry %d", r.number)
		}
		if r.control == nil && len(ids) < maxGuessed && samePrefix(r.id, ref) {
			ids = append(ids, r.id)
		}
	}
	if nearest, ok := suggest.Nearest(ref, ids); ok {
		return fmt.Sprintf("did you mean %s?", nearest)
	}
	return NoGuess
}

// samePrefix reports whether two IDs begin alike: the first half of an ID is that of
// its journal, and random IDs share some letters.
func samePrefix(a, b string) bool {
	const letters = 8
	return len(a) >= letters && len(b) >= letters && strings.EqualFold(a[:letters], b[:letters])
}

// numbers describes the range of numbers in the journal.
func (s Stats) numbers() string {
	switch {
	case s.Entries == 0:
		return "it has none yet"
	case s.Evicted > 0:
		return fmt.Sprintf("it has the numbers %d to %d; earlier ones were evicted", s.Evicted+1, s.Last)
	}
	return fmt.Sprintf("it has the numbers 1 to %d", s.Last)
}
