package main

import (
	"fmt"
	"net/http"

	"example.com/assay/cmd/assay/internal/config"
)

func journalVerbs() []verb {
	const journal = inInstitution + "/journal"
	show := []string{"number", "time", "method=request.method|operation", "url=request.url|control.words", "status=response.status", "before=state.before.workflow_state", "after=state.after.workflow_state", "fault=fault.name", "id", "problem"}
	return []verb{
		{group: "journal", name: "list", summary: "list exchanges, newest first", method: http.MethodGet, path: journal, flags: withLimit(filterFlags), asQuery: true, show: show},
		{group: "journal", name: "wait", summary: "wait for an exchange; 1 if it does not come", method: http.MethodGet, path: journal + "/wait", asQuery: true,
			flags: func(f *config.Flags, o *ctlOptions) {
				filterFlags(f, o)
				o.field(f, "count", "wait for this `NUMBER` of them")
				o.field(f, "timeout", "wait no longer than this `DURATION`")
			}, show: show, failed: func(a map[string]any) bool { return a["timed_out"] == true }},
		{group: "journal", name: "verify", summary: "verify what was asked; 1 if it was not so", method: http.MethodPost, path: journal + "/verify", flags: expectFlags, body: expectation,
			show: []string{"ok", "results(ok,expected,got,reason)"}, lines: nearMisses, failed: func(a map[string]any) bool { return a["ok"] != true }},
		{group: "journal", name: "follow", summary: "print exchanges as they come", method: http.MethodGet, path: journal + "/events", flags: filterFlags, asQuery: true, show: show, follow: true},
		{group: "journal", name: "explain", args: "ID|NUMBER", min: 1, max: 1, summary: "tell why an answer was what it was, or what was changed", method: http.MethodGet,
			path: "/explain/{1}", byNumber: journal + "/explain/{1}", show: []string{"words"}},
		{group: "journal", name: "curl", args: "ID|NUMBER", min: 1, max: 1, summary: "print a request as a command", method: http.MethodGet,
			path: "/explain/{1}", byNumber: journal + "/explain/{1}", check: isRequest, show: []string{"curl"}},
		{group: "journal", name: "har", summary: "print exchanges as an HTTP archive", method: http.MethodGet, path: journal + "/har", flags: filterFlags, asQuery: true},
		{group: "journal", name: "clear", summary: "empty the journal", method: http.MethodDelete, path: journal},
	}
}

// isRequest reports whether an explanation is of a request, which has a command.
func isRequest(explanation map[string]any) error {
	if explanation["curl"] == "" {
		return fmt.Errorf("journal curl: expected an exchange, got entry %v, which is a change that was made beside the API: it had no request", at(explanation, "entry.number"))
	}
	return nil
}

// nearMisses takes from a verdict what nearly was as expected, a line for each
// entry.
func nearMisses(verdict map[string]any) []string {
	var lines []string
	results, _ := verdict["results"].([]any)
	for _, result := range results {
		nearest, _ := at(result, "nearest").([]any)
		for _, near := range nearest {
			lines = append(lines, fmt.Sprintf("Near is entry %v, %s; %s.", at(near, "number"), textOf(at(near, "what")), textOf(at(near, "differs"))))
		}
	}
	return lines
}

// filterNames has the flags that say which exchanges are meant.
func filterNames() map[string]string {
	return map[string]string{
		"kind":          "exchanges, changes that were made beside the API, or both: `exchange|control|any`",
		"operation":     "only those for this `OPERATION`, such as cancelWorkflow",
		"assessment-id": "only those about the assessment of this `ID`",
		"method":        "only those of this `METHOD`",
		"status":        "only those that were answered with this `STATUS`",
		"state":         "only those that showed, or left, this `STATE`",
		"effective":     "only those that changed something, or not: `true|false`",
		"fault":         "only those that this `FAULT` struck; any, or none",
		"refused":       "only those that were refused, or not: `true|false`",
		"q":             "only those with this `TEXT` in the URL or in a body",
		"after":         "only those with a higher `NUMBER`",
	}
}

func filterFlags(f *config.Flags, o *ctlOptions) {
	for name, usage := range filterNames() {
		o.field(f, name, usage)
	}
}

func withLimit(flags func(*config.Flags, *ctlOptions)) func(*config.Flags, *ctlOptions) {
	return func(f *config.Flags, o *ctlOptions) {
		flags(f, o)
		o.field(f, "limit", "this `NUMBER` at most")
	}
}

func expectFlags(f *config.Flags, o *ctlOptions) {
	filterFlags(f, o)
	o.field(f, "exactly", "expect exactly this `NUMBER` of them")
	o.field(f, "at-least", "expect this `NUMBER` or more")
	o.field(f, "at-most", "expect this `NUMBER` or fewer")
	dataFlag(f, o)
}

// expectation makes one expectation of the flags; --data takes several.
func expectation(o *ctlOptions, _ []string) (any, error) {
	one := o.object(map[string]string{"kind": "kind", "operation": "operation", "assessment-id": "assessment_id", "method": "method", "state": "state", "fault": "fault", "q": "text"})
	for _, name := range []string{"effective", "refused"} {
		if text := *o.fields[name]; text != "" {
			one[name] = text == "true"
		}
	}
	err := numbers(o, one, map[string]string{"status": "status", "after": "after", "exactly": "exactly", "at-least": "at_least", "at-most": "at_most"})
	return map[string]any{"expect": []any{one}}, err
}

func faultVerbs() []verb {
	const faults = inInstitution + "/faults"
	show := []string{"id", "fault", "operation", "assessment_id", "nth", "first", "every", "chance", "status", "matched", "triggered"}
	return []verb{
		{group: "faults", name: "kinds", summary: "list what can go wrong", method: http.MethodGet, path: "/faults", show: []string{"name", "what"}},
		{group: "faults", name: "list", summary: "list the armed faults", method: http.MethodGet, path: faults, show: show},
		{group: "faults", name: "arm", args: "[KIND]", max: 1, summary: "arm a fault", method: http.MethodPost, path: faults, flags: faultFlags, body: newFault, show: show},
		{group: "faults", name: "disarm", args: "ID", min: 1, max: 1, summary: "disarm a fault", method: http.MethodDelete, path: faults + "/{1}"},
		{group: "faults", name: "clear", summary: "disarm all faults", method: http.MethodDelete, path: faults},
	}
}

func faultFlags(f *config.Flags, o *ctlOptions) {
	o.field(f, "operation", "strike requests for this `OPERATION`, such as cancelWorkflow")
	o.field(f, "assessment-id", "strike requests about the assessment of this `ID`")
	o.field(f, "nth", "strike the request of this `NUMBER` alone")
	o.field(f, "first", "strike the first `NUMBER` of them")
	o.field(f, "every", "strike one in every `NUMBER`")
	o.field(f, "chance", "strike each with this `PROBABILITY`")
	o.field(f, "delay", "delay by this `DURATION`; --data takes random ones")
	o.field(f, "status", "answer with this `STATUS`")
	o.field(f, "body", "answer with this `TEXT`")
	o.field(f, "retry-after", "answer with the header Retry-After, in `SECONDS`")
	dataFlag(f, o)
}

func newFault(o *ctlOptions, words []string) (any, error) {
	body := o.object(map[string]string{"operation": "operation", "assessment-id": "assessment_id", "body": "body"})
	if len(words) > 0 {
		body["fault"] = words[0]
	}
	if delay := *o.fields["delay"]; delay != "" {
		body["delay"] = map[string]string{"fixed": delay}
	}
	return body, numbers(o, body, map[string]string{"nth": "nth", "first": "first", "every": "every", "chance": "chance", "status": "status", "retry-after": "retry_after"})
}
