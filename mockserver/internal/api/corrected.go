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

// corrected returns the command that the caller probably meant to send, empty if
// unknown. It is for reading and pasting, so it holds no key.
func (who *party) corrected(err error) string {
	r := who.request
	command := shell.Request{Method: r.Method, URL: who.base() + r.URL.RequestURI(), Keyed: true}
	if b, ok := errors.AsType[*breach](err); ok {
		return who.correctedBreach(b, command)
	}
	if w, ok := errors.AsType[*wrongPathError](err); ok && w.meant != "" {
		command.URL = who.base() + (&url.URL{Path: w.meant, RawQuery: r.URL.RawQuery}).RequestURI()
		return shell.Command(command)
	}
	if allowed := only(who.writer.Header().Get("Allow")); allowed != "" && kindOf(err) == domain.WrongMethod {
		command.Method = allowed
		return shell.Command(command)
	}
	if kindOf(err) == domain.Unauthorized && r.Header.Get("apikey") == "" && r.Method == http.MethodGet {
		return shell.Command(command)
	}
	return ""
}

// only returns the one method of a list that does something, empty if there are
// more.
func only(allowed string) string {
	method := ""
	for m := range strings.SplitSeq(allowed, ", ") {
		switch {
		case m == http.MethodHead || m == http.MethodOptions:
		case method != "":
			return ""
		default:
			method = m
		}
	}
	return method
}

func (who *party) correctedBreach(b *breach, command shell.Request) string {
	r := who.request
	path, query := r.URL.Path, r.URL.Query()
	for _, m := range b.mismatches {
		switch m.In {
		case "path":
			if path = who.withExample(m.Parameter); path == "" {
				return ""
			}
		case "query":
			query = corrected(query, m)
		}
	}
	if slices.ContainsFunc(b.mismatches, func(m contract.Mismatch) bool { return m.In == "path" || m.In == "query" }) {
		command.URL = who.base() + (&url.URL{Path: path, RawQuery: query.Encode()}).RequestURI()
	}
	if who.operation.ID == "createAssessment" && !who.create(b, &command) {
		return ""
	}
	return shell.Command(command)
}

func (who *party) base() string {
	scheme := "http"
	if who.request.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + who.request.Host
}

// withExample puts an ID of the institution in the place of a malformed one,
// and returns the empty path if there is none to put there.
func (who *party) withExample(parameter string) string {
	id := who.anAssessment()
	if parameter == "outcome_id" {
		id = ""
		if outcomes := who.institution.Outcomes.Values(); len(outcomes) > 0 {
			id = outcomes[0].ID
		}
	}
	if id == "" {
		return ""
	}
	return openapi.BasePath + strings.ReplaceAll(who.operation.Path, "{"+parameter+"}", id)
}

// anAssessment returns the ID of an assessment of the institution, empty if it
// has none.
func (who *party) anAssessment() string {
	items, _, err := who.institution.Assessments.List(store.Range{Order: freedoms.OldestFirst, Limit: 1}, store.Reading{})
	if err != nil || len(items) == 0 {
		return ""
	}
	var a struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(items[0].JSON(), &a) != nil {
		return ""
	}
	return a.ID
}

// corrected takes what is wrong out of a query, or gives it its right name.
func corrected(query url.Values, m contract.Mismatch) url.Values {
	values := query[m.Parameter]
	query.Del(m.Parameter)
	if m.Meant != "" && len(values) > 0 {
		query[m.Meant] = values[:1]
	}
	return query
}

// create makes the command one that creates an assessment: what was good of the
// body stays, and the rest is of the institution.
func (who *party) create(b *breach, command *shell.Request) bool {
	entities, templates := who.institution.Entities.Values(), who.institution.Templates.Values()
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
