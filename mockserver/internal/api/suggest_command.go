package api

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/assay/internal/shell"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/store"
	"example.com/assay/openapi"
)

// suggestCommand returns the command that the client probably meant, or "". It
// contains no key.
func (rc *requestContext) suggestCommand(err error) string {
	r := rc.request
	command := shell.Request{Method: r.Method, URL: rc.baseURL() + r.URL.RequestURI(), Keyed: true}
	if b, ok := errors.AsType[*breach](err); ok {
		return rc.suggestForBreach(b, command)
	}
	if e, ok := errors.AsType[*unknownPathError](err); ok && e.meant != "" {
		command.URL = rc.url(e.meant, r.URL.RawQuery)
		return shell.Command(command)
	}
	if allowed := onlyMethod(rc.writer.Header().Get("Allow")); allowed != "" && kindOf(err) == domain.WrongMethod {
		command.Method = allowed
		return shell.Command(command)
	}
	if kindOf(err) == domain.Unauthorized && r.Header.Get("apikey") == "" && r.Method == http.MethodGet {
		return shell.Command(command)
	}
	return ""
}

// onlyMethod returns the one operation's method of the header Allow, or "" if there
// are several.
func onlyMethod(allowed string) string {
	methods := slices.DeleteFunc(strings.Split(allowed, ", "), func(m string) bool { return m == http.MethodHead || m == http.MethodOptions })
	if len(methods) != 1 {
		return ""
	}
	return methods[0]
}

func (rc *requestContext) suggestForBreach(b *breach, command shell.Request) string {
	path, query := rc.sent, rc.request.URL.Query()
	inURL := false
	for _, m := range b.mismatches {
		switch m.In {
		case "path":
			if path = rc.examplePath(m.Parameter); path == "" {
				return ""
			}
			inURL = true
		case "query":
			correctQuery(query, m)
			inURL = true
		}
	}
	if inURL {
		command.URL = rc.url(path, query.Encode())
	}
	if rc.operation.TakesBody && (rc.operation.Effect != openapi.Creates || !rc.suggestBody(b, &command)) {
		return ""
	}
	return shell.Command(command)
}

func (rc *requestContext) baseURL() string {
	if rc.request.TLS != nil {
		return "https://" + rc.request.Host
	}
	return "http://" + rc.request.Host
}

// url returns the URL of a path, which is encoded already.
func (rc *requestContext) url(path, query string) string {
	if query != "" {
		path += "?" + query
	}
	return rc.baseURL() + path
}

// examplePath returns the path with an ID of the institution, or "" if it has none.
func (rc *requestContext) examplePath(parameter string) string {
	id := ""
	switch parameter {
	case "assessment_id":
		id = rc.anAssessment()
	case "outcome_id":
		if outcomes := rc.state.Outcomes.Values(); len(outcomes) > 0 {
			id = outcomes[0].ID
		}
	case "task_id":
		if tasks, _ := rc.state.Assessments.AllTasks(); len(tasks) > 0 {
			id = tasks[0].ID
		}
	}
	if id == "" {
		return ""
	}
	return openapi.BasePath + strings.ReplaceAll(rc.operation.Path, "{"+parameter+"}", id)
}

// anAssessment returns the ID of an assessment of the institution, or "".
func (rc *requestContext) anAssessment() string {
	part, err := rc.state.Assessments.List(store.Range{Order: freedoms.OldestFirst, Limit: 1}, store.ReadOptions{})
	if err != nil {
		return ""
	}
	return part.Last
}

// correctQuery removes a wrong parameter, or gives it its right name.
func correctQuery(query url.Values, m contract.Mismatch) {
	values := query[m.Parameter]
	query.Del(m.Parameter)
	if m.Meant != "" && len(values) > 0 {
		query[m.Meant] = values[:1]
	}
}

// suggestBody gives the command the valid part of the body, completed by IDs of the
// institution. It reports whether the institution has them.
func (rc *requestContext) suggestBody(b *breach, command *shell.Request) bool {
	entities, templates := rc.state.Entities.Values(), rc.state.Templates.Values()
	if len(entities) == 0 || len(templates) == 0 {
		return false
	}
	body := map[string]any{"entity_id": entities[0].ID, "template_id": templates[0].ID}
	object, _ := b.body.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(body)) {
		bad := slices.ContainsFunc(b.mismatches, func(m contract.Mismatch) bool { return m.Pointer == "/"+name })
		if given, ok := object[name]; ok && !bad {
			body[name] = given
		}
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return false
	}
	command.Headers = []shell.Field{{Name: "Content-Type", Value: "application/json"}}
	command.Body = string(encoded)
	return true
}
