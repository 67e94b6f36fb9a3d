package mockserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.com/assay/mockserver"
)

// task is a task as a client reads it.
type task struct {
	ID         string `json:"id"`
	Assessment string `json:"assessment_id"`
	Template   string `json:"assessment_template_id"`
	Status     string `json:"status"`
	Step       string `json:"step_name"`
	Version    int    `json:"data_version"`
	Updated    string `json:"updated_at"`
	Assignment struct {
		To   *string `json:"assigned_to_id"`
		Type *string `json:"assigned_to_type"`
	} `json:"assignment"`
}

type taskPage struct {
	Items []task          `json:"items"`
	Next  json.RawMessage `json:"next_page_token"`
}

// searchAll follows the pages of a search.
func searchAll(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, h http.Handler, search map[string]any,
) []task {
	t.Helper()
	var all []task
	for {
		body, err := json.Marshal(search)
		if err != nil {
			t.Fatalf("%v", err)
		}
		w := serve(h, request(http.MethodPost, "/v5/tasks/search", "API_KEY", string(body)))
		var p taskPage
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != http.StatusOK {
			t.Fatalf("search %s: got %d %s, %v", body, w.Code, w.Body, err)
		}
		all = append(all, p.Items...)
		var next *string
		if len(p.Next) > 0 {
			_ = json.Unmarshal(p.Next, &next)
		}
		if next == nil {
			return all
		}
		search["page_token"] = *next
	}
}

// openTask returns the oldest task that is not complete.
func openTask(h http.Handler, key string) task {
	w := serve(h, request(http.MethodPost, "/v5/tasks/search", key, `{"filter_model":{"status":{"filterType":"text","type":"equals","filter":"INCOMPLETE"}}}`))
	var p taskPage
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || len(p.Items) == 0 {
		return task{}
	}
	return p.Items[0]
}

// assign returns the request that assigns a task, as it was read.
func assign(t task, key, to string) *http.Request {
	body := fmt.Sprintf(`{"update":{"assigned_by_id":"chief","assigned_to_id":%q,"assigned_to_type":"USER"}}`, to)
	r := request(http.MethodPut, "/v5/tasks/"+t.ID+"/update-assignment", key, body)
	r.Header.Set("If-Match", t.Updated)
	return r
}

func (b bench) task(id string) task {
	b.t.Helper()
	return decode[task](b.t, do(b, http.MethodGet, "/v5/tasks/"+id, ""))
}

func (b bench) assign(want int, t task, to string) *httptest.ResponseRecorder {
	b.t.Helper()
	w := serve(b, assign(t, "API_KEY", to))
	if w.Code != want {
		b.t.Errorf("assign %s: got %d %s, want %d", t.ID, w.Code, w.Body, want)
	}
	return w
}

// taskOf creates an assessment that waits, and returns its task.
func (b bench) taskOf() (record, task) {
	b.t.Helper()
	a := b.create(manualID)
	all := searchAll(b.t, b, map[string]any{"filter_model": equals("assessment_id", a.ID)})
	if len(all) != 1 {
		b.t.Fatalf("tasks of a new assessment that waits: got %+v, want one", all)
	}
	return a, all[0]
}

func equals(field, value string) map[string]any {
	return map[string]any{field: map[string]any{"filterType": "text", "type": "equals", "filter": value}}
}

func taskEffects(all map[string]func(bench)) {
	for value, want := range map[string]string{"keep": "INCOMPLETE", "CANCELLED": "CANCELLED", "CLOSED": "CLOSED"} {
		all["cancelled-tasks="+value] = func(b bench) {
			a, open := b.taskOf()
			b.cancel(204, a.ID)
			if got := b.task(open.ID).Status; got != want {
				b.t.Errorf("status after the cancel: got %s, want %s", got, want)
			}
		}
	}
	all["cancelled-tasks=hide"] = func(b bench) {
		a, open := b.taskOf()
		b.cancel(204, a.ID)
		b.status(404, http.MethodGet, "/v5/tasks/"+open.ID, "")
		if got := searchAll(b.t, b, map[string]any{}); len(got) > 0 {
			b.t.Errorf("tasks after the cancel: got %+v, want none", got)
		}
	}
	for _, value := range []string{"COMPLETED", "COMPLETE"} {
		all["completed-task="+value] = func(b bench) {
			a, open := b.taskOf()
			b.complete(open)
			if got := b.task(open.ID).Status; got != value {
				b.t.Errorf("status: got %s, want %s", got, value)
			}
			if got := text(b.get(a.ID).Outcome); got != doneOutcome {
				b.t.Errorf("outcome after the only step: got %s, want %s", got, doneOutcome)
			}
		}
	}
	for value, want := range map[string]int{"precondition-failed": 412, "conflict": 409} {
		all["stale-task="+value] = func(b bench) {
			_, open := b.taskOf()
			b.assign(200, open, "ann")
			before := b.task(open.ID)
			b.assign(want, open, "bob") // the clock stands still
			if diff := cmp.Diff(before, b.task(open.ID)); diff != "" {
				b.t.Errorf("a stale update changed the task:\n%s", diff)
			}
		}
	}
	all["assignment-answer=task"] = func(b bench) {
		_, open := b.taskOf()
		if got := decode[task](b.t, b.assign(200, open, "ann")); text(got.Assignment.To) != "ann" || got.Version != 1 || got.Updated == open.Updated {
			b.t.Errorf("got %+v, want the task of ann in version 1", got)
		}
	}
	all["assignment-answer=empty"] = func(b bench) {
		_, open := b.taskOf()
		b.assign(204, open, "ann")
		if got := b.task(open.ID); text(got.Assignment.To) != "ann" {
			b.t.Errorf("got %+v, want the task of ann", got)
		}
	}
	for value, want := range map[string]string{"null": "null", "absent": ""} {
		all["last-page-token="+value] = func(b bench) {
			p := decode[taskPage](b.t, do(b, http.MethodPost, "/v5/tasks/search", "{}"))
			if got := string(p.Next); got != want {
				b.t.Errorf("next_page_token: got %q, want %q", got, want)
			}
		}
	}
}

func (b bench) complete(t task) {
	b.t.Helper()
	in, err := b.Institution("A")
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := in.CompleteTask(t.ID, ""); err != nil {
		b.t.Error(err)
	}
}

func newBench(t *testing.T, settings map[string]string) bench {
	t.Helper()
	c := newClock()
	return bench{newServer(t, mockserver.Config{Fixtures: smallFixtures(), Clock: c, Settings: settings}), t, c}
}

// TestSearchEqualsAPlainModel creates, assigns, completes and cancels at random, and
// compares searches with a loop over all tasks.
func TestSearchEqualsAPlainModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		b := newBench(t, map[string]string{"cancelled-tasks": "CANCELLED"})
		for range rapid.IntRange(0, 12).Draw(rt, "assessments") {
			a, open := b.taskOf()
			switch rapid.SampledFrom([]string{"leave", "assign", "complete", "cancel"}).Draw(rt, "deed") {
			case "assign":
				b.assign(200, open, rapid.SampledFrom([]string{"ann", "bob"}).Draw(rt, "to"))
			case "complete":
				b.complete(open)
			case "cancel":
				b.cancel(204, a.ID)
			}
			b.clock.advance(time.Duration(rapid.IntRange(0, 2).Draw(rt, "pause")) * time.Second)
		}
		all := searchAll(rt, b, map[string]any{"max_page_size": 1000})
		status := rapid.SampledFrom([]string{"INCOMPLETE", "COMPLETED", "CANCELLED", "OTHER"}).Draw(rt, "status")
		to := rapid.SampledFrom([]string{"ann", "bob", ""}).Draw(rt, "assignee")
		var want []string
		for _, one := range all {
			if one.Status == status && text(one.Assignment.To) == to {
				want = append(want, one.ID)
			}
		}
		model := equals("status", status)
		model["assigned_to_id"] = map[string]any{"filterType": "set", "values": []any{orNil(to)}}
		found := searchAll(rt, b, map[string]any{"filter_model": model, "max_page_size": rapid.IntRange(1, 5).Draw(rt, "size")})
		var got []string
		for _, one := range found {
			got = append(got, one.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Errorf("tasks with status %s of %q (-want +got):\n%s", status, to, diff)
		}
	})
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func TestSearchSorts(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for range 5 {
		b.taskOf()
		b.clock.advance(time.Second)
	}
	for field, key := range map[string]func(task) string{
		"TASK_ID":       func(t task) string { return t.ID },
		"ASSESSMENT_ID": func(t task) string { return t.Assessment },
		"CREATED_AT":    func(t task) string { return t.Updated },
	} {
		up := searchAll(t, b, map[string]any{"sorting_field": field, "sorting_type": "ASC", "max_page_size": 2})
		down := searchAll(t, b, map[string]any{"sorting_field": field, "sorting_type": "DESC", "max_page_size": 3})
		if len(up) != 5 || len(down) != 5 {
			t.Fatalf("%s: got %d and %d tasks, want 5", field, len(up), len(down))
		}
		for i := range up {
			if i > 0 && key(up[i]) < key(up[i-1]) || up[i].ID != down[4-i].ID {
				t.Errorf("%s: got %+v and %+v, want them in order and in reverse", field, up, down)
			}
		}
	}
}

func TestTokensBelongToTheirSearch(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.taskOf()
	b.taskOf()
	p := decode[taskPage](t, do(b, http.MethodPost, "/v5/tasks/search", `{"max_page_size":1}`))
	token := strings.Trim(string(p.Next), `"`)
	b.status(200, http.MethodPost, "/v5/tasks/search", `{"max_page_size":7,"page_token":"`+token+`"}`)
	for _, body := range []string{
		`{"page_token":"` + token[1:] + `"}`, `{"page_token":"x"}`,
		`{"sorting_field":"TASK_ID","page_token":"` + token + `"}`,
		`{"filter_model":{"status":{"filterType":"text","type":"notBlank"}},"page_token":"` + token + `"}`,
		`{"max_page_size":0}`, `{"max_page_size":-1}`, `{"max_page_size":1000000000}`, `{"max_page_size":"1"}`,
		`{"filter_model":{"status":{"filterType":"text","type":"is"}}}`, `{"sorting_field":"status"}`, `[]`,
	} {
		b.status(400, http.MethodPost, "/v5/tasks/search", body)
	}
}

// TestTasksFollowTheirWorkflow reaches a manual step, completes it, and cancels.
func TestTasksFollowTheirWorkflow(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := newServer(t, mockserver.Config{Clock: c})
	b := bench{s, t, c}
	a := create(t, s, guideEntity, guideTemplate) // two steps of 5 s in all, then the analyst's review
	tasks := func() []task {
		return searchAll(t, s, map[string]any{"filter_model": equals("assessment_id", a.ID)})
	}
	c.advance(5*time.Second - 1)
	if got := tasks(); len(got) > 0 {
		t.Errorf("before the step: got %+v, want no task", got)
	}
	c.advance(1)
	got := tasks()
	if len(got) != 1 || got[0].Status != "INCOMPLETE" || got[0].Template != guideTemplate || got[0].Step != "Wait for the analyst's review" {
		t.Fatalf("at the step: got %+v, want its task", got)
	}
	in, err := s.Institution("Northwind Bank")
	if err != nil {
		t.Fatal(err)
	}
	const referred = "88958b4d-9931-450d-a9b4-37733a6f5aed"
	if _, err := in.CompleteTask(got[0].ID, referred); err != nil {
		t.Fatal(err)
	}
	if outcome := text(b.get(a.ID).Outcome); outcome != referred {
		t.Errorf("outcome after the task: got %s, want %s", outcome, referred)
	}
	if _, err := in.CompleteTask(got[0].ID, ""); err == nil {
		t.Error("completed twice: got no error")
	}
	b.assign(409, b.task(got[0].ID), "ann")
	c.advance(time.Second)
	if last := b.get(a.ID); text(last.Outcome) == referred {
		t.Errorf("at the end: got %+v, want the template's outcome", last)
	}
}

// TestNoTaskAppearsAfterACancel is CAN-07.
func TestNoTaskAppearsAfterACancel(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := newServer(t, mockserver.Config{Clock: c, Settings: map[string]string{"cancel-visibility": "20s"}})
	a := create(t, s, guideEntity, guideTemplate)
	if w := do(s, http.MethodPost, "/v5/assessments/"+a.ID+"/cancel-workflow", ""); w.Code != http.StatusNoContent {
		t.Fatal(w.Code)
	}
	for range 10 {
		c.advance(3 * time.Second)
		if got := searchAll(t, s, map[string]any{"filter_model": equals("assessment_id", a.ID)}); len(got) > 0 {
			t.Fatalf("got %+v, want no task", got)
		}
	}
}

func TestTasksBelongToTheirInstitution(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	mine, other := openTask(s, "API_KEY"), openTask(s, "OTHER_API_KEY")
	for key, foreign := range map[string]task{"API_KEY": other, "OTHER_API_KEY": mine} {
		if w := serve(s, request(http.MethodGet, "/v5/tasks/"+foreign.ID, key, "")); w.Code != http.StatusNotFound {
			t.Errorf("%s reads %s: got %d, want 404", key, foreign.ID, w.Code)
		}
		if w := serve(s, assign(foreign, key, "ann")); w.Code != http.StatusNotFound {
			t.Errorf("%s assigns %s: got %d, want 404", key, foreign.ID, w.Code)
		}
		if w := serve(s, request(http.MethodGet, "/v5/tasks/"+strings.ToUpper(foreign.ID), map[string]string{"API_KEY": "OTHER_API_KEY", "OTHER_API_KEY": "API_KEY"}[key], "")); w.Code != http.StatusOK {
			t.Errorf("in capitals: got %d, want 200", w.Code)
		}
	}
}

func TestAssignmentsAreChecked(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	_, open := b.taskOf()
	for body, match := range map[string]string{
		`{}`:         open.Updated,
		`{"foo":{}}`: open.Updated,
		`{"update":{"assigned_by_id":"a","assigned_to_id":"b"}}`:                            open.Updated,
		`{"update":{"assigned_by_id":"a","assigned_to_id":"b","assigned_to_type":"GROUP"}}`: open.Updated,
		`{"unassign":{}}`:                                   open.Updated,
		`{"unassign":{"assigned_by_id":"a"}}`:               "yesterday",
		`{"unassign":{"assigned_by_id":"a"},"update":null}`: open.Updated,
		`{"unassign": {"assigned_by_id":"a"}}`:              "",
	} {
		r := request(http.MethodPut, "/v5/tasks/"+open.ID+"/update-assignment", "API_KEY", body)
		if match != "" {
			r.Header.Set("If-Match", match)
		}
		if w := serve(b, r); w.Code != http.StatusBadRequest {
			t.Errorf("%s with %q: got %d %s, want 400", body, match, w.Code, w.Body)
		}
	}
	r := request(http.MethodPut, "/v5/tasks/"+open.ID+"/update-assignment", "API_KEY", `{"unassign":{"assigned_by_id":"a"}}`)
	r.Header.Set("If-Match", `"`+open.Updated+`"`)
	if w := serve(b, r); w.Code != http.StatusOK {
		t.Errorf("a quoted version: got %d %s, want 200", w.Code, w.Body)
	}
}

// TestExportsKeepTasks loads an export after an assignment, a completion and a cancel.
func TestExportsKeepTasks(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	_, assigned := b.taskOf()
	b.assign(200, assigned, "ann")
	_, completed := b.taskOf()
	b.complete(completed)
	a, stopped := b.taskOf()
	b.assign(200, stopped, "bob")
	b.clock.advance(time.Second)
	b.cancel(204, a.ID)
	in, err := b.Institution("A")
	if err != nil {
		t.Fatal(err)
	}
	content, err := in.Export()
	if err != nil {
		t.Fatal(err)
	}
	again := newServer(t, mockserver.Config{Clock: b.clock, Fixtures: content, FixturesName: "exported.yaml"})
	for _, one := range []task{assigned, completed, stopped} {
		want := b.task(one.ID)
		if diff := cmp.Diff(want, decode[task](t, do(again, http.MethodGet, "/v5/tasks/"+one.ID, ""))); diff != "" {
			t.Errorf("after a load (-exported +loaded):\n%s\n%s", diff, content)
		}
	}
}

func TestTaskChangesInFixturesAreChecked(t *testing.T) {
	t.Parallel()
	for task, want := range map[string]string{
		"{step: 0, ago: 1m, completed: true, outcome: OPEN}":                                 "",
		"{step: 0, ago: 1m, assigned_by: ann, assigned_to: bob, assigned_to_type: USER}":     "",
		"{step: 1, ago: 1m, completed: true}":                                                "step",
		"{step: 0, completed: true}":                                                         "needs either at or ago",
		"{step: 0, ago: 1m, at: 2026-05-04T09:00:00Z, completed: true}":                      "needs either at or ago",
		"{step: 0, ago: 1m}":                                                                 "completed: true or an assignment",
		"{step: 0, ago: 1m, completed: true, assigned_by: ann}":                              "completed: true or an assignment",
		"{step: 0, ago: 1m, assigned_to: ann}":                                               "assigned_by",
		"{step: 0, ago: 1m, completed: true, outcome: 00000000-0000-4000-8000-00000000dead}": "outcome",
	} {
		text := string(smallFixtures()) + "assessments:\n  - {id: 70000000-0000-4000-8000-000000000001, entity: " + entityID + ", template: " + manualID + ", age: 1h, tasks: [" + strings.ReplaceAll(task, "OPEN", openOutcome) + "]}\n"
		_, err := mockserver.New(mockserver.Config{Fixtures: []byte(text), FixturesName: "f.yaml"})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", task, err, want)
		}
	}
}
