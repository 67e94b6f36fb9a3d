package api

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/wire"
)

// auditColumns are the names of the columns. No page prints them.
func auditColumns() []string {
	return []string{"id", "occurred_at", "event_type", "event", "auditee_id", "assessment_id", "entity_id", "task_id", "workflow_instance_id", "actor_id"}
}

func exportAuditEvents(rc *requestContext) (contract.Certified, error) {
	if rc.params.String("file_type") == "pdf" {
		return contract.Certified{}, domain.Errorf(domain.NotOffered, "this mock exports no PDF; use file_type=csv")
	}
	selected, err := rc.auditFilter()
	if err != nil {
		return contract.Certified{}, err
	}
	var file strings.Builder
	w := csv.NewWriter(&file)
	_ = w.Write(auditColumns()) // a builder returns no error
	for _, e := range rc.state.Assessments.Audit() {
		if row := auditRow(e); selected(e, row) {
			_ = w.Write(row)
		}
	}
	w.Flush()
	return rc.operation.RespondText(http.StatusOK, "text/csv", file.String())
}

func auditRow(e domain.AuditEvent) []string {
	kind, auditee := "assessment", e.Assessment.ID
	if e.Task != "" {
		kind, auditee = "task", e.Task
	}
	return []string{e.ID, wire.Stamp(e.At), kind, string(e.Event), auditee, e.Assessment.ID, e.Assessment.Entity, e.Task, e.Assessment.Workflow, e.Actor}
}

// auditFilter returns the selection that the query makes.
func (rc *requestContext) auditFilter() (func(domain.AuditEvent, []string) bool, error) {
	allowed := map[string][]string{"auditee_id": rc.params.Strings("auditee_id"), "event_type": rc.params.Strings("event_type")}
	if err := rc.auditMetadata(allowed); err != nil {
		return nil, err
	}
	var times [2]time.Time
	for i, name := range []string{"start_date", "end_date"} {
		if given := rc.params.String(name); given != "" {
			times[i], _ = time.Parse(time.RFC3339Nano, given) // the contract has checked it
		}
	}
	return func(e domain.AuditEvent, row []string) bool {
		at := e.At.Truncate(domain.Tick) // as a client sees it
		if at.Before(times[0]) || !times[1].IsZero() && at.After(times[1]) {
			return false
		}
		for i, column := range auditColumns() {
			if values := allowed[column]; len(values) > 0 && !slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, row[i]) }) {
				return false
			}
		}
		return true
	}, nil
}

// auditMetadata adds the IDs that the events must have.
func (rc *requestContext) auditMetadata(allowed map[string][]string) error {
	given := rc.params.String("metadata")
	if given == "" {
		return nil
	}
	var ids map[string]string
	err := json.Unmarshal([]byte(given), &ids)
	for name, id := range ids {
		if !slices.Contains([]string{"assessment_id", "entity_id", "task_id", "workflow_instance_id"}, name) {
			err = fmt.Errorf("unknown name %q", name)
		}
		allowed[name] = []string{id}
	}
	if err == nil {
		return nil
	}
	m := contract.Mismatch{
		In: "query", Parameter: "metadata", Expected: "a JSON object of entity_id, assessment_id, task_id or workflow_instance_id, each with one ID", Got: fmt.Sprintf("%.60q", given),
	}
	return &breach{kind: domain.BadRequest, mismatches: []contract.Mismatch{m}}
}
