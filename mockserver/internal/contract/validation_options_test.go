package contract_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"example.com/assay/mockserver/internal/contract"
)

// Each test here shows what kin-openapi lets pass by default, and that it does
// not pass here.

// lenient is an exchange under the defaults of kin-openapi.
func lenient(t *testing.T, doc *openapi3.T, r *http.Request, body string) *openapi3filter.RequestValidationInput {
	t.Helper()
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	route, params, err := router.FindRoute(r)
	if err != nil {
		t.Fatal(err)
	}
	r.Body = io.NopCloser(bytes.NewBufferString(body))
	r.ContentLength = int64(len(body))
	options := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	return &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}
}

func strict(t *testing.T, doc *openapi3.T) *contract.Checker {
	t.Helper()
	checker, err := contract.NewChecker(doc)
	if err != nil {
		t.Fatal(err)
	}
	return checker
}

func TestUndeclaredStatusesAreRefused(t *testing.T) {
	t.Parallel()
	_, doc := load(t)
	r := httptest.NewRequest(http.MethodGet, "/v5/assessments/"+guideID, nil)
	header := http.Header{"Content-Type": {"application/json"}}
	byDefault := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: lenient(t, doc, r, ""), Status: http.StatusTeapot, Header: header, Body: io.NopCloser(bytes.NewBufferString("{}")),
	})
	if byDefault != nil {
		t.Errorf("by default: got %v, want 418 to pass, or this switch is needed no more", byDefault)
	}
	if err := strict(t, doc).Response(r, http.StatusTeapot, header, []byte("{}")); err == nil {
		t.Error("an undeclared status passes")
	}
}

func TestUndeclaredBodiesAreRefused(t *testing.T) {
	t.Parallel()
	_, doc := load(t)
	r := httptest.NewRequest(http.MethodPost, "/v5/assessments/"+guideID+"/cancel-workflow", nil)
	if err := openapi3filter.ValidateRequest(t.Context(), lenient(t, doc, r, "{}")); err != nil {
		t.Errorf("by default: got %v, want a body to pass, or this switch is needed no more", err)
	}
	if _, err := strict(t, doc).Request(r, []byte("{}")); err == nil {
		t.Error("an undeclared body passes")
	}
}

func TestRequestsAreNotRewritten(t *testing.T) {
	t.Parallel()
	_, doc := load(t)
	r := httptest.NewRequest(http.MethodGet, "/v5/assessments", nil)
	input := lenient(t, doc, r, "")
	if err := openapi3filter.ValidateRequest(t.Context(), input); err != nil || input.Request.URL.RawQuery == "" {
		t.Errorf("by default: got %v and query %q, want defaults written into it, or this switch is needed no more", err, input.Request.URL.RawQuery)
	}
	r = httptest.NewRequest(http.MethodGet, "/v5/assessments", nil)
	if _, err := strict(t, doc).Request(r, nil); err != nil || r.URL.RawQuery != "" {
		t.Errorf("got %v and query %q, want the request as it was", err, r.URL.RawQuery)
	}
}

func TestFormatsAreChecked(t *testing.T) {
	t.Parallel()
	c, doc := load(t)
	broken := guide(doc)
	broken["id"] = "x"
	if err := doc.Components.Schemas["Assessment"].Value.VisitJSON(broken); err != nil {
		t.Errorf("by default: got %v, want any string to be a UUID, or this switch is needed no more", err)
	}
	for name, value := range map[string]string{"id": "x", "created_at": "yesterday"} {
		_, own := load(t)
		one := guide(own)
		one[name] = value
		if _, err := c.CertifyItem("Assessment", one); err == nil {
			t.Errorf("%s of %q: got it certified", name, value)
		}
	}
}
