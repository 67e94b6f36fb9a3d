package mockserver_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"example.com/assay/mockserver"
)

// FuzzRequest sends anything to anywhere: there is an answer, it is none of a
// defect, and an error says what it is about.
func FuzzRequest(f *testing.F) {
	s := newServer(f, mockserver.Config{Clock: newClock()})
	for _, seed := range [][4]string{
		{http.MethodGet, guideAssessment, "", ""},
		{http.MethodPost, guideAssessment + "/cancel-workflow", "x=1", "{}"},
		{http.MethodPost, "/v5/assessments", "", `{"entity_id":"` + guideEntity + `","template_id":"` + guideTemplate + `"}`},
		{http.MethodGet, "/v5/assessments/%2F", "limit=5&offset=%", ""},
		{http.MethodOptions, "/v5/../..", "", ""},
		{"", "//", "&&", "\x00"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, method, path, query, body string) {
		r := request(http.MethodGet, "/", "API_KEY", body)
		decoded, err := url.PathUnescape(path)
		if err != nil || len(path) == 0 || path[0] != '/' || method == "" {
			return // net/http refuses it first
		}
		r.Method, r.URL = method, &url.URL{Path: decoded, RawPath: path, RawQuery: query}
		w := serve(s, r)
		checkAnswer(t, r, w)
	})
}

func checkAnswer(t *testing.T, r *http.Request, w *httptest.ResponseRecorder) {
	t.Helper()
	switch {
	case w.Code >= 500:
		t.Errorf("%s %q?%q: got %d %s", r.Method, r.URL.Path, r.URL.RawQuery, w.Code, w.Body)
	case w.Code == http.StatusNoContent && w.Body.Len() > 0:
		t.Errorf("%s %q: got a 204 with the body %q", r.Method, r.URL.Path, w.Body)
	case w.Code >= 400 && r.Method != http.MethodHead:
		var problem struct {
			Detail string
			Status int
		}
		if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || problem.Detail == "" || problem.Status != w.Code {
			t.Errorf("%s %q: got %d %s, want a problem document", r.Method, r.URL.Path, w.Code, w.Body)
		}
	}
}
