package contract_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"example.com/assay/mockserver/internal/contract"
)

// FuzzParams compares the compiled checks of parameters with kin-openapi's: the
// two accept exactly the same requests.
func FuzzParams(f *testing.F) {
	c, doc := load(f)
	checker, err := contract.NewChecker(doc)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][2]string{
		{guideID, "limit=1&offset=0"}, {"x", "limit=1001"}, {guideID[:35] + "g", "limit=+1"}, {guideID + "0", "limit=01"},
		{guideID, "limit=1e2"}, {guideID, "limit=1.0"}, {guideID, "limit=0x10"}, {guideID, "limit=1_0"}, {guideID, "offset=-0"},
		{guideID, "limit="}, {guideID, "limit"}, {guideID, "limit=%31"}, {guideID, "limit=1;offset=2"}, {guideID, "LIMIT=0"},
		{guideID, "offset=1000000001"}, {guideID, "limit=9223372036854775808"}, {guideID, "x=%zz"}, {guideID, "limit=1&limit=0"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, id, query string) {
		compare(t, c, checker, "getAssessment", "/v5/assessments/", id, "")
		compare(t, c, checker, "listAssessments", "/v5/assessments", "", query)
	})
}

func compare(t *testing.T, c *contract.Contract, checker *contract.Checker, operationID, path, id, query string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.URL = &url.URL{Path: path + id, RawPath: path + url.PathEscape(id), RawQuery: query}
	if r.URL.RawPath == r.URL.Path {
		r.URL.RawPath = ""
	}
	if notForThisOperation(id, query) {
		return
	}
	_, mismatches := operation(t, c, operationID).CheckParams(contract.Given{PathValue: func(string) string { return id }, RawQuery: query})
	_, err := checker.Request(r, nil)
	if (len(mismatches) == 0) != (err == nil) {
		t.Errorf("%s with ID %q and query %q: the compiled checks say %+v, kin-openapi %v", operationID, id, query, mismatches, err)
	}
}

// notForThisOperation leaves out what never gets as far as the parameters, and
// the two places where the checks are stricter on purpose: a query that cannot
// be read, and a parameter twice, of which kin-openapi takes the first.
func notForThisOperation(id, query string) bool {
	values, err := url.ParseQuery(query)
	if err != nil || len(values["limit"]) > 1 || len(values["offset"]) > 1 {
		return true
	}
	for _, c := range id {
		if c == '/' || c == '\n' || c > '~' || c < ' ' {
			return true
		}
	}
	return id == "." || id == ".." || id == "templates"
}

// FuzzReadBody looks for a body that is read otherwise than it was checked.
func FuzzReadBody(f *testing.F) {
	c, _ := load(f)
	op := operation(f, c, "createAssessment")
	f.Add([]byte(`{"entity_id":"` + guideID + `","template_id":"` + guideID + `"}`))
	f.Add([]byte(`{"entity_id":"` + guideID + `","template_id":7,"template_id":"` + guideID + `","ENTITY_ID":null}`))
	f.Add([]byte(`{entity_id:x}`))
	f.Add([]byte(`[[[[{"a":"\ud800"}]]]] `))
	f.Fuzz(func(t *testing.T, body []byte) {
		value, mismatches, err := op.ReadBody(http.Header{"Content-Type": {"application/json"}}, body)
		if err != nil {
			t.Fatalf("got %v, want mismatches at most", err)
		}
		for _, m := range mismatches {
			if m.In != "body" || m.Expected == "" || m.Got == "" || len(m.Got) > 1000 {
				t.Errorf("got %+v, want a mismatch of the body with expected and got", m)
			}
		}
		if len(mismatches) > 0 {
			return
		}
		var again struct {
			Entity *string `json:"entity_id"`
		}
		object, ok := value.(map[string]any)
		id, _ := object["entity_id"].(string)
		if !ok || len(id) != len(guideID) || json.Unmarshal(body, &again) != nil {
			t.Errorf("accepted %q, and read %v", body, value)
		}
	})
}
