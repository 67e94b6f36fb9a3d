package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// mockAnswer is what the mock has answered, before it is sent on.
type mockAnswer struct {
	*httptest.ResponseRecorder
	id string // of the assessment in the path, "" if there is none
}

// broken wraps the mock: before may change a request, after may change its answer.
type broken struct {
	before func(*http.Request)
	after  func(r *http.Request, a *mockAnswer)
}

func (b broken) wrap(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if b.before != nil {
			b.before(r)
		}
		a := &mockAnswer{ResponseRecorder: httptest.NewRecorder(), id: assessmentID(r)}
		inner.ServeHTTP(a, r)
		if b.after != nil {
			b.after(r, a)
		}
		maps.Copy(w.Header(), a.Header())
		if a.Code == http.StatusNoContent && a.Body.Len() > 0 {
			sendWithBody(w, a)
			return
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(a.Code)
		_, _ = w.Write(a.Body.Bytes())
	})
}

// sendWithBody sends a body after a 204, which net/http itself would not.
func sendWithBody(w http.ResponseWriter, a *mockAnswer) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"+a.Body.String())
}

func assessmentID(r *http.Request) string {
	rest, found := strings.CutPrefix(r.URL.Path, "/v5/assessments/")
	id, _, _ := strings.Cut(rest, "/")
	if !found || id == "templates" || id == "outcomes" {
		return ""
	}
	return id
}

func isCancel(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/cancel-workflow") }
func isGet(r *http.Request) bool {
	return r.Method == http.MethodGet && assessmentID(r) != "" && !isCancel(r)
}
func isList(r *http.Request) bool {
	return r.Method == http.MethodGet && r.URL.Path == "/v5/assessments"
}

// edit changes the JSON object of a 200.
func (a *mockAnswer) edit(change func(map[string]any)) {
	var object map[string]any
	if a.Code/100 != 2 || json.Unmarshal(a.Body.Bytes(), &object) != nil {
		return
	}
	change(object)
	a.replace(a.Code, object)
}

func (a *mockAnswer) replace(status int, body any) {
	a.Code = status
	a.Body = &bytes.Buffer{}
	if body != nil {
		if err := json.NewEncoder(a.Body).Encode(body); err != nil {
			panic(err)
		}
	}
}

// ifCancelled changes what a GET of a cancelled assessment shows.
func ifCancelled(change func(map[string]any)) broken {
	return broken{after: func(r *http.Request, a *mockAnswer) {
		if isGet(r) {
			a.edit(func(o map[string]any) {
				if o["workflow_state"] == "Cancelled" {
					change(o)
				}
			})
		}
	}}
}

func acceptMissingKey(r *http.Request) {
	if r.Header.Get("apikey") == "" {
		r.Header.Set("apikey", "API_KEY")
	}
}

// TestBrokenHandlers: twelve ways to be wrong, and the requirement by which each
// is found.
func TestBrokenHandlers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		requirement string
		broken      broken
	}{
		{"200 instead of 204", "CAN-01", broken{after: func(r *http.Request, a *mockAnswer) {
			if isCancel(r) && a.Code == http.StatusNoContent {
				a.Code = http.StatusOK
			}
		}}},
		{"a body with the 204", "CAN-02", broken{after: func(r *http.Request, a *mockAnswer) {
			if isCancel(r) && a.Code == http.StatusNoContent {
				a.replace(http.StatusNoContent, map[string]any{"cancelled": true})
			}
		}}},
		{"Canceled with one l", "CAN-04", ifCancelled(func(o map[string]any) { o["workflow_state"] = "Canceled" })},
		{"the state is kept", "CAN-04", ifCancelled(func(o map[string]any) { o["workflow_state"] = "Active" })},
		{"the outcome is kept", "CAN-06", ifCancelled(func(o map[string]any) { o["outcome_id"] = "0323e489-6bf9-4b68-9c8d-5674f46921e4" })},
		{"a field is lost", "CAN-05", ifCancelled(func(o map[string]any) { delete(o, "entity_id") })},
		{"an unknown ID is cancelled with 204", "CAN-08", broken{after: func(r *http.Request, a *mockAnswer) {
			if isCancel(r) && a.Code == http.StatusNotFound {
				a.replace(http.StatusNoContent, nil)
			}
		}}},
		{"an unknown ID is read with 200", "GET-02", broken{after: func(r *http.Request, a *mockAnswer) {
			if isGet(r) && a.Code == http.StatusNotFound {
				a.replace(http.StatusOK, map[string]any{"id": a.id})
			}
		}}},
		{"no key is accepted", "AUT-01", broken{before: acceptMissingKey}},
		{"a bad key is accepted on the list only", "AUT-02", broken{before: func(r *http.Request) {
			if isList(r) && r.Header.Get("apikey") != "" && !strings.Contains(r.Header.Get("apikey"), "OTHER") && !strings.Contains(r.Header.Get("apikey"), "DENIED") {
				r.Header.Set("apikey", "API_KEY")
			}
		}}},
		{"the list is stale", "LST-01", staleList()},
		{"a step runs after the cancel", "CAN-07", stepAfterCancel()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock, err := mockserver.New(mockserver.Config{})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(tt.broken.wrap(mock))
			t.Cleanup(server.Close)
			o := quick()
			o.Selection.Strict = false // none of the twelve needs it
			o.VisibilityTimeout = o.Settle
			r, err := conformance.Run(context.WithoutCancel(t.Context()), conformance.Target{BaseURL: server.URL + "/v5", APIKey: "API_KEY", OtherAPIKey: "OTHER_API_KEY", DeniedAPIKey: "DENIED_API_KEY"}, o)
			if err != nil {
				t.Fatal(err)
			}
			named := false
			for _, reason := range r.Reasons {
				named = named || reason.Requirement == tt.requirement
			}
			if r.Verdict != report.Nonconformant || !named {
				logReasons(t, r)
				t.Errorf("got verdict %s, want nonconformant because of %s", r.Verdict, tt.requirement)
			}
		})
	}
}

// staleList answers every list as the first one of its kind was answered.
func staleList() broken {
	var mu sync.Mutex
	first := map[string][]byte{}
	return broken{after: func(r *http.Request, a *mockAnswer) {
		if !isList(r) || a.Code != http.StatusOK {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		key := r.Header.Get("apikey") + r.URL.RawQuery
		if first[key] == nil {
			first[key] = bytes.Clone(a.Body.Bytes())
		}
		a.Body = bytes.NewBuffer(bytes.Clone(first[key]))
	}}
}

// stepAfterCancel has the error fields of a cancelled assessment change after its
// first read, as if a step had run and failed.
func stepAfterCancel() broken {
	var mu sync.Mutex
	reads := map[any]int{}
	return ifCancelled(func(o map[string]any) {
		mu.Lock()
		defer mu.Unlock()
		if reads[o["id"]]++; reads[o["id"]] > 1 {
			o["error_step"] = "Screen against sanctions lists"
		}
	})
}
