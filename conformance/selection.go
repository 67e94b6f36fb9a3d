package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"example.com/assay/openapi"
)

// Selection says which requirements a run checks. The zero value is all of them.
type Selection struct {
	Levels []string // core, documented, derived; empty: all
	Only   []string // IDs such as CAN-01, nothing else; empty: all
	Skip   []string // IDs to leave out
	Strict bool     // derived requirements decide the verdict too
}

// check refuses what matches nothing: a selection with a typing error must not
// become a run that checks less than was meant.
func (s Selection) check(c *openapi.Catalogue) error {
	var levels, ids []string
	for _, l := range openapi.Levels() {
		levels = append(levels, string(l))
	}
	for _, r := range c.Requirements {
		ids = append(ids, r.ID)
	}
	var m mistakes
	among(&m, "--level", s.Levels, levels)
	among(&m, "--only", s.Only, ids)
	among(&m, "--skip", s.Skip, ids)
	for _, id := range s.Only {
		r, known := c.Requirement(id)
		switch {
		case slices.Contains(s.Skip, id):
			m.add("--only %s and --skip %s contradict each other: leave one of them out", id, id)
		case known && !s.takesLevel(r.Level):
			m.add("--only %s: it is %s, and --level takes only %s: nothing is left", id, r.Level, strings.Join(s.Levels, ", "))
		}
	}
	return m.err()
}

func among(m *mistakes, flag string, given, allowed []string) {
	for _, g := range given {
		if slices.Contains(allowed, g) {
			continue
		}
		hint := ""
		if near := nearest(g, allowed); near != "" {
			hint = fmt.Sprintf("; did you mean %s?", near)
		}
		m.add("%s: expected one of %s, got %q%s", flag, strings.Join(allowed, ", "), g, hint)
	}
}

func (s Selection) takesLevel(l openapi.Level) bool {
	return len(s.Levels) == 0 || slices.Contains(s.Levels, string(l))
}

func (s Selection) takes(r openapi.Requirement) bool {
	return s.takesLevel(r.Level) && (len(s.Only) == 0 || slices.Contains(s.Only, r.ID)) && !slices.Contains(s.Skip, r.ID)
}

// decides reports whether a failure of the level makes a target nonconformant.
func (s Selection) decides(level string) bool {
	return level != string(openapi.Derived) || s.Strict
}

// nearest returns the candidate that a typing error was most likely meant to be.
func nearest(word string, candidates []string) string {
	best, distance := "", 3
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToUpper(word), strings.ToUpper(c)); d < distance {
			best, distance = c, d
		}
	}
	return best
}
