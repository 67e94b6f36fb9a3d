package layer_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/assay/conformance/internal/layer"
	"example.com/assay/openapi"
)

// pass records the operation and the ID of a request, and passes it on.
func pass(t *testing.T, method, path string) (op, id string) {
	t.Helper()
	inner := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	h := layer.Handler(inner, layer.Target{}, func(x *layer.Exchange) *layer.Response {
		op, id = x.Op, x.ID
		return x.Pass()
	})
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, nil))
	return op, id
}

func TestExchangeFindsEveryOperation(t *testing.T) {
	t.Parallel()
	for _, o := range openapi.Operations() {
		path := strings.NewReplacer("{assessment_id}", "ABC", "{outcome_id}", "ABC", "{task_id}", "ABC").Replace(o.Path)
		want, wantID := o.ID, ""
		if o.SameAs != "" {
			want = o.SameAs
		}
		if path != o.Path {
			wantID = "abc"
		}
		for _, base := range []string{"", "/v5", "/gateway/assessments/v5"} {
			if op, id := pass(t, o.Method, base+path); op != want || id != wantID {
				t.Errorf("%s %s: got %s, ID %q; want %s, %q", o.Method, base+path, op, id, want, wantID)
			}
		}
		if op, _ := pass(t, http.MethodTrace, "/v5"+path); op != layer.Undeclared {
			t.Errorf("TRACE %s: got %q, want %s", path, op, layer.Undeclared)
		}
	}
	if op, _ := pass(t, http.MethodGet, "/v5/healthz"); op != "" {
		t.Errorf("an unknown path: got operation %q, want none", op)
	}
}

func TestInProcessPassesOnTheBodyOfA204(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/v5/assessments", nil)
	h := layer.Handler(nil, layer.Target{}, func(*layer.Exchange) *layer.Response { return layer.Reply(http.StatusNoContent, "x") })
	resp, err := layer.InProcess{Handler: h}.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if n, _ := resp.Body.Read(make([]byte, 2)); n != 1 {
		t.Errorf("got %d bytes, want 1", n)
	}
}

func TestBreakIsAnErrorOfTheTransport(t *testing.T) {
	t.Parallel()
	h := layer.Handler(nil, layer.Target{}, func(*layer.Exchange) *layer.Response {
		layer.Break(http.ErrHandlerTimeout)
		return nil
	})
	resp, err := layer.InProcess{Handler: h}.RoundTrip(httptest.NewRequest(http.MethodGet, "http://127.0.0.1/", nil))
	if err != http.ErrHandlerTimeout { //nolint:errorlint // the very error
		t.Errorf("got %v, want %v", err, http.ErrHandlerTimeout)
	}
	if resp != nil {
		resp.Body.Close()
	}
}
