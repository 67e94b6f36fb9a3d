package conformance_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// runBehind runs requirements against a mock behind a gateway.
func runBehind(t *testing.T, gateway broken, settings map[string]string, only ...string) *report.Report {
	t.Helper()
	mock, err := mockserver.New(mockserver.Config{Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gateway.wrap(mock))
	t.Cleanup(server.Close)
	o := quick()
	o.VisibilityTimeout = 300 * time.Millisecond
	o.Selection.Only = only
	return run(t, conformance.Target{BaseURL: server.URL + "/v5", APIKey: "API_KEY", OtherAPIKey: "OTHER_API_KEY", DeniedAPIKey: "DENIED_API_KEY"}, o)
}

// blamed lists the requirements whose assertions failed.
func blamed(r *report.Report) []string {
	var ids []string
	for _, sc := range r.Scenarios {
		for _, f := range sc.Failures {
			ids = append(ids, f.Requirement)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// editItems changes the items of every page of the list.
func editItems(change func([]any) []any) broken {
	return broken{after: func(r *http.Request, a *mockAnswer) {
		if isList(r) {
			a.edit(func(list map[string]any) {
				items, _ := list["items"].([]any)
				list["items"] = change(items)
			})
		}
	}}
}

// TestListThatAlwaysLacksAnItem: an item that every list leaves out is noticed,
// whichever it is.
func TestListThatAlwaysLacksAnItem(t *testing.T) {
	t.Parallel()
	var newest atomic.Value
	created := broken{after: func(r *http.Request, a *mockAnswer) {
		switch {
		case r.Method == http.MethodPost && r.URL.Path == "/v5/assessments" && a.Code == http.StatusCreated:
			a.edit201(func(o map[string]any) { newest.Store(idIn(o)) })
		case isList(r):
			a.edit(func(list map[string]any) {
				items, _ := list["items"].([]any)
				list["items"] = slices.DeleteFunc(items, func(v any) bool { return idIn(v) == newest.Load() })
			})
		}
	}}
	tests := []struct {
		name    string
		gateway broken
		order   string
	}{
		{"the newest", created, "newest-first"},
		{"the first of each page", editItems(func(items []any) []any { return items[min(1, len(items)):] }), "newest-first"},
		{"the last of each page", editItems(func(items []any) []any { return items[:max(0, len(items)-1)] }), "newest-first"},
		{"the last of each page, oldest first", editItems(func(items []any) []any { return items[:max(0, len(items)-1)] }), "oldest-first"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := runBehind(t, tt.gateway, map[string]string{"list-order": tt.order}, "LST-01", "CAN-01", "CRT-02")
			if got := blamed(r); !slices.Equal(got, []string{"LST-01"}) {
				logReasons(t, r)
				t.Errorf("got failures of %q, want of LST-01", got)
			}
		})
	}
}

func idIn(v any) string {
	object, _ := v.(map[string]any)
	id, _ := object["id"].(string)
	return id
}

// edit201 shows the JSON object of a 201.
func (a *mockAnswer) edit201(see func(map[string]any)) {
	var object map[string]any
	if json.Unmarshal(a.Body.Bytes(), &object) == nil {
		see(object)
	}
}

// TestMalformedBodies: a body that is not one JSON value is a finding, of the
// requirement of its operation.
func TestMalformedBodies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		where   func(*http.Request) bool
		change  func(body string) string
		want    string // requirement
		message string
	}{
		{"a brace too many, on reads", isGet, func(b string) string { return b + "}" }, "GET-01", "more after the JSON value"},
		{"a name twice, on reads", isGet, func(b string) string { return strings.Replace(b, "{", `{"id":"x",`, 1) }, "GET-01", `the name "id" twice`},
		{"a bracket too many, on lists", isList, func(b string) string { return b + "]" }, "LST-01", "more after the JSON value"},
		{"a name twice in an item", isList, func(b string) string { return strings.Replace(b, `"id":`, `"id":"x","id":`, 1) }, "LST-01", `the name "id" twice`},
		{"NaN, on lists", isList, func(b string) string { return strings.Replace(b, `"items":`, `"x":NaN,"items":`, 1) }, "LST-01", "not JSON"},
		{"NaN, on reads", isGet, func(b string) string { return strings.Replace(b, "{", `{"score":NaN,`, 1) }, "GET-01", "not JSON"},
		{"a brace too many, on templates", func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/templates") }, func(b string) string { return b + "}" }, "TPL-01", "more after the JSON value"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			gateway := broken{after: func(r *http.Request, a *mockAnswer) {
				if tt.where(r) && a.Code == http.StatusOK {
					body := tt.change(strings.TrimSpace(a.Body.String()))
					a.Body.Reset()
					a.Body.WriteString(body)
				}
			}}
			r := runBehind(t, gateway, nil, "GET-01", "LST-01", "TPL-01", "CAN-04")
			found := false
			for _, sc := range r.Scenarios {
				for _, f := range sc.Failures {
					found = found || f.Requirement == tt.want && strings.Contains(f.Got, tt.message)
				}
			}
			if !found {
				logReasons(t, r)
				t.Errorf("got failures of %q, want one of %s with %q", blamed(r), tt.want, tt.message)
			}
		})
	}
}

// TestValuesOfOtherForms: values that mean the same are no change.
func TestValuesOfOtherForms(t *testing.T) {
	t.Parallel()
	for name, gateway := range map[string]broken{
		"a fraction that only the create has": {after: func(r *http.Request, a *mockAnswer) {
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/assessments") {
				a.edit(func(o map[string]any) {
					o["created_at"] = timeIn(o["created_at"]).Add(123 * time.Millisecond).Format("2006-01-02T15:04:05.000Z")
				})
			}
		}},
		"UUIDs in capitals after a cancel": ifCancelled(func(o map[string]any) { o["entity_id"] = strings.ToUpper(o["entity_id"].(string)) }),
		"another zone after a cancel": ifCancelled(func(o map[string]any) {
			o["created_at"] = timeIn(o["created_at"]).In(time.FixedZone("", 5400)).Format("2006-01-02T15:04:05.000000Z07:00")
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := runBehind(t, gateway, nil, "CAN-04", "CAN-05", "CAN-07", "CRT-01", "GET-01")
			if r.Verdict != report.Conformant {
				logReasons(t, r)
				t.Errorf("got verdict %s, want conformant", r.Verdict)
			}
			if noted := strings.Contains(strings.Join(r.Notes, "; "), "created_at"); noted != strings.HasPrefix(name, "a fraction") {
				t.Errorf("got notes %q, want one about created_at only where the create differs", r.Notes)
			}
		})
	}
}

func timeIn(v any) time.Time {
	text, _ := v.(string)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return at.UTC()
}

// TestOperationsThatAreNotOffered: what answers alike whatever the key does not
// exist. A documented operation that is missing fails its own requirement, and
// none of AUT-01 to AUT-04.
func TestOperationsThatAreNotOffered(t *testing.T) {
	t.Parallel()
	absent := func(status int, paths ...string) broken {
		return broken{after: func(r *http.Request, a *mockAnswer) {
			for _, path := range paths {
				method, suffix, _ := strings.Cut(path, " ")
				if r.Method == method && strings.HasPrefix(r.URL.Path, "/v5/"+suffix) && (method == http.MethodGet || r.URL.Path == "/v5/"+suffix) {
					a.replace(status, map[string]any{"message": "no"})
				}
			}
		}}
	}
	tests := []struct {
		name    string
		gateway broken
		want    []string // requirements that fail
	}{
		{"outcomes at neither path, 404", absent(404, "GET assessments/outcomes", "GET outcomes"), nil},
		{"outcomes at neither path, 403", absent(403, "GET assessments/outcomes", "GET outcomes"), nil},
		{"no entities, 501", absent(501, "GET entities"), []string{"ENT-01"}},
		{"no templates, 405", absent(405, "GET assessments/templates"), []string{"TPL-01"}},
		{"no create, 405", absent(405, "POST assessments"), []string{"CRT-01"}},
		{"no create and nothing to create from, 404", absent(404, "POST assessments", "GET entities", "GET assessments/templates"), []string{"CRT-01", "ENT-01", "TPL-01"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := runBehind(t, tt.gateway, nil, "AUT-01", "AUT-02", "AUT-04", "CRT-01", "ENT-01", "TPL-01", "OUT-01")
			if got := blamed(r); !slices.Equal(got, tt.want) {
				logReasons(t, r)
				t.Errorf("got failures of %q, want of %q", got, tt.want)
			}
			for _, sc := range r.Scenarios {
				if strings.Contains(sc.Reason, "panic") || strings.Contains(sc.Reason, "defect") {
					t.Errorf("%s: %s", sc.Name, sc.Reason)
				}
			}
		})
	}
}

// TestListThatIsNotOffered: a list that answers 403 whatever the key is not there.
func TestListThatIsNotOffered(t *testing.T) {
	t.Parallel()
	r := runBehind(t, broken{after: func(r *http.Request, a *mockAnswer) {
		if isList(r) {
			a.replace(http.StatusForbidden, nil)
		}
	}}, nil, "AUT-01", "LST-01", "LST-03", "CRT-03")
	for _, sc := range r.Scenarios {
		if onList := !strings.Contains(sc.Name, "Without a key") || strings.Contains(sc.Name, "listAssessments"); onList && sc.Outcome != report.NotSupported {
			t.Errorf("%s: got %s (%s) %v, want not-supported", sc.Name, sc.Outcome, sc.Reason, sc.Failures)
		}
	}
}

// threeOperations is a mock that offers cancel, get and list alone, with assessments of
// two templates to cancel.
func threeOperations(t *testing.T) (conformance.Target, []map[string]any) {
	t.Helper()
	server := startMock(t, nil)
	target := targetOf(server)
	templates, entity := itemsOf(t, target, "/assessments/templates")[:2], itemsOf(t, target, "/entities")[0]
	for i := range 40 {
		created := ask(t, target, http.MethodPost, "/assessments", fmt.Sprintf(`{"entity_id":%q,"template_id":%q}`, entity["id"], templates[i%2]["id"]))
		target.AssessmentIDs = append(target.AssessmentIDs, idIn(created))
	}
	gateway := httptest.NewServer(broken{after: func(r *http.Request, a *mockAnswer) {
		if r.Method == http.MethodPost && !isCancel(r) || strings.Contains(r.URL.Path, "templates") || strings.Contains(r.URL.Path, "outcomes") || strings.Contains(r.URL.Path, "entities") {
			a.replace(http.StatusNotFound, nil)
		}
	}}.wrap(server))
	t.Cleanup(gateway.Close)
	target.BaseURL = gateway.URL + "/v5"
	return target, templates
}

// TestCoreNeedsThreeOperations: a target with cancel, get and list alone can
// conform to the core requirements.
func TestCoreNeedsThreeOperations(t *testing.T) {
	t.Parallel()
	target, templates := threeOperations(t)
	for _, template := range templates {
		target.CanceledOutcomeIDs = append(target.CanceledOutcomeIDs, fmt.Sprintf("%s=%s", template["id"], template["canceled_outcome_id"]))
	}
	o := quick()
	o.Selection.Levels = []string{"core"}
	if r := run(t, target, o); r.Verdict != report.Conformant {
		logReasons(t, r)
		t.Errorf("got verdict %s, want conformant", r.Verdict)
	}
}

// TestCanceledOutcomeByTemplate: the value for the template decides, and that for
// all others only without one.
func TestCanceledOutcomeByTemplate(t *testing.T) {
	t.Parallel()
	target, templates := threeOperations(t)
	right, other := idOf(templates[0], "canceled_outcome_id"), idOf(templates[1], "canceled_outcome_id")
	template := strings.ToUpper(idOf(templates[0], "id"))
	tests := []struct {
		name     string
		outcomes []string
		want     report.Outcome
	}{
		{"for all", []string{right}, report.Passed},
		{"another for all", []string{other}, report.Failed},
		{"of the template", []string{other, template + "=" + right}, report.Passed},
		{"another of the template", []string{right, template + "=" + other}, report.Failed},
		{"of another template", []string{idOf(templates[1], "id") + "=" + other}, report.Skipped},
		{"none", nil, report.Skipped},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			target := target
			target.AssessmentIDs, target.CanceledOutcomeIDs = target.AssessmentIDs[2*i:2*i+1], tt.outcomes
			o := quick()
			o.Selection.Only, o.VisibilityTimeout = []string{"CAN-06"}, o.Settle
			if r := run(t, target, o); r.Scenarios[0].Outcome != tt.want {
				t.Errorf("got %s (%s), want %s", r.Scenarios[0].Outcome, r.Scenarios[0].Reason, tt.want)
			}
		})
	}
}

// ask makes a call, and returns the object of its response.
func ask(t *testing.T, target conformance.Target, method, path, body string) map[string]any {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, target.BaseURL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("apikey", target.APIKey)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var object map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&object); err != nil {
		t.Fatal(err)
	}
	return object
}

func itemsOf(t *testing.T, target conformance.Target, path string) []map[string]any {
	t.Helper()
	results, _ := ask(t, target, http.MethodGet, path, "")["items"].([]any)
	var items []map[string]any
	for _, item := range results {
		items = append(items, item.(map[string]any))
	}
	return items
}

func idOf(item map[string]any, field string) string {
	id, _ := item[field].(string)
	return id
}

// TestDefectOfTheSuiteLeavesNoVerdict: a panic of a step says nothing of the target.
func TestDefectOfTheSuiteLeavesNoVerdict(t *testing.T) {
	t.Parallel()
	r := &report.Report{Scenarios: []report.Scenario{
		{Name: "one", Outcome: report.Failed, Failures: []report.Failure{{Requirement: "CAN-01", Level: "core"}}},
		{Name: "two", Outcome: report.CouldNotRun, Reason: "a step panicked", Defect: "goroutine 1"},
	}}
	conformance.Judge(r)
	if r.Verdict != report.NotRun || len(r.Reasons) != 1 || !strings.Contains(r.Reasons[0].Text, "a step panicked") {
		t.Errorf("got verdict %s because of %+v, want could-not-run because of the panic", r.Verdict, r.Reasons)
	}
}

// TestExportOfOneLine has all events on one line, as an export in JSON would.
func TestExportOfOneLine(t *testing.T) {
	t.Parallel()
	oneLine := broken{after: func(r *http.Request, a *mockAnswer) {
		if strings.HasSuffix(r.URL.Path, "/events/export") {
			body := strings.ReplaceAll(a.Body.String(), "\n", " ")
			a.Body.Reset()
			a.Body.WriteString(body)
		}
	}}
	r := runBehind(t, oneLine, nil, "AUD-01", "AUD-02")
	for _, sc := range r.Scenarios {
		if sc.Outcome != report.Passed {
			t.Errorf("%s: got %s (%s) %v, want passed", sc.Name, sc.Outcome, sc.Reason, sc.Failures)
		}
	}
}
