package journal

import (
	"net/http"
	"slices"
	"strings"

	"example.com/assay/mockserver/internal/domain"
)

// choices returns the choices that had a part in the answer.
func (r *record) choices() map[string]string {
	if r.settings == nil {
		return nil
	}
	names := r.decisive()
	if len(names) == 0 {
		return nil
	}
	settings := r.settings
	if strings.Contains(r.uri, "?") {
		settings = settings.Paged()
	}
	values := settings.ForAssessment(r.assessment).Map()
	choices := make(map[string]string, len(names))
	for _, name := range names {
		choices[name] = values[name]
	}
	return choices
}

// decisive names the freedoms without which the answer might have been another.
func (r *record) decisive() []string {
	status := r.answer.Status()
	names := r.decisiveFindings()
	if status >= http.StatusBadRequest {
		names = append(names, "error-body")
	}
	if len(r.findings) == 0 {
		names = append(names, r.decisiveOperation(status)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// decisiveFindings names those that say what becomes of a bad request.
func (r *record) decisiveFindings() []string {
	var names []string
	for _, f := range r.findings {
		switch {
		case f.In == "path":
			names = append(names, "malformed-id")
		case f.In == "query" && f.Undeclared:
			names = append(names, "unknown-query")
		case f.In == "body" && r.operation == "cancelWorkflow":
			names = append(names, "cancel-body")
		}
	}
	return names
}

func (r *record) decisiveOperation(status int) []string {
	switch r.operation {
	case "cancelWorkflow":
		return r.decisiveCancel()
	case "getAssessment":
		return []string{"outcome-before-end"}
	case "createAssessment":
		if status < http.StatusBadRequest {
			return []string{"create-status", "outcome-before-end"}
		}
	case "listAssessments":
		return []string{"list-order", "list-shape", "outcome-before-end"}
	case "listTemplates", "listEntities":
		return []string{"list-shape"}
	case "getOutcome", "getOutcomeAtRoot":
		return []string{"outcome-path"}
	}
	return nil
}

func (r *record) decisiveCancel() []string {
	if r.change == nil {
		return nil
	}
	var names []string
	switch before := r.change.before; {
	case before.State == domain.Cancelled:
		return []string{"second-cancel"}
	case before.State == domain.Failed:
		names = append(names, "cancel-in-error")
	case before.Completed():
		names = append(names, "cancel-after-completion")
	}
	if r.change.effective {
		names = append(names, "cancel-status", "cancel-visibility")
	}
	return names
}
