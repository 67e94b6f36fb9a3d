package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// lateServer answers each path with its statuses, one after another, and then
// with the last of them.
func lateServer(t *testing.T, statuses map[string][]int) (base string) {
	t.Helper()
	asked := map[string]*atomic.Int64{}
	for path := range statuses {
		asked[path] = &atomic.Int64{}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		list, known := statuses[r.URL.Path]
		if !known {
			http.NotFound(w, r)
			return
		}
		status := list[min(int(asked[r.URL.Path].Add(1)), len(list))-1]
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestWait(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		statuses map[string][]int
		path     string // added to the URL
		timeout  string
		code     int
		ready    string // the path that is printed
		stderr   string
	}{
		{name: "at once", statuses: map[string][]int{"/readyz": {200}}, timeout: "5s", ready: "/readyz"},
		{name: "not at first", statuses: map[string][]int{"/readyz": {503, 503, 200}}, timeout: "5s", ready: "/readyz"},
		{name: "the base of the API", statuses: map[string][]int{"/readyz": {503, 200}}, path: "/v5", timeout: "5s", ready: "/readyz"},
		{name: "a server that knows no such question", statuses: map[string][]int{"/": {204}}, path: "/", timeout: "5s", ready: "/"},
		{name: "a path of its own", statuses: map[string][]int{"/readyz": {200}, "/app": {503, 200}}, path: "/app", timeout: "5s", ready: "/app"},
		{name: "never", statuses: map[string][]int{"/readyz": {503}}, timeout: "250ms", code: 3, stderr: "/readyz: status 503 Service Unavailable, want 200 to 299"},
		{name: "a page to log in at", statuses: map[string][]int{"/app": {302}, "/elsewhere": {200}}, path: "/app", timeout: "250ms", code: 3, stderr: "status 302 Found"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			base := lateServer(t, tt.statuses)
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), []string{"wait", base + tt.path, "--timeout", tt.timeout}, nil, nil, &stdout, &stderr)
			want := ""
			if tt.code == exitOK {
				want = base + tt.ready + "\n"
			}
			if code != tt.code || stdout.String() != want || !strings.Contains(stderr.String(), tt.stderr) {
				t.Errorf("got %d, %q and the errors %q; expected %d, %q and %q", code, &stdout, &stderr, tt.code, want, tt.stderr)
			}
		})
	}
}

func TestWaitEndsWhenItIsInterrupted(t *testing.T) {
	t.Parallel()
	base := lateServer(t, map[string][]int{"/readyz": {503}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	if code := run(ctx, []string{"wait", base}, nil, nil, &stdout, &stderr); code != exitCouldNotRun || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("got %d and %q, expected %d and that it was interrupted", code, &stderr, exitCouldNotRun)
	}
}
