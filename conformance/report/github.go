package report

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// WriteAnnotations writes workflow commands that make GitHub Actions show each
// failure at the line of its feature file: an error for a failure that decides the
// verdict, a warning for one that does not, is known, or for what could not run.
func WriteAnnotations(w io.Writer, r *Report) error {
	var b strings.Builder
	for _, sc := range r.Scenarios {
		for _, f := range sc.Failures {
			annotate(&b, severity(r, sc, f.Requirement), sc, f.Requirement+" does not hold: "+sc.Name,
				fmt.Sprintf("%s\nexpected: %s\ngot: %s\nsource: %s\n%s", f.Step, f.Expected, f.Got, strings.Join(f.Sources, ", "), f.Curl))
		}
		if len(sc.Failures) == 0 && (sc.Outcome == Failed || sc.Outcome == CouldNotRun) {
			annotate(&b, severity(r, sc, sc.Requirements...), sc, outcomeWords(sc.Outcome)+": "+sc.Name, sc.Reason+"\n"+sc.Hint)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// severity of what befell the scenario, for which the requirements are to blame.
func severity(r *Report, sc Scenario, requirements ...string) string {
	if sc.Outcome == Failed && sc.Known == nil && r.decides(requirements) {
		return "error"
	}
	return "warning"
}

// decides reports whether any of the requirements decides the verdict. One that the
// report does not have does: better a failure too many that is told.
func (r *Report) decides(ids []string) bool {
	return slices.ContainsFunc(ids, func(id string) bool {
		i := slices.IndexFunc(r.Requirements, func(req Requirement) bool { return req.ID == id })
		return i < 0 || r.Requirements[i].Counts
	})
}

func annotate(b *strings.Builder, command string, sc Scenario, title, message string) {
	fmt.Fprintf(b, "::%s file=%s,line=%d,title=%s::%s\n", command, commandProperty(path.Join(featureFolder, sc.File)), sc.Line,
		commandProperty(title), commandData(strings.TrimSpace(message)))
}

// commandData escapes the text of a workflow command, so that nothing in it ends
// the command and starts another.
func commandData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(visible(s))
}

// commandProperty escapes the value of one of its properties, which colons and
// commas end.
func commandProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(commandData(s))
}
