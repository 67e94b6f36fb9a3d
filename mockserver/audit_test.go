package mockserver_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/assay/mockserver"
)

// audited returns the events of an export by the query, without the names of the columns.
func audited(t *testing.T, s http.Handler, key, query string) [][]string {
	t.Helper()
	w := serve(s, request(http.MethodGet, "/v5/audit-sentinel/events/export?"+query, key, ""))
	rows, err := csv.NewReader(w.Body).ReadAll()
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/csv" || err != nil || len(rows) == 0 || rows[0][3] != "event" {
		t.Fatalf("%s: got %d %v %v, %v", query, w.Code, w.Header(), rows, err)
	}
	return rows[1:]
}

// TestAuditTellsACourse follows an assessment from its create to its cancel.
func TestAuditTellsACourse(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	in := newInstitution(t, s, mockserver.InstitutionOptions{})
	in.Freeze()
	events := func() (names []string) {
		for _, row := range audited(t, s, in.Key(), "metadata="+url.QueryEscape(`{"assessment_id":"`+guideID+`"}`)) {
			names = append(names, row[2]+" "+row[3])
		}
		return names
	}
	want := events()
	if len(want) == 0 || want[0] != "assessment created" {
		t.Fatalf("got %q, want it created first", want)
	}
	act := func(events []string, status int, method, path, body string, header http.Header) {
		t.Helper()
		if _, err := in.Advance(time.Minute); err != nil {
			t.Fatal(err)
		}
		r := request(method, path, in.Key(), body)
		for name := range header {
			r.Header.Set(name, header.Get(name))
		}
		if w := serve(s, r); w.Code != status {
			t.Fatalf("%s %s: got %d %s", method, path, w.Code, w.Body)
		}
		want = append(want, events...)
	}
	search := serve(s, request(http.MethodPost, "/v5/tasks/search", in.Key(), `{"filter_model":{"assessment_id":{"filterType":"text","type":"equals","filter":"`+guideID+`"}}}`))
	task := decode[struct {
		Items []struct {
			ID      string
			Updated string `json:"updated_at"`
		}
	}](t, search).Items[0]
	act([]string{"task assigned"}, 200, http.MethodPut, "/v5/tasks/"+task.ID+"/update-assignment",
		`{"update":{"assigned_by_id":"`+guideID+`","assigned_to_id":"`+guideID+`","assigned_to_type":"USER"}}`, http.Header{"If-Match": {task.Updated}})
	act([]string{"assessment cancelled"}, 204, http.MethodPost, guideAssessment+"/cancel-workflow", "", nil)
	act(nil, 204, http.MethodPost, guideAssessment+"/cancel-workflow", "", nil)
	if got := events(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestAuditFilters selects events.
func TestAuditFilters(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	all := audited(t, s, "API_KEY", "")
	if !slices.IsSortedFunc(all, func(a, b []string) int { return strings.Compare(a[1], b[1]) }) {
		t.Errorf("got %v, want them in order", all)
	}
	ids := map[string]bool{}
	for _, row := range all {
		if ids[row[0]] {
			t.Errorf("event %s twice", row[0])
		}
		ids[row[0]] = true
	}
	last := all[len(all)-1]
	for query, keeps := range map[string]func(row []string) bool{
		"event_type=task":                                                func(row []string) bool { return row[2] == "task" },
		"event_type=task&event_type=assessment":                          func([]string) bool { return true },
		"event_type=other":                                               func([]string) bool { return false },
		"auditee_id=" + strings.ToUpper(last[4]):                         func(row []string) bool { return row[4] == last[4] },
		"auditee_id=" + guideID + "&event_type=task":                     func([]string) bool { return false },
		"start_date=" + last[1]:                                          func(row []string) bool { return row[1] >= last[1] },
		"end_date=" + all[3][1]:                                          func(row []string) bool { return row[1] <= all[3][1] },
		"locale=de&file_type=csv":                                        func([]string) bool { return true },
		"metadata=" + url.QueryEscape(`{"entity_id":"`+guideEntity+`"}`): func(row []string) bool { return row[6] == guideEntity },
	} {
		want := 0
		for _, row := range all {
			if keeps(row) {
				want++
			}
		}
		if got := audited(t, s, "API_KEY", query); len(got) != want || slices.ContainsFunc(got, func(row []string) bool { return !keeps(row) }) {
			t.Errorf("%s: got %d events, want %d", query, len(got), want)
		}
	}
	if got := audited(t, s, "OTHER_API_KEY", "auditee_id="+guideID); len(got) > 0 {
		t.Errorf("another institution: got %v", got)
	}
	for query, want := range map[string]int{
		"file_type=pdf": 501, "file_type=xls": 400, "locale=english": 400, "auditee_id=x": 400, "start_date=yesterday": 400, "metadata=x": 400,
		"metadata=" + url.QueryEscape(`{"c_name":"x"}`): 400, "locale=en&locale=de": 400, strings.Repeat("event_type=task&", 101): 400,
	} {
		if w := do(s, http.MethodGet, "/v5/audit-sentinel/events/export?"+query, ""); w.Code != want {
			t.Errorf("%.60s: got %d %s, want %d", query, w.Code, w.Body, want)
		}
	}
}
