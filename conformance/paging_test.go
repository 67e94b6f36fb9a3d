package conformance_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

const originalQuery = "X-Original-Query" // of a request that the gateway has changed

// paging is a gateway that lists in pages of ten: of all items, from the position
// that the query parameter stands for.
type paging struct {
	param string
	start func(string) int
	show  func(a *mockAnswer, page []any, from, total int) any
}

func (p paging) wrap(inner http.Handler) http.Handler {
	return broken{
		before: func(r *http.Request) {
			if isList(r) {
				r.Header.Set(originalQuery, r.URL.Query().Get(p.param))
				r.URL.RawQuery = "max_page_size=1000"
			}
		},
		after: func(r *http.Request, a *mockAnswer) {
			if !isList(r) || a.Code != http.StatusOK {
				return
			}
			var list struct{ Items []any }
			if err := json.Unmarshal(a.Body.Bytes(), &list); err != nil {
				panic(err)
			}
			from := min(max(0, p.start(r.Header.Get(originalQuery))), len(list.Items))
			page := list.Items[from:min(from+10, len(list.Items))]
			a.replace(http.StatusOK, p.show(a, page, from, len(list.Items)))
		},
	}.wrap(inner)
}

// runPaged runs the requirements that conclude from what a list lacks.
func runPaged(t *testing.T, p paging, fault func(http.Handler) http.Handler) *report.Report {
	t.Helper()
	mock, err := mockserver.New(mockserver.Config{Settings: map[string]string{"list-order": "oldest-first"}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p.wrap(fault(mock)))
	t.Cleanup(server.Close)
	o := quick()
	o.VisibilityTimeout = 300 * time.Millisecond
	o.Selection.Only = []string{"LST-01", "LST-03", "CAN-10", "CRT-03", "AUT-06"}
	return run(t, conformance.Target{BaseURL: server.URL + "/v5", APIKey: "API_KEY", OtherAPIKey: "OTHER_API_KEY"}, o)
}

func faultless(h http.Handler) http.Handler { return h }

// lacksNew leaves out of the list what was created through it.
func lacksNew(inner http.Handler) http.Handler {
	first := staleList()
	return broken{after: first.after}.wrap(inner)
}

// needList keeps the scenarios that need a whole list.
func needList(r *report.Report) []report.Scenario {
	var all []report.Scenario
	for _, sc := range r.Scenarios {
		switch sc.Name {
		case "Another institution's assessment cannot be read", "Another institution's assessment cannot be cancelled", "No assessment was seen by two institutions in the whole run":
		default:
			all = append(all, sc)
		}
	}
	return all
}

func pageNumber(s string) int {
	n, _ := strconv.Atoi(s)
	return 10 * (max(n, 1) - 1)
}

func linkHeader(a *mockAnswer, page []any, from, total int) any {
	if next := from/10 + 2; from+10 < total {
		a.Header().Set("Link", fmt.Sprintf(`</v5/assessments?seite=%d>; rel="next"`, next))
	}
	return page
}

func onlyItems(_ *mockAnswer, page []any, _, _ int) any { return page }

// TestPagingThatIsNotRecognised: what stands on no page that can be reached is
// neither there nor missing.
func TestPagingThatIsNotRecognised(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(http.Handler) http.Handler{"a good target": faultless, "a list without new items": lacksNew} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := runPaged(t, paging{"seite", pageNumber, onlyItems}, fault)
			for _, sc := range needList(r) {
				if sc.Outcome == report.Passed || sc.Outcome == report.Failed || sc.Reason == "" {
					t.Errorf("%s: got %s (%s) %v, want an outcome that tells nothing, and why", sc.Name, sc.Outcome, sc.Reason, sc.Failures)
				}
			}
		})
	}
}

// TestPagingByLinks: a link in a header leads to every page, so that what is
// missing is known to be.
func TestPagingByLinks(t *testing.T) {
	t.Parallel()
	r := runPaged(t, paging{"seite", pageNumber, linkHeader}, faultless)
	for _, sc := range r.Scenarios {
		if sc.Outcome != report.Passed && sc.Outcome != report.NotSupported {
			t.Errorf("%s: got %s (%s) %v, want passed", sc.Name, sc.Outcome, sc.Reason, sc.Failures)
		}
	}
	r = runPaged(t, paging{"seite", pageNumber, linkHeader}, lacksNew)
	if !slices.Contains(blamed(r), "LST-01") {
		logReasons(t, r)
		t.Errorf("got failures of %q, want of LST-01", blamed(r))
	}
}
