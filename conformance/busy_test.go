package conformance_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// TestOthersCreateMeanwhile: what appears in a list that others add to, is not
// held against a target that refuses what it should.
func TestOthersCreateMeanwhile(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		every int64 // how many lists are read for one assessment of somebody else
		want  report.Outcome
	}{
		{name: "one before each look", every: 1, want: report.CouldNotRun},
		{name: "one now and then", every: 7, want: report.Passed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock, err := mockserver.New(mockserver.Config{})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(othersCreate(tt.every).wrap(mock))
			t.Cleanup(server.Close)
			o := quick()
			o.Selection.Only = []string{"CRT-03", "NEG-01"}
			r := run(t, conformance.Target{BaseURL: server.URL + "/v5", APIKey: "API_KEY"}, o)
			if len(r.Scenarios) != 4 {
				t.Fatalf("scenarios: got %d, want those of CRT-03 and of NEG-01", len(r.Scenarios))
			}
			for _, sc := range r.Scenarios {
				if sc.Outcome != tt.want {
					t.Errorf("%s: got %s (%s) %v, want %s", sc.Name, sc.Outcome, sc.Reason, sc.Failures, tt.want)
				}
			}
		})
	}
}

// othersCreate shows one more assessment of somebody else each so many times that
// the list is read.
func othersCreate(every int64) broken {
	var reads atomic.Int64
	return broken{after: func(r *http.Request, a *mockAnswer) {
		if !isList(r) || a.Code != http.StatusOK {
			return
		}
		a.edit(func(list map[string]any) {
			items, _ := list["items"].([]any)
			if len(items) == 0 {
				return
			}
			one, _ := items[0].(map[string]any)
			for i := range reads.Add(1) / every {
				items = append(items, strangers(one, i))
			}
			list["items"] = items
		})
	}}
}

func strangers(like map[string]any, number int64) map[string]any {
	item := maps.Clone(like)
	item["id"] = fmt.Sprintf("99999999-0000-4000-8000-%012d", number)
	return item
}

// TestListShowsOwnAssessmentsLate: what this run has created, and a list shows
// only when it is read again, is nobody else's.
func TestListShowsOwnAssessmentsLate(t *testing.T) {
	t.Parallel()
	mock, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(lateList().wrap(mock))
	t.Cleanup(server.Close)
	o := quick()
	o.Parallel, o.Selection.Only = 1, []string{"CRT-01", "CRT-02", "CRT-03"}
	for _, sc := range run(t, conformance.Target{BaseURL: server.URL + "/v5", APIKey: "API_KEY"}, o).Scenarios {
		if sc.Outcome != report.Passed {
			t.Errorf("%s: got %s (%s) %v, want passed", sc.Name, sc.Outcome, sc.Reason, sc.Failures)
		}
	}
}

// lateList shows one assessment less than it has each second time that it is read.
func lateList() broken {
	var reads atomic.Int64
	return broken{after: func(r *http.Request, a *mockAnswer) {
		if !isList(r) {
			return
		}
		late := reads.Add(1)%2 == 1
		a.edit(func(list map[string]any) {
			items, _ := list["items"].([]any)
			if late {
				items = items[1:]
			}
			list["items"] = items
		})
	}}
}
