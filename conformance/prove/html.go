package prove

import (
	_ "embed"
	"html/template"
	"io"
	"slices"
	"time"
)

//go:embed proof.gohtml
var page string

// writeHTML writes one page without scripts, fonts or requests.
func writeHTML(w io.Writer, r *Result) error {
	t, err := template.New("proof").Funcs(template.FuncMap{
		"summary": (*Result).summary,
		"verdict": (*Result).verdict,
		"status":  func(r SurroundingRun) string { return r.Status() },
		"lines":   func(r SurroundingRun) []string { return r.Problems() },
		"round":   func(d time.Duration) string { return d.Round(100 * time.Millisecond).String() },
		"cell":    cellOf,
	}).Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, r)
}

// cell is one field of the matrix: a mutant and a requirement.
type cell struct{ Class, Mark, Words string }

func cellOf(m MutantRun, requirement string) cell {
	switch {
	case m.Requirement == requirement && m.Skipped:
		return cell{"open", "–", "not tried"}
	case m.Requirement == requirement && m.Caught:
		return cell{"caught", "●", "caught"}
	case m.Requirement == requirement:
		return cell{"missed", "✕", "missed"}
	case slices.Contains(m.Also, requirement):
		return cell{"also", "○", "failed with it"}
	}
	return cell{}
}
