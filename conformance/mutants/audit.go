package mutants

import (
	"slices"
	"strings"

	"example.com/assay/conformance/internal/layer"
)

// auditMutants export too few or too many events.
func auditMutants() []Mutant {
	return slices.Concat(
		breaking("AUD-01", []Mutant{
			{ID: "cancel-leaves-no-event", behave: on(layer.Export, then(exportLines(func(line string) string {
				if strings.Contains(line, "cancel") {
					return ""
				}
				return line
			}))),
				How: "Exports no event of a cancel."},
			{ID: "cancel-event-of-another-assessment", Subtle: true, behave: misattributed,
				How: "Exports the event of a cancel with an ID that is one digit off."},
		}),
		breaking("AUD-02", []Mutant{
			{ID: "export-of-all-institutions", behave: on(layer.Export, exportForeign(func(lines []string) []string { return lines })),
				How: "Exports the events of another institution too."},
			{ID: "export-of-foreign-creates", Subtle: true, behave: on(layer.Export, exportForeign(creates)),
				How: "Exports the first event of each assessment of another institution."},
		}),
	)
}

// exportLines changes the lines of an export, below the names of the columns.
func exportLines(change func(line string) string) func(a *response) {
	return func(a *response) {
		if !a.OK() {
			return
		}
		lines := strings.SplitAfter(string(a.Body), "\n")
		for i := 1; i < len(lines); i++ {
			lines[i] = change(lines[i])
		}
		a.Body = []byte(strings.Join(lines, ""))
	}
}

func misattributed() reaction {
	var cancels layer.Memory[bool]
	return after(func(x *exchange, a *response) {
		if x.Op == layer.Cancel && a.OK() {
			cancels.Put(x.ID, true)
		}
		if x.Op != layer.Export {
			return
		}
		exportLines(func(line string) string {
			for id := range cancels.All() {
				if strings.Contains(line, "cancel") {
					line = strings.ReplaceAll(line, id, otherID(id))
				}
			}
			return line
		})(a)
	})
}

// exportForeign adds lines of the other institution's export.
func exportForeign(choose func([]string) []string) reaction {
	return after(func(x *exchange, a *response) {
		if !authorized(x) || !a.OK() || x.Target.OtherKey == "" {
			return
		}
		foreign := x.Pass(layer.WithKey(x.Target.OtherKey))
		lines := strings.SplitAfter(string(foreign.Body), "\n")
		a.Body = append(a.Body, strings.Join(choose(lines[1:]), "")...)
	})
}

// creates keeps the events of creates.
func creates(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return !strings.Contains(line, "create") })
}
