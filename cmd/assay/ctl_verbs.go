package main

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/assay/cmd/assay/internal/config"
)

// verb is one thing that assay ctl does: one call of the control plane.
type verb struct {
	group, name string
	args        string // how its arguments are shown
	min, max    int    // how many there are
	summary     string
	method      string
	path        string                                           // below the base path; {institution}, {1} for an argument, {q1} for one in a query
	byNumber    string                                           // path if the first argument is a number; empty: path
	flags       func(*config.Flags, *ctlOptions)                 // its own
	asQuery     bool                                             // whether those are the query
	body        func(o *ctlOptions, words []string) (any, error) // nil: none
	show        []string                                         // what is printed of an answer, in its order
	check       func(answer map[string]any) error                // whether there is what was asked for; nil: always
	lines       func(answer map[string]any) []string             // what is printed after that; nil: nothing
	failed      func(answer map[string]any) bool                 // whether the answer is a no
	follow      bool                                             // whether the answer is a stream of events
}

const inInstitution = "/institutions/{institution}"

// verbs is the one table of what assay ctl does.
func verbs() []verb {
	var all []verb
	for _, part := range [][]verb{institutionVerbs(), assessmentVerbs(), clockVerbs(), settingsVerbs(), snapshotVerbs(), journalVerbs(), faultVerbs(), serverVerbs()} {
		all = append(all, part...)
	}
	return all
}

func serverVerbs() []verb {
	return []verb{
		{group: "server", name: "show", summary: "show what the mock is, and how full", method: http.MethodGet, path: "/server",
			show: []string{"version", "seed", "contract", "api_url", "fixtures", "quotas"}},
	}
}

func institutionVerbs() []verb {
	show := []string{"id", "name", "keys", "assessments", "clock=clock.mode", "now=clock.now", "awkward", "from"}
	const one = "/institutions/{1}"
	return []verb{
		{group: "institutions", name: "list", summary: "list the institutions and their keys", method: http.MethodGet, path: "/institutions", show: show},
		{group: "institutions", name: "create", args: "[NAME]", max: 1, summary: "create one with a key of its own", method: http.MethodPost, path: "/institutions", flags: newInstitutionFlags, body: newInstitution, show: show},
		{group: "institutions", name: "show", args: "NAME", min: 1, max: 1, summary: "show one, by its ID or its name", method: http.MethodGet, path: one, show: show},
		{group: "institutions", name: "reset", args: "NAME", min: 1, max: 1, summary: "make it what it was when it was created", method: http.MethodPost, path: one + "/reset", show: show},
		{group: "institutions", name: "delete", args: "NAME", min: 1, max: 1, summary: "delete it, and its keys", method: http.MethodDelete, path: one},
		{group: "institutions", name: "export", args: "NAME", min: 1, max: 1, summary: "print it as a fixture file", method: http.MethodGet, path: one + "/fixtures"},
	}
}

func newInstitutionFlags(f *config.Flags, o *ctlOptions) {
	o.field(f, "fixture", "copy this institution of the fixtures, by its `NAME`; if not given, the first")
	f.StringVar(&o.fixtures, "fixtures", "", "make it from this YAML or JSON `FILE`; if that has several, --fixture says which one;\nASSAY_FIXTURES is the mock's, and says nothing here")
	f.NotByEnvironment("fixtures")
	f.BoolVar(&o.keep, "keep", false, "take the ID, the name and the keys, too, as --fixtures has them")
	o.field(f, "snapshot", "copy this snapshot, by its `NAME`")
	f.BoolVar(&o.empty, "empty", false, "leave the assessments out")
	f.BoolVar(&o.frozen, "frozen", false, "let its time stand still")
	f.StringVar(&o.at, "at", "", "let its time begin at this `TIME`, such as 2030-01-01T00:00:00Z")
	f.Var(&o.set, "set", "choose what the documentation leaves open, as `FREEDOM=VALUE`")
	f.BoolVar(&o.awkward, "awkward", false, "vary every freedom that --set does not name")
}

func newInstitution(o *ctlOptions, words []string) (any, error) {
	body := o.object(map[string]string{"fixture": "fixture", "snapshot": "snapshot"})
	if len(words) > 0 {
		body["name"] = words[0]
	}
	if err := o.readFixtures(body); err != nil {
		return nil, err
	}
	clock := map[string]any{}
	if o.frozen {
		clock["mode"] = "frozen"
	}
	if o.at != "" {
		clock["at"] = o.at
	}
	if len(clock) > 0 {
		body["clock"] = clock
	}
	for name, on := range map[string]bool{"empty": o.empty, "awkward": o.awkward, "keep": o.keep} {
		if on {
			body[name] = true
		}
	}
	settings, err := settingsOf(o.set)
	if len(settings) > 0 {
		body["settings"] = settings
	}
	return body, err
}

// readFixtures puts the content of the file into the body: a control plane opens
// none.
func (o *ctlOptions) readFixtures(body map[string]any) error {
	if o.fixtures == "" {
		return nil
	}
	content, err := os.ReadFile(o.fixtures)
	if err != nil {
		return fmt.Errorf("--fixtures: %w", err)
	}
	if len(content) == 0 || !utf8.Valid(content) {
		return fmt.Errorf("--fixtures: expected fixtures in UTF-8, got a file that is empty or in another encoding: %s", o.fixtures)
	}
	body["fixtures"], body["fixtures_name"] = string(content), o.fixtures
	return nil
}

func assessmentVerbs() []verb {
	const all, one = inInstitution + "/assessments", inInstitution + "/assessments/{1}"
	show := []string{"id", "workflow_state", "completed", "outcome.name", "template.name", "entity.name", "created_at", "reason", "error.message", "next.at", "next.kind", "next.step", "steps(name,progress,manual,takes,started_at,ended_at)"}
	return []verb{
		{group: "assessments", name: "list", summary: "list or search assessments", method: http.MethodGet, path: all, asQuery: true,
			flags: func(f *config.Flags, o *ctlOptions) {
				o.field(f, "state", "only those in this `STATE`: Active, Cancelled or Error")
				o.field(f, "q", "only those with this `TEXT` in their ID, entity, template or outcome")
				o.field(f, "limit", "this `NUMBER` at most")
				o.field(f, "offset", "pass over this `NUMBER`")
			}, show: show[:7]},
		{group: "assessments", name: "create", summary: "create one in any state", method: http.MethodPost, path: all, flags: draftFlags, body: draft, show: show},
		{group: "assessments", name: "show", args: "ID", min: 1, max: 1, summary: "show one with the course of its workflow", method: http.MethodGet, path: one, show: show},
		{group: "assessments", name: "force-error", args: "ID", min: 1, max: 1, summary: "put one in error", method: http.MethodPost, path: one + "/force-error", flags: failureFlags, body: failure, show: show},
		{group: "assessments", name: "finish", args: "ID", min: 1, max: 1, summary: "put one at the end of its workflow", method: http.MethodPost, path: one + "/finish", show: show},
		{group: "assessments", name: "cancel", args: "ID", min: 1, max: 1, summary: "cancel one as a client would", method: http.MethodPost, path: one + "/cancel", show: show},
	}
}

func draftFlags(f *config.Flags, o *ctlOptions) {
	o.field(f, "entity-id", "of this entity, by its `ID`; if not given, the first")
	o.field(f, "template-id", "from this template, by its `ID`; if not given, the first")
	o.field(f, "state", "in this `STATE`: active, completed, cancelled or error")
	o.field(f, "step", "at the step of this `NUMBER`, from 0, of an active one")
	dataFlag(f, o)
}

func draft(o *ctlOptions, _ []string) (any, error) {
	body := o.object(map[string]string{"entity-id": "entity_id", "template-id": "template_id", "state": "state"})
	return body, numbers(o, body, map[string]string{"step": "step"})
}

// numbers adds the fields that are numbers in JSON.
func numbers(o *ctlOptions, body map[string]any, names map[string]string) error {
	for flagName, name := range names {
		text := *o.fields[flagName]
		if text == "" {
			continue
		}
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("--%s: expected a number, got %q", flagName, text)
		}
		body[name] = n
	}
	return nil
}

func failureFlags(f *config.Flags, o *ctlOptions) {
	o.field(f, "step", "the `NAME` of the step that failed; if not given, the one it is at")
	o.field(f, "type", "the `KIND` of the error")
	o.field(f, "message", "why, as a `TEXT`")
	dataFlag(f, o)
}

func failure(o *ctlOptions, _ []string) (any, error) {
	return o.object(map[string]string{"step": "step", "type": "type", "message": "message"}), nil
}

func dataFlag(f *config.Flags, o *ctlOptions) {
	f.StringVar(&o.data, "data", "", "send this `JSON` instead of what the other flags say")
}

func clockVerbs() []verb {
	const clock = inInstitution + "/clock"
	show := []string{"mode", "now"}
	return []verb{
		{group: "clock", name: "show", summary: "show the time", method: http.MethodGet, path: clock, show: show},
		{group: "clock", name: "freeze", summary: "make the time stand still", method: http.MethodPost, path: clock + "/freeze", show: show},
		{group: "clock", name: "run", summary: "make the time pass again", method: http.MethodPost, path: clock + "/run", show: show},
		{group: "clock", name: "advance", args: "[DURATION]", max: 1, summary: "move it ahead, or else to the next event", method: http.MethodPost, path: clock + "/advance",
			body: func(_ *ctlOptions, words []string) (any, error) {
				return map[string]string{"by": strings.Join(words, "")}, nil
			}, show: []string{"from", "to", "omitted", "events(at,kind,step,assessment_id)"}},
	}
}

func settingsVerbs() []verb {
	const settings = inInstitution + "/settings"
	show := []string{"awkward", "fixed", "values"}
	return []verb{
		{group: "settings", name: "show", summary: "show the choices", method: http.MethodGet, path: settings, show: show},
		{group: "settings", name: "set", args: "FREEDOM=VALUE...", min: 1, max: 50, summary: "choose values", method: http.MethodPatch, path: settings,
			body: func(_ *ctlOptions, words []string) (any, error) {
				values, err := settingsOf(words)
				return map[string]any{"values": values}, err
			}, show: show},
		{group: "settings", name: "awkward", args: "on|off", min: 1, max: 1, summary: "vary them all by the request, or not", method: http.MethodPatch, path: settings,
			body: func(_ *ctlOptions, words []string) (any, error) {
				if words[0] != "on" && words[0] != "off" {
					return nil, fmt.Errorf("settings awkward: expected on or off, got %q", words[0])
				}
				return map[string]any{"awkward": words[0] == "on"}, nil
			}, show: show},
		{group: "settings", name: "reset", summary: "return to those of the start", method: http.MethodDelete, path: settings, show: show},
		{group: "settings", name: "list", summary: "list the freedoms and their values", method: http.MethodGet, path: "/freedoms", show: []string{"name", "values", "what"}},
	}
}

func snapshotVerbs() []verb {
	show := []string{"name", "institution_id", "at", "clock", "assessments"}
	name := func(_ *ctlOptions, words []string) (any, error) {
		body := map[string]any{}
		if len(words) > 0 {
			body["name"] = words[0]
		}
		return body, nil
	}
	return []verb{
		{group: "snapshots", name: "list", summary: "list the snapshots", method: http.MethodGet, path: "/snapshots", show: show},
		{group: "snapshots", name: "save", args: "[NAME]", max: 1, summary: "save the state of an institution", method: http.MethodPost, path: inInstitution + "/snapshots", body: name, show: show},
		{group: "snapshots", name: "show", args: "NAME", min: 1, max: 1, summary: "show one", method: http.MethodGet, path: "/snapshots/{1}", show: show},
		{group: "snapshots", name: "restore", args: "NAME", min: 1, max: 1, summary: "bring an institution to that state", method: http.MethodPost, path: inInstitution + "/restore",
			body: func(_ *ctlOptions, words []string) (any, error) {
				return map[string]any{"snapshot": words[0]}, nil
			}, show: []string{"id", "name", "assessments", "clock=clock.mode", "now=clock.now"}},
		{group: "snapshots", name: "fork", args: "NAME [INSTITUTION]", min: 1, max: 2, summary: "make a new institution of that state", method: http.MethodPost, path: "/institutions",
			body: func(_ *ctlOptions, words []string) (any, error) {
				body := map[string]any{"snapshot": words[0]}
				if len(words) > 1 {
					body["name"] = words[1]
				}
				return body, nil
			}, show: []string{"id", "name", "keys", "assessments", "from"}},
		{group: "snapshots", name: "diff", args: "A B", min: 2, max: 2, summary: "tell in what snapshots or institutions differ", method: http.MethodGet, path: "/diff?a={q1}&b={q2}",
			show: []string{"only_in_a", "only_in_b", "changed", "settings", "clock"}},
		{group: "snapshots", name: "export", args: "NAME", min: 1, max: 1, summary: "print one as a fixture file", method: http.MethodGet, path: "/snapshots/{1}/fixtures"},
		{group: "snapshots", name: "delete", args: "NAME", min: 1, max: 1, summary: "delete one", method: http.MethodDelete, path: "/snapshots/{1}"},
	}
}
