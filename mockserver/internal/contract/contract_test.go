package contract_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/openapi"
)

const guideID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"

func load(t testing.TB) (*contract.Contract, *openapi3.T) {
	t.Helper()
	doc, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.New(doc)
	if err != nil {
		t.Fatal(err)
	}
	return c, doc
}

func operation(t testing.TB, c *contract.Contract, id string) *contract.Operation {
	t.Helper()
	op, ok := c.Operation(id)
	if !ok {
		t.Fatalf("operation %q: got none", id)
	}
	return op
}

func guide(doc *openapi3.T) map[string]any {
	return doc.Components.Examples["Assessment"].Value.Value.(map[string]any)
}

func TestCheckParams(t *testing.T) {
	t.Parallel()
	c, _ := load(t)
	tests := []struct {
		name, op, id, query string
		want                []string // parameters that do not fit
	}{
		{name: "a UUID", op: "getAssessment", id: guideID},
		{name: "a UUID in capitals", op: "getAssessment", id: strings.ToUpper(guideID)},
		{name: "no UUID", op: "getAssessment", id: "x", want: []string{"assessment_id"}},
		{name: "a UUID and more", op: "getAssessment", id: guideID + "0", want: []string{"assessment_id"}},
		{name: "defaults", op: "listAssessments"},
		{name: "limits", op: "listAssessments", query: "limit=1000&offset=0&page_token="},
		{name: "too large", op: "listAssessments", query: "limit=1001&offset=-1", want: []string{"limit", "offset"}},
		{name: "not a number", op: "listAssessments", query: "limit=ten", want: []string{"limit"}},
		{name: "empty", op: "listAssessments", query: "limit=", want: []string{"limit"}},
		{name: "twice", op: "listAssessments", query: "limit=1&limit=2", want: []string{"limit"}},
		{name: "bad escape", op: "listAssessments", query: "limit=%zz", want: []string{""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, mismatches := operation(t, c, tt.op).CheckParams(contract.Given{PathValue: func(string) string { return tt.id }, RawQuery: tt.query})
			var got []string
			for _, m := range mismatches {
				got = append(got, m.Parameter)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("parameters that do not fit (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParamsHaveDefaults(t *testing.T) {
	t.Parallel()
	c, _ := load(t)
	params, mismatches := operation(t, c, "listAssessments").CheckParams(contract.Given{RawQuery: "offset=7"})
	if got, want := []int{params.Int("limit"), params.Int("offset"), len(mismatches)}, []int{50, 7, 0}; !slices.Equal(got, want) {
		t.Errorf("limit, offset, mismatches: got %v, want %v", got, want)
	}
}

func TestUndeclaredQuery(t *testing.T) {
	t.Parallel()
	c, _ := load(t)
	got := operation(t, c, "listAssessments").UndeclaredQuery("limit=1&page=2")
	want := []contract.Mismatch{{
		In: "query", Parameter: "page", Expected: "one of limit, max_page_size, offset, page_token", Got: `"page"`,
		Contract: "/paths/~1assessments/get/parameters", Undeclared: true,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatches (-want +got):\n%s", diff)
	}
}

func TestCheckBody(t *testing.T) {
	t.Parallel()
	c, _ := load(t)
	good := `{"entity_id":"` + guideID + `","template_id":"` + guideID + `"}`
	tests := []struct {
		name, media, body string
		want              []string // pointers
		wantErr           bool
	}{
		{name: "good", body: good},
		{name: "more fields than declared", body: strings.Replace(good, "{", `{"x":1,`, 1)},
		{name: "with a charset", media: "application/json; charset=utf-8", body: good},
		{name: "another media type", media: "text/plain", body: good, want: []string{""}, wantErr: true},
		{name: "no media type", media: "-", body: good, want: []string{""}, wantErr: true},
		{name: "empty", body: " ", want: []string{""}},
		{name: "cut", body: good[:10], want: []string{""}},
		{name: "two values", body: good + good, want: []string{""}},
		{name: "an array", body: "[]", want: []string{""}},
		{name: "null", body: "null", want: []string{""}},
		{name: "all that is wrong", body: `{"entity_id":7}`, want: []string{"/entity_id", "/template_id"}},
		{name: "no UUID", body: strings.Replace(good, guideID, "x", 1), want: []string{"/entity_id"}},
		{name: "too deep", body: strings.Repeat("[", 101) + strings.Repeat("]", 101), want: []string{""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			media := map[string]string{"": "application/json", "-": ""}[tt.media]
			if media == "" && tt.media != "-" {
				media = tt.media
			}
			_, mismatches, err := operation(t, c, "createAssessment").ReadBody(http.Header{"Content-Type": {media}}, []byte(tt.body))
			if (err != nil) != tt.wantErr {
				t.Errorf("error: got %v, want one: %v", err, tt.wantErr)
			}
			var got []string
			for _, m := range mismatches {
				got = append(got, m.Pointer)
				if m.Expected == "" || m.Got == "" {
					t.Errorf("got %+v, want expected and got in it", m)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("pointers (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOnlyWhatTheContractDeclaresIsCertified(t *testing.T) {
	t.Parallel()
	c, doc := load(t)
	item, err := c.CertifyItem("Assessment", guide(doc))
	if err != nil {
		t.Fatal(err)
	}
	get, list, cancel := operation(t, c, "getAssessment"), operation(t, c, "listAssessments"), operation(t, c, "cancelWorkflow")
	problem := []byte(`{"type":"about:blank","title":"Not found","status":404}`)
	tests := []struct {
		name    string
		respond func() (contract.Certified, error)
		want    bool
	}{
		{"an item", func() (contract.Certified, error) { return get.RespondItem(200, item) }, true},
		{"an item with an undeclared status", func() (contract.Certified, error) { return get.RespondItem(201, item) }, false},
		{"an item where a list is declared", func() (contract.Certified, error) { return list.RespondItem(200, item) }, false},
		{"the zero item", func() (contract.Certified, error) { return get.RespondItem(200, contract.Item{}) }, false},
		{"a page", func() (contract.Certified, error) {
			return list.RespondPage(200, []contract.Item{item}, contract.Page{Count: 1, Limit: 1})
		}, true},
		{"a page without a limit", func() (contract.Certified, error) { return list.RespondPage(200, nil, contract.Page{}) }, false},
		{"a page of zero items", func() (contract.Certified, error) {
			return list.RespondPage(200, []contract.Item{{}}, contract.Page{Limit: 1})
		}, false},
		{"an array", func() (contract.Certified, error) { return list.RespondArray(200, []contract.Item{item, item}) }, true},
		{"an array where an item is declared", func() (contract.Certified, error) { return get.RespondArray(200, nil) }, false},
		{"no content", func() (contract.Certified, error) { return cancel.RespondNoContent(204) }, true},
		{"no content where a body is declared", func() (contract.Certified, error) { return get.RespondNoContent(200) }, false},
		{"an error", func() (contract.Certified, error) {
			return get.RespondError(404, "application/problem+json", problem)
		}, true},
		{"an error without its members", func() (contract.Certified, error) {
			return get.RespondError(404, "application/problem+json", []byte(`{}`))
		}, false},
		{"an empty error", func() (contract.Certified, error) { return get.RespondError(404, "text/plain", nil) }, true},
		{"text where none is declared", func() (contract.Certified, error) { return get.RespondError(404, "text/plain", []byte("x")) }, false},
		{"an undeclared error", func() (contract.Certified, error) {
			return get.RespondError(418, "application/problem+json", problem)
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.respond()
			if (err == nil) != tt.want {
				t.Fatalf("error: got %v, want certified: %v", err, tt.want)
			}
			if wrote := got.Write(httptest.NewRecorder()) == nil; wrote != tt.want {
				t.Errorf("written: got %v, want %v", wrote, tt.want)
			}
		})
	}
}

func TestEveryFieldOfAnItemIsValidated(t *testing.T) {
	t.Parallel()
	c, doc := load(t)
	for name := range guide(doc) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, own := load(t)
			broken := guide(own)
			delete(broken, name)
			if _, err := c.CertifyItem("Assessment", broken); err == nil {
				t.Errorf("an assessment without %s: got it certified, want an error", name)
			}
		})
	}
}

// TestWhatIsWrittenIsValid asks kin-openapi's own filter about what was written.
func TestWhatIsWrittenIsValid(t *testing.T) {
	t.Parallel()
	c, doc := load(t)
	checker, err := contract.NewChecker(doc)
	if err != nil {
		t.Fatal(err)
	}
	item, err := c.CertifyItem("Assessment", guide(doc))
	if err != nil {
		t.Fatal(err)
	}
	list := operation(t, c, "listAssessments")
	responses := map[string]func() (contract.Certified, error){
		"page": func() (contract.Certified, error) {
			return list.RespondPage(200, []contract.Item{item, item}, contract.Page{Count: 9, Limit: 2, Offset: 4})
		},
		"array": func() (contract.Certified, error) { return list.RespondArray(200, []contract.Item{item, item}) },
		"none":  func() (contract.Certified, error) { return list.RespondArray(200, nil) },
		"empty": func() (contract.Certified, error) { return list.RespondError(401, "text/plain", nil) },
	}
	for name, respond := range responses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			certified, err := respond()
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			if err := certified.Write(w); err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest(http.MethodGet, "/v5/assessments", nil)
			if err := checker.Response(r, w.Code, w.Header(), w.Body.Bytes()); err != nil {
				t.Errorf("kin-openapi refuses %s: %v", w.Body, err)
			}
		})
	}
}
