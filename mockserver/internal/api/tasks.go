package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/assay/mockserver/internal/agfilter"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/institution"
)

func getTask(rc *requestContext) (contract.Certified, error) {
	id := rc.id("task_id")
	t, _, err := rc.state.Assessments.FindTask(id)
	if err != nil {
		return contract.Certified{}, err
	}
	rc.recorder.About(t.Assessment.ID)
	status, shown := rc.settings.TaskStatus(&t)
	if !shown {
		return contract.Certified{}, domain.Errorf(domain.NotFound, "no task %s in this institution; cancelled-tasks=hide hides it", id)
	}
	return rc.respondTask(&t, status)
}

func (rc *requestContext) respondTask(t *domain.Task, status string) (contract.Certified, error) {
	item, err := rc.resources.Task(t, status)
	if err != nil {
		return contract.Certified{}, err
	}
	return rc.operation.RespondItem(http.StatusOK, item)
}

func updateTaskAssignment(rc *requestContext) (contract.Certified, error) {
	c, err := rc.assignment()
	if err != nil {
		return contract.Certified{}, err
	}
	changed, err := rc.apply(c)
	if err != nil {
		return contract.Certified{}, err
	}
	rc.recorder.About(changed.Change.Assessment)
	if !rc.settings.AnswersAssignment() {
		return rc.operation.RespondNoContent(http.StatusNoContent)
	}
	status, _ := rc.settings.TaskStatus(&changed.Task)
	return rc.respondTask(&changed.Task, status)
}

// assignment returns the change that the body and the header ask for.
func (rc *requestContext) assignment() (institution.Change, error) {
	c := institution.Change{Kind: institution.AssignTask, Task: rc.id("task_id"), Stale: rc.settings.StaleTask()}
	body, _ := rc.body.(map[string]any)
	fields, update := body["update"].(map[string]any)
	if !update {
		if fields, _ = body["unassign"].(map[string]any); fields == nil {
			m := contract.Mismatch{In: "body", Expected: `either "update" or "unassign"`, Got: "neither", Contract: rc.operation.BodyPointer("")}
			return c, &breach{kind: domain.BadRequest, mismatches: []contract.Mismatch{m}, body: rc.body}
		}
	}
	c.Assignment = domain.Assignment{By: text(fields, "assigned_by_id"), Comment: text(fields, "assignment_comment")}
	if update {
		c.Assignment.To, c.Assignment.ToType = text(fields, "assigned_to_id"), text(fields, "assigned_to_type")
	}
	given := strings.Trim(rc.params.String("If-Match"), `"`)
	read, err := time.Parse(time.RFC3339Nano, given)
	if err != nil {
		m := contract.Mismatch{In: "header", Parameter: "If-Match", Expected: "the updated_at of the task", Got: fmt.Sprintf("%.60q", given)}
		return c, &breach{kind: domain.BadRequest, mismatches: []contract.Mismatch{m}}
	}
	c.IfUpdated = read
	return c, nil
}

// text returns a string of an object, or "".
func text(object map[string]any, name string) string {
	value, _ := object[name].(string)
	return value
}

// shownTask is a task as a client reads it.
type shownTask struct {
	domain.Task
	status string
}

// field returns the value of a field for a filter, or nil if it is blank or the task
// has no such field.
func (t *shownTask) field(name string) any {
	a := t.Assessment
	switch name {
	case "created_at":
		return t.Created.Truncate(domain.Tick) // as a client sees it
	case "updated_at":
		return t.Updated.Truncate(domain.Tick)
	case "data_version":
		return float64(t.Version)
	}
	value := map[string]string{
		"id": t.ID, "assessment_id": a.ID, "assessment_template_id": a.Template.ID, "entity_id": a.Entity, "institution_id": a.Institution,
		"workflow_instance_id": a.Workflow, "c_name": t.Name(), "step_name": t.Name(), "status": t.status,
		"assigned_by_id": t.Assignment.By, "assigned_to_id": t.Assignment.To, "assigned_to_type": t.Assignment.ToType, "assignment_comment": t.Assignment.Comment,
	}[name]
	if value == "" {
		return nil
	}
	return value
}

// taskKeys returns the text that each sorting_field sorts by. Times have a fixed width.
func taskKeys() map[string]func(*shownTask) string {
	return map[string]func(*shownTask) string{
		"TASK_ID":        func(t *shownTask) string { return t.ID },
		"CREATED_AT":     func(t *shownTask) string { return t.Created.UTC().Format("2006-01-02T15:04:05.000000000") },
		"ENTITY_ID":      func(t *shownTask) string { return t.Assessment.Entity },
		"ASSESSMENT_ID":  func(t *shownTask) string { return t.Assessment.ID },
		"STATUS":         func(t *shownTask) string { return t.status },
		"ASSIGNED_TO_ID": func(t *shownTask) string { return t.Assignment.To },
	}
}

// taskSearch is a search that is read from a body. A task's place in its order is its
// position: the key and the ID, so a page begins after the last task of the one before,
// whatever was created in the meantime.
type taskSearch struct {
	filter     agfilter.Filter
	key        func(*shownTask) string
	descending bool
	size       int
	list       string    // name of the list that a token belongs to
	after      *position // nil: from the beginning
}

type position struct {
	Key string `json:"k"`
	ID  string `json:"i"`
}

const defaultPageSize = 50

func searchTasks(rc *requestContext) (contract.Certified, error) {
	search, err := rc.taskSearch()
	if err != nil {
		return contract.Certified{}, err
	}
	found := search.find(rc)
	next := ""
	if len(found) > search.size {
		found = found[:search.size]
		last := &found[search.size-1]
		encoded, err := json.Marshal(position{search.key(last), last.ID})
		if err != nil {
			return contract.Certified{}, err
		}
		next = rc.tokens.Seal(search.list, string(encoded))
	}
	items := make([]contract.Item, len(found))
	for i := range found {
		if items[i], err = rc.resources.Task(&found[i].Task, found[i].status); err != nil {
			return contract.Certified{}, err
		}
	}
	return rc.operation.RespondTokenPage(http.StatusOK, items, next, next == "" && rc.settings.OmitsLastToken())
}

// taskSearch reads the body of a search.
func (rc *requestContext) taskSearch() (taskSearch, error) {
	body, _ := rc.body.(map[string]any)
	field, direction := cmp.Or(text(body, "sorting_field"), "CREATED_AT"), text(body, "sorting_type")
	s := taskSearch{key: taskKeys()[field], descending: direction == "DESC", size: defaultPageSize}
	if size, given := body["max_page_size"].(float64); given {
		s.size = int(size)
	}
	var err error
	if s.filter, err = agfilter.Parse(body["filter_model"]); err != nil {
		return s, rc.filterBreach(err)
	}
	filter, err := json.Marshal(body["filter_model"]) // sorts the keys
	if err != nil {
		return s, err
	}
	s.list = strings.Join([]string{"tasks", rc.state.ID, field, direction, string(filter)}, "\n")
	if token := text(body, "page_token"); token != "" {
		s.after, err = rc.openToken(s.list, token, "/page_token")
	}
	return s, err
}

// filterBreach returns the refusal of a filter model.
func (rc *requestContext) filterBreach(err error) error {
	m := contract.Mismatch{In: "body", Pointer: "/filter_model", Expected: "a filter model", Got: err.Error(), Contract: rc.operation.BodyPointer("/filter_model")}
	if e, ok := errors.AsType[*agfilter.Error](err); ok {
		m.Pointer, m.Expected, m.Got = m.Pointer+e.Pointer, e.Expected, e.Got
	}
	return &breach{kind: domain.BadRequest, mismatches: []contract.Mismatch{m}, body: rc.body}
}

// openToken returns the position of a page token.
func (rc *requestContext) openToken(list, token, pointer string) (*position, error) {
	p := &position{}
	text, err := rc.tokens.Open(list, token)
	if err == nil {
		err = json.Unmarshal([]byte(text), p)
	}
	if err == nil {
		return p, nil
	}
	m := contract.Mismatch{
		In: "body", Pointer: pointer, Expected: "the next_page_token of the same search: same key, filter and order", Got: fmt.Sprintf("%.60q", token), Contract: rc.operation.BodyPointer(pointer),
	}
	return nil, &breach{kind: domain.BadRequest, mismatches: []contract.Mismatch{m}, body: rc.body}
}

// find returns the tasks of the page in their order, and one more if there is one.
func (s *taskSearch) find(rc *requestContext) []shownTask {
	all, _ := rc.state.Assessments.AllTasks()
	var found []shownTask
	for _, t := range all {
		shown := shownTask{Task: t}
		var visible bool
		if shown.status, visible = rc.settings.TaskStatus(&t); !visible || !s.filter.Match(shown.field) {
			continue
		}
		if s.after == nil || s.compare(position{s.key(&shown), t.ID}, *s.after) > 0 {
			found = append(found, shown)
		}
	}
	slices.SortFunc(found, func(a, b shownTask) int { return s.compare(position{s.key(&a), a.ID}, position{s.key(&b), b.ID}) })
	return found[:min(len(found), s.size+1)]
}

func (s *taskSearch) compare(a, b position) int {
	order := cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.ID, b.ID))
	if s.descending {
		return -order
	}
	return order
}
