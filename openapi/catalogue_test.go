package openapi_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/openapi"
)

func loadCatalogue(t *testing.T) *openapi.Catalogue {
	t.Helper()
	catalogue, err := openapi.LoadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}

// An ID never changes its meaning, and what has been promised firmly does not
// become less firm by an unnoticed edit.
func TestRequirements(t *testing.T) {
	t.Parallel()
	want := map[openapi.Level]string{
		openapi.Core:       "CAN-01 CAN-02 CAN-03 CAN-04 CAN-05 CAN-06 CAN-07 CAN-08 GET-02 LST-01 AUT-01 AUT-02 AUT-03 AUT-04",
		openapi.Documented: "GET-01 GET-03 GET-04 CRT-01 CRT-02 CRT-03 TPL-01 ENT-01 OUT-01 TSK-01 TSK-03 TSK-04 TSK-05 TSK-06",
		openapi.Derived:    "CAN-09 CAN-10 CAN-11 CAN-12 LST-02 LST-03 AUT-05 AUT-06 NEG-01 TSK-02 TSK-07 TSK-08 AUD-01 AUD-02",
	}
	catalogue := loadCatalogue(t)
	got := map[openapi.Level]string{}
	for _, r := range catalogue.Requirements {
		got[r.Level] = strings.TrimSpace(got[r.Level] + " " + r.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requirements by level (-want +got):\n%s", diff)
	}
	if got := len(catalogue.Requirements); got != 42 {
		t.Errorf("requirements: got %d, want 42", got)
	}
	if diff := cmp.Diff([]openapi.Level{openapi.Core, openapi.Documented, openapi.Derived}, openapi.Levels()); diff != "" {
		t.Errorf("levels (-want +got):\n%s", diff)
	}
}

func TestSourcesArePagesOfTheGuides(t *testing.T) {
	t.Parallel()
	for _, r := range loadCatalogue(t).Requirements {
		for _, source := range r.Sources {
			if !guidePage.MatchString(source) {
				t.Errorf("%s: got the source %s, want a page below https://docs.maxsight.com/en/", r.ID, source)
			}
		}
	}
}

func TestFreedoms(t *testing.T) {
	t.Parallel()
	want := []string{
		"second-cancel: no-content, conflict, bad-request, unprocessable",
		"cancel-in-error: allowed, conflict",
		"cancel-after-completion: allowed, conflict",
		"cancel-visibility: immediate, a duration",
		"cancel-status: keep, terminal",
		"malformed-id: not-found, bad-request, unprocessable",
		"create-status: created, ok",
		"list-shape: token-page, offset-page, array",
		"list-order: newest-first, oldest-first, shuffled",
		"error-body: problem, errors, message, empty",
		"outcome-before-end: initial, null",
		"unknown-query: ignore, reject",
		"cancel-body: ignore, reject",
		"outcome-path: /assessments/outcomes/{outcome_id}, /outcomes/{outcome_id}",
		"last-page-token: null, absent",
		"cancelled-tasks: keep, CANCELLED, CLOSED, hide",
		"completed-task: COMPLETED, COMPLETE",
		"stale-task: precondition-failed, conflict",
		"assignment-answer: task, empty",
	}
	var got []string
	for _, f := range loadCatalogue(t).Freedoms {
		values := f.Values
		if f.Duration {
			values = append(values, "a duration")
		}
		got = append(got, f.Name+": "+strings.Join(values, ", "))
		if flag := "--set " + f.Name + "="; !strings.HasPrefix(f.Example, flag) {
			t.Errorf("%s: got the example %q, want one that begins with %q", f.Name, f.Example, flag)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("freedoms (-want +got):\n%s", diff)
	}
}

func TestLookUp(t *testing.T) {
	t.Parallel()
	catalogue := loadCatalogue(t)
	if r, ok := catalogue.Requirement("CAN-02"); !ok || r.ID != "CAN-02" {
		t.Errorf("CAN-02: got %+v, %t", r, ok)
	}
	if r, ok := catalogue.Requirement("CAN-99"); ok {
		t.Errorf("CAN-99: got %+v, want none", r)
	}
	if f, ok := catalogue.Freedom("list-shape"); !ok || f.Name != "list-shape" {
		t.Errorf("list-shape: got %+v, %t", f, ok)
	}
	if f, ok := catalogue.Freedom("list"); ok {
		t.Errorf("list: got %+v, want none", f)
	}
}

const (
	soundRequirement = "{id: CAN-01, level: core, text: a text, sources: [https://docs.maxsight.com/en/a.html]}"
	soundFreedom     = "{name: list-shape, what: a list, values: [page, array], reason: a reason, example: --set list-shape=array, scope: list}"
)

func TestParseCatalogue(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, requirement, freedom string
		want                       string // part of the error; empty: none
	}{
		{name: "sound", requirement: soundRequirement, freedom: soundFreedom},
		{name: "unknown key of a requirement", requirement: swap("text", "txt"), want: `unknown field "txt"`},
		{name: "unknown key of a freedom", freedom: swap("what", "wat"), want: `unknown field "wat"`},
		{name: "key twice", requirement: swap("{id", "{id: CAN-02, id"), want: "already defined"},
		{name: "no YAML", requirement: "{", want: "parse the catalogue"},
		{name: "bad ID", requirement: swap("CAN-01", "CAN-1"), want: `requirement "CAN-1": invalid ID; use one such as CAN-01`},
		{name: "no ID", requirement: swap("id: CAN-01, ", ""), want: "invalid ID"},
		{name: "ID twice", requirement: soundRequirement + ", " + soundRequirement, want: `requirement "CAN-01": duplicate ID`},
		{name: "unknown level", requirement: swap("core", "vital"), want: `unknown level "vital"; use one of [core documented derived]`},
		{name: "no text", requirement: swap("a text", `""`), want: "no text"},
		{name: "core without a source", requirement: swap("[https://docs.maxsight.com/en/a.html]", "[]"), want: `"CAN-01": no source for level core`},
		{name: "bad name", freedom: swap("name: list-shape", "name: List"), want: `freedom "List": invalid name`},
		{name: "name twice", freedom: soundFreedom + ", " + soundFreedom, want: `freedom "list-shape": duplicate name`},
		{name: "one value", freedom: swap("[page, array]", "[page]"), want: `too few values ["page"]`},
		{name: "one value or a duration", freedom: swap("[page, array]", "[page], duration: true")},
		{name: "unknown scope", freedom: swap("scope: list", "scope: world"), want: `unknown scope "world"`},
		{name: "interaction", freedom: soundFreedom + ", " + another("list-shape")},
		{name: "interaction with an unknown freedom", freedom: soundFreedom + ", " + another("list"), want: `invalid interaction with "list"`},
		{name: "interaction with itself", freedom: soundFreedom + ", " + another("list-order"), want: `invalid interaction with "list-order"`},
		{name: "no reason", freedom: swap("a reason", `""`), want: "what, reason or example is missing"},
		{name: "no example", freedom: swap(", example: --set list-shape=array", ""), want: "what, reason or example is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := openapi.ParseCatalogue(catalogueOf(tt.requirement, tt.freedom))
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("error: got %v, want %q", err, tt.want)
			}
		})
	}
}

// another returns a sound freedom that interacts with another one.
func another(with string) string {
	return strings.NewReplacer("list-shape", "list-order", "scope: list", "scope: list, interacts: [{with: "+with+", why: a reason}]").Replace(soundFreedom)
}

func TestParseCatalogueRequiresBothLists(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		"",
		"requirements: []\nfreedoms: []",
		"requirements: [" + soundRequirement + "]\n",
		"freedoms: [" + soundFreedom + "]\n",
	} {
		if _, err := openapi.ParseCatalogue([]byte(data)); err == nil {
			t.Errorf("%q: got no error", data)
		}
	}
}

// swap changes whichever of the two sound entries has the old text.
func swap(old, replacement string) string {
	for _, entry := range []string{soundRequirement, soundFreedom} {
		if strings.Contains(entry, old) {
			return strings.Replace(entry, old, replacement, 1)
		}
	}
	panic("neither entry has " + old)
}

func catalogueOf(requirement, freedom string) []byte {
	if requirement == "" {
		requirement = soundRequirement
	}
	if freedom == "" {
		freedom = soundFreedom
	}
	return []byte("requirements: [" + requirement + "]\nfreedoms: [" + freedom + "]\n")
}
