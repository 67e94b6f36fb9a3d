package conformance

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"example.com/assay/internal/suggest"
	"example.com/assay/openapi"
)

// Selection names the requirements to check. The zero value selects all.
type Selection struct {
	Levels []string // core, documented, derived; empty: all
	Only   []string // IDs such as CAN-01; empty: all
	Skip   []string // IDs
	Strict bool     // derived requirements decide the verdict too

	// AcceptUnchecked has the reason for each requirement that may stay unchecked.
	AcceptUnchecked map[string]string
}

// check refuses names without a match: a misspelt selection must not become a
// smaller run.
func (s Selection) check(c *openapi.Catalogue) error {
	var levels, ids []string
	for _, l := range openapi.Levels() {
		levels = append(levels, string(l))
	}
	for _, r := range c.Requirements {
		ids = append(ids, r.ID)
	}
	var m usageErrors
	among(&m, "--level", s.Levels, levels)
	among(&m, "--only", s.Only, ids)
	among(&m, "--skip", s.Skip, ids)
	accepted := slices.Sorted(maps.Keys(s.AcceptUnchecked))
	among(&m, "--accept-unchecked", accepted, ids)
	for _, id := range accepted {
		r, known := c.Requirement(id)
		switch {
		case s.AcceptUnchecked[id] == "":
			m.add("--accept-unchecked: no reason for %s; use %s=REASON", id, id)
		case known && !s.takes(r):
			m.add("--accept-unchecked %s: the selection has no such requirement; remove the flag", id)
		}
	}
	for _, id := range s.Only {
		r, known := c.Requirement(id)
		switch {
		case slices.Contains(s.Skip, id):
			m.add("--only %s and --skip %s contradict each other; remove one", id, id)
		case known && !s.takesLevel(r.Level):
			m.add("--only %s has the level %s, and --level selects %s; nothing is left", id, r.Level, strings.Join(s.Levels, ", "))
		}
	}
	return m.err()
}

func among(m *usageErrors, flag string, given, allowed []string) {
	for _, g := range given {
		if !slices.Contains(allowed, g) {
			m.add("%s: unknown value %q%s", flag, g, cmp.Or(suggest.Hint(g, allowed), "; use one of "+strings.Join(allowed, ", ")))
		}
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
