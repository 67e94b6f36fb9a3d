package institution

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/journal"
)

// audit returns the journal entry of a change that is about no assessment, or about
// all of them.
func (c Change) audit(text string) journal.Change {
	return journal.Change{
		Operation: string(c.Kind), Assessment: c.Assessment,
		Control: journal.Control{Words: text, Fault: c.FaultID, Snapshot: c.Snapshot},
	}
}

// auditUpdate returns the entry of a change of one assessment, which is nil before
// it is created.
func (c Change) auditUpdate(before *domain.Assessment, after domain.Assessment) journal.Change {
	is := after.Decided(c.Time)
	if before == nil {
		entry := c.audit(fmt.Sprintf("made the assessment %s, which is %s", after.ID, is.State))
		entry.After = &is
		return entry
	}
	was := before.Decided(c.Time)
	deed := map[Kind]string{
		Cancel: "cancelled the assessment %s", ForceError: "put the assessment %s in error", Finish: "put the assessment %s at the end of its workflow",
	}[c.Kind]
	text := fmt.Sprintf(deed, after.ID)
	switch {
	case c.Task != "":
		text = fmt.Sprintf("completed the task %s of the assessment %s, which is %s", c.Task, after.ID, is.State)
	case was == is:
		text += ", which changed nothing: it is " + string(is.State)
	default:
		text += fmt.Sprintf(", which was %s and is %s", was.State, is.State)
	}
	entry := c.audit(text)
	entry.Before, entry.After = &was, &is
	return entry
}

// auditAdvance returns the entry of a move of the time.
func (c Change) auditAdvance(a Advanced) journal.Change {
	entry := c.audit(fmt.Sprintf("moved the time ahead by %s, from %s to %s", a.To.Sub(a.From), a.From.Format(time.RFC3339Nano), a.To.Format(time.RFC3339Nano)))
	for _, e := range a.Events {
		if e.Kind != string(domain.StepEnded) {
			entry.Moved = append(entry.Moved, journal.Moved{Assessment: e.Assessment, Event: e.Kind})
		}
	}
	if n := len(entry.Moved); n > 0 {
		entry.Words += fmt.Sprintf(", by which %d assessments changed", n)
	}
	return entry
}

// auditSettings returns the entry of a change of settings.
func (c Change) auditSettings(before, after Settings) journal.Change {
	var choices []journal.Choice
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(after.Values)) {
		if was, is := before.Values[name], after.Values[name]; was != is {
			choices = append(choices, journal.Choice{Freedom: name, Before: was, After: is})
			texts = append(texts, fmt.Sprintf("set %s to %s, which was %s", name, is, was))
		}
	}
	switch {
	case after.Awkward && !before.Awkward:
		texts = append(texts, "switched the awkward mode on")
	case before.Awkward && !after.Awkward:
		texts = append(texts, "switched the awkward mode off")
	case len(texts) == 0:
		texts = append(texts, "left the settings as they were")
	}
	entry := c.audit(strings.Join(texts, "; "))
	entry.Settings = choices
	return entry
}
