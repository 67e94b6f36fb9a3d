package steps

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
)

// taskSteps search, read and assign tasks.
func taskSteps() []definition {
	return []definition{
		{`an assessment that waits for a task`, (*World).givenWaiting},
		{`three assessments that wait for a task`, (*World).givenThreeWaiting},
		{`its task is read`, (*World).taskRead},
		{`its task is read with the key of another institution`, (*World).taskReadByOther},
		{`a task is read by an ID that no task has`, (*World).unknownTaskRead},
		{`the same call for an existing task is answered otherwise`, (*World).controlIsFound},
		{`a search with that key does not find it`, (*World).otherDoesNotFind},
		{`the task has the documented fields`, eachResponse(hasTaskFields())},
		{`the task names the assessment and its parts`, (*World).taskNamesParts},
		{`the search shows the task as it reads`, (*World).searchShowsTask},
		{`their tasks are searched with (.+)`, (*World).tasksSearched},
		{`exactly the tasks of (.+) are found`, (*World).exactlyFound},
		{`their tasks are searched one by one, by (\w+) in both directions`, (*World).tasksSorted},
		{`each direction shows each task once, in its order`, (*World).pagesFit},
		{`its task is assigned`, (*World).taskAssigned},
		{`its task is assigned, and assigned again by the version from before`, (*World).taskAssignedStale},
		{`the task shows the (?:first )?assignment(?: and a later update)?`, (*World).showsAssignment},
		{`its workflow is cancelled for all readers`, (*World).givenTaskCancelled},
		{`no task of it appears while it is watched`, (*World).noTaskAppears},
	}
}

// tasks are the tasks of a scenario.
type tasks struct {
	owners   []*assessment
	open     []target.Record // of the owners, in their order
	key      string          // the sorting field
	up, down []target.Record // found in both directions
	assignee string
}

func hasTaskFields() check {
	return check{expected: "the 17 documented fields of a task, of the documented types", wrong: func(ev evidence) []string {
		if ev.record == nil {
			return []string{ev.exchange.Got()}
		}
		return lackingOf(ev.record, taskFields())
	}}
}

// search returns the call of a search.
func search(key client.Key, body map[string]any) client.Call {
	encoded, err := json.Marshal(body)
	if err != nil {
		panic(err) // of texts and numbers
	}
	return target.Call(target.SearchTasks, key, "", encoded)
}

// tasksIn returns the tasks of one page and the token of the next one.
func tasksIn(e *client.Exchange) (items []target.Record, next string, ok bool) {
	page, _ := target.RecordOf(e)
	list, ok := page["items"].([]any)
	for _, v := range list {
		item, _ := v.(map[string]any)
		items = append(items, item)
	}
	return items, page.Text("next_page_token"), ok && e.Status == http.StatusOK
}

// maxTaskPages is how many pages of a search are followed.
const maxTaskPages = 100

// found follows the pages of a search. The exchange is the last one.
func (w *World) found(ctx context.Context, key client.Key, body map[string]any) ([]target.Record, *client.Exchange, error) {
	var all []target.Record
	for range maxTaskPages {
		e, err := w.Do(ctx, search(key, body))
		if err != nil {
			return nil, e, err
		}
		items, next, ok := tasksIn(e)
		if !ok {
			return nil, e, w.searchFailed(ctx, e)
		}
		all = append(all, items...)
		if next == "" {
			w.observeLastToken(e)
			return all, e, nil
		}
		body["page_token"] = next
	}
	return nil, nil, couldNotRun("", "the search does not end after %d pages", maxTaskPages)
}

// searchFailed is an assertion, unless the target offers no search.
func (w *World) searchFailed(ctx context.Context, e *client.Exchange) error {
	if absent, err := w.isAbsent(ctx, e); err != nil {
		return err
	} else if absent && w.requirement != "TSK-01" {
		return notSupported("POST /tasks/search answers %d whatever the key, so tasks are not offered; TSK-01 says more", e.Status)
	}
	w.expect(false, e, "status 200 with an array of items", e.Got())
	return w.result()
}

func (w *World) observeLastToken(e *client.Exchange) {
	page, _ := target.RecordOf(e)
	value := "null"
	if _, given := page["next_page_token"]; !given {
		value = "absent"
	}
	w.run.observe("last-page-token", value, e)
}

func condition(kind, operand string) map[string]any {
	return map[string]any{"filterType": "text", "type": kind, "filter": operand}
}

func joined(operator string, conditions ...map[string]any) map[string]any {
	return map[string]any{"filterType": "text", "operator": operator, "conditions": conditions}
}

// ofAny returns a condition on the assessments.
func ofAny(owners []*assessment) map[string]any {
	var conditions []map[string]any
	for _, a := range owners {
		conditions = append(conditions, condition("equals", a.id))
	}
	if len(conditions) == 1 {
		return conditions[0]
	}
	return joined("OR", conditions...)
}

func searchOf(owners []*assessment) map[string]any {
	return map[string]any{"filter_model": map[string]any{"assessment_id": ofAny(owners)}}
}

func (w *World) givenTaskCancelled(ctx context.Context) error { return w.cancelled(ctx, w.subject) }

func (w *World) taskCall(key client.Key) client.Call {
	return target.Call(target.GetTask, key, w.tasks.open[0].ID(), nil)
}

func (w *World) taskRead(ctx context.Context) error {
	return w.answered(w.Do(ctx, w.taskCall(w.run.Key)))
}

func (w *World) taskReadByOther(ctx context.Context) error {
	if err := w.needOtherKey(); err != nil {
		return err
	}
	return w.answered(w.Do(ctx, w.taskCall(w.run.OtherKey)))
}

func (w *World) unknownTaskRead(ctx context.Context) error {
	e, err := w.Do(ctx, target.Call(target.GetTask, w.run.Key, w.run.NewID(), nil))
	return w.answeredWith(e, err, func(ctx context.Context) (*client.Exchange, error) { return w.Do(ctx, w.taskCall(w.run.Key)) })
}

func (w *World) otherDoesNotFind(ctx context.Context) error {
	all, e, err := w.found(ctx, w.run.OtherKey, searchOf(w.tasks.owners))
	if err != nil {
		return err
	}
	w.expect(len(all) == 0, e, "no task of another institution's assessment", fmt.Sprintf("%d tasks", len(all)))
	return w.result()
}

func (w *World) taskNamesParts() error {
	a := w.subject.before
	return w.checkResponses(
		hasText("assessment_id", a.ID()), hasText("assessment_template_id", a.Text("template_id")), hasText("entity_id", a.Text("entity_id")),
		hasText("institution_id", a.Text("institution_id")), hasText("workflow_instance_id", a.Text("workflow_instance_id")))
}

func (w *World) searchShowsTask(ctx context.Context) error {
	read := evidenceOf(w.requests[0].exchange)
	all, e, err := w.found(ctx, w.run.Key, searchOf(w.tasks.owners))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(t target.Record) bool { return target.Same(t["id"], read.record["id"]) })
	w.expect(i >= 0, e, "the task "+read.record.ID(), fmt.Sprintf("%d other tasks", len(all)))
	if i >= 0 {
		w.check(keeps("the task as GET returns it", read.record, fieldNamesOf(taskFields())...), evidence{e, all[i]})
	}
	return w.result()
}

// filters returns filter models that tell the three assessments of a scenario apart.
func (w *World) filters() map[string]map[string]any {
	id := func(i int) string { return w.tasks.owners[i].id }
	prefix := func(i int) string { return id(i)[:min(len(id(i)), 13)] }
	return map[string]map[string]any{
		"equals":                            {"assessment_id": condition("equals", id(0))},
		"an OR of two equals":               {"assessment_id": ofAny(w.tasks.owners[:2])},
		"an AND of startsWith and notEqual": {"assessment_id": joined("AND", condition("startsWith", prefix(2)), condition("notEqual", id(0)))},
		"conditions on two fields":          {"assessment_id": ofAny(w.tasks.owners), "id": condition("equals", w.tasks.open[1].ID())},
		"an AND that nothing matches":       {"assessment_id": joined("AND", condition("equals", id(0)), condition("equals", id(1)))},
	}
}

func (w *World) tasksSearched(ctx context.Context, filter string) error {
	var e *client.Exchange
	var err error
	w.tasks.up, e, err = w.found(ctx, w.run.Key, map[string]any{"filter_model": w.filters()[filter]})
	return w.answered(e, err)
}

func (w *World) exactlyFound(which string) error {
	var want []string
	for i, t := range w.tasks.open {
		if strings.Contains(which, fmt.Sprint(i+1)) {
			want = append(want, strings.ToLower(t.ID()))
		}
	}
	got := idsOf(w.tasks.up)
	slices.Sort(want)
	w.expect(slices.Equal(want, slices.Sorted(slices.Values(got))), w.requests[0].exchange, "exactly the tasks "+strings.Join(want, ", "), fmt.Sprintf("%d tasks: %s", len(got), strings.Join(got, ", ")))
	return w.result()
}

func idsOf(records []target.Record) []string {
	ids := make([]string, len(records))
	for i, r := range records {
		ids[i] = strings.ToLower(r.ID())
	}
	return ids
}

func (w *World) tasksSorted(ctx context.Context, field string) error {
	w.tasks.key = map[string]string{"CREATED_AT": "created_at", "TASK_ID": "id", "ASSESSMENT_ID": "assessment_id"}[field]
	for direction, into := range map[string]*[]target.Record{"ASC": &w.tasks.up, "DESC": &w.tasks.down} {
		body := searchOf(w.tasks.owners)
		body["max_page_size"], body["sorting_field"], body["sorting_type"] = 1, field, direction
		var e *client.Exchange
		var err error
		*into, e, err = w.found(ctx, w.run.Key, body)
		if err := w.answered(e, err); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) pagesFit() error {
	want := slices.Sorted(slices.Values(idsOf(w.tasks.open)))
	e := w.requests[0].exchange
	key := func(t target.Record) string { return sortable(t.Text(w.tasks.key)) }
	for direction, all := range map[int][]target.Record{1: w.tasks.up, -1: w.tasks.down} {
		got := slices.Sorted(slices.Values(idsOf(all)))
		w.expect(slices.Equal(want, got), e, "each of the tasks once: "+strings.Join(want, ", "), strings.Join(got, ", "))
		sorted := slices.IsSortedFunc(all, func(a, b target.Record) int { return direction * cmp.Compare(key(a), key(b)) })
		w.expect(sorted, e, "tasks in the order of "+w.tasks.key, strings.Join(idsOf(all), ", "))
	}
	return w.result()
}

// instant returns the time of a field, or the zero time.
func instant(v any) time.Time {
	text, _ := v.(string)
	t, _ := time.Parse(time.RFC3339, text)
	return t
}

// sortable returns a text that sorts as the value: an instant, or an ID without case.
func sortable(value string) string {
	if t, err := time.Parse(time.RFC3339, value); err == nil {
		return t.UTC().Format("2006-01-02T15:04:05.000000000")
	}
	return strings.ToLower(value)
}

// assignCall returns a call to assign the task, as it was first read. The IDs of users
// are those of a task that is assigned already; without one they are made up.
func (w *World) assignCall(ctx context.Context) (client.Call, error) {
	by := w.run.NewID()
	w.tasks.assignee = w.run.NewID()
	known, err := w.Do(ctx, search(w.run.Key, map[string]any{"max_page_size": 1, "filter_model": map[string]any{"assigned_to_id": map[string]any{"filterType": "text", "type": "notBlank"}}}))
	if err != nil {
		return client.Call{}, err
	}
	if items, _, _ := tasksIn(known); len(items) > 0 {
		if assignment, _ := items[0]["assignment"].(map[string]any); target.Record(assignment).Text("assigned_to_type") == "USER" {
			by, w.tasks.assignee = target.Record(assignment).Text("assigned_by_id"), target.Record(assignment).Text("assigned_to_id")
		}
	}
	task := w.tasks.open[0]
	body := fmt.Appendf(nil, `{"update":{"assigned_by_id":%q,"assigned_to_id":%q,"assigned_to_type":"USER","assignment_comment":null}}`, by, w.tasks.assignee)
	call := target.Call(target.UpdateTaskAssignment, w.run.Key, task.ID(), body)
	call.IfMatch = task.Text("updated_at")
	call.Once = true // a second one is stale
	return call, nil
}

// assign assigns the task. A refusal proves nothing: the users may be unknown.
func (w *World) assign(ctx context.Context) (client.Call, *client.Exchange, error) {
	call, err := w.assignCall(ctx)
	if err != nil {
		return call, nil, err
	}
	e, err := w.Send(ctx, call)
	switch {
	case err != nil:
		return call, e, err
	case e.Status/100 == 4 && e.Status != http.StatusTooManyRequests:
		return call, e, couldNotRun("", "the task cannot be assigned, perhaps because the users %s are unknown: %s", w.tasks.assignee, e.Got())
	case e.Success():
		w.run.observe("assignment-answer", map[bool]string{true: "empty", false: "task"}[len(e.Body) == 0], e)
	}
	return call, e, nil
}

func (w *World) taskAssigned(ctx context.Context) error {
	_, e, err := w.assign(ctx)
	return w.answered(e, err)
}

func (w *World) taskAssignedStale(ctx context.Context) error {
	call, _, err := w.assign(ctx)
	if err != nil {
		return err
	}
	call.Body = []byte(strings.ReplaceAll(string(call.Body), `"assignment_comment":null`, `"assignment_comment":"stale"`))
	e, err := w.Send(ctx, call)
	if err == nil {
		w.run.observe("stale-task", answerName(e), e)
	}
	return w.answered(e, err)
}

func (w *World) showsAssignment(ctx context.Context) error {
	e, err := w.Do(ctx, w.taskCall(w.run.Key))
	if err != nil {
		return err
	}
	task, _ := target.RecordOf(e)
	assignment, _ := task["assignment"].(map[string]any)
	got := target.Record(assignment)
	w.expect(target.Same(got["assigned_to_id"], w.tasks.assignee) && isBlank(got["assignment_comment"]), e, "an assignment to "+w.tasks.assignee+" without a comment", target.JSONText(task["assignment"]))
	was, is := w.tasks.open[0]["updated_at"], task["updated_at"]
	w.expect(isDateTime(is) && is != was, e, "an updated_at later than "+target.JSONText(was), target.JSONText(is))
	return w.result()
}

// noTaskAppears watches the tasks of a cancelled assessment: no step runs any more, so
// there are only those from before (CAN-07).
func (w *World) noTaskAppears(ctx context.Context) error {
	if err := w.needVisible(w.subject); err != nil {
		return err
	}
	known, e, err := w.found(ctx, w.run.Key, searchOf([]*assessment{w.subject}))
	if err != nil {
		return err
	}
	w.observeCancelledTask(known, e)
	before := idsOf(slices.Concat(known, w.tasks.open))
	return target.Watch(ctx, w.run.Settle, func() error {
		all, e, err := w.found(ctx, w.run.Key, searchOf([]*assessment{w.subject}))
		if err != nil {
			return err
		}
		added := slices.DeleteFunc(idsOf(all), func(id string) bool { return slices.Contains(before, id) })
		w.expect(len(added) == 0, e, "no new task of a cancelled assessment", "the tasks "+strings.Join(added, ", "))
		w.expect(len(all) <= max(1, len(w.tasks.open)), e, "at most the task from before the cancel", fmt.Sprintf("%d tasks", len(all)))
		return w.result()
	})
}

// observeCancelledTask notes what became of the task that was open before the cancel.
func (w *World) observeCancelledTask(found []target.Record, e *client.Exchange) {
	if len(w.tasks.open) == 0 {
		return
	}
	value := "hide"
	if len(found) > 0 {
		value = found[0].Text("status")
	}
	if value == w.tasks.open[0].Text("status") {
		value = "keep"
	}
	w.run.observe("cancelled-tasks", value, e)
}

// probeCompletedTask looks at the status of a task whose workflow went on.
func (w *World) probeCompletedTask(ctx context.Context) {
	e, err := w.Do(ctx, search(w.run.Key, map[string]any{"filter_model": map[string]any{"status": condition("notEqual", "INCOMPLETE")}}))
	if err != nil {
		return
	}
	items, _, _ := tasksIn(e)
	for _, t := range items[:min(len(items), tried)] {
		if a, _, err := w.Get(ctx, w.run.Key, t.Text("assessment_id")); err == nil && a.State() == "Active" {
			w.run.observe("completed-task", t.Text("status"), e)
		}
	}
}
