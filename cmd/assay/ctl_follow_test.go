package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestFollow reads streams that end in each way.
func TestFollow(t *testing.T) {
	t.Parallel()
	const (
		data    = `{"number":7,"request":{"method":"GET","url":"/v5/entities"},"response":{"status":200}}`
		entry   = "id: 7\nevent: exchange\ndata: " + data + "\n\n"
		reset   = ": still there\n\nevent: reset\ndata: {}\n\n"
		dropped = "event: dropped\ndata: {\"reason\":\"the reader was too slow\"}\n\n"
		ended   = "event: ended\ndata: {\"reason\":\"the institution was deleted\"}\n\n"
	)
	tests := []struct {
		name, stream   string
		flags          []string
		code           int
		stdout, stderr string
	}{
		{name: "the server goes away", stream: entry, stdout: "7\t\tGET\t/v5/entities\t200\n"},
		{name: "in JSON", stream: entry, flags: []string{"--json"}, stdout: data + "\n"},
		{name: "the journal is cleared", stream: reset + entry, stdout: "7\t\tGET\t/v5/entities\t200\n", stderr: "assay ctl: the journal was cleared; it starts again at 1\n"},
		{name: "the institution is deleted", stream: ended + entry, stderr: "assay ctl: the stream ended: the institution was deleted\n"},
		{name: "too slow", stream: dropped, code: exitCouldNotRun, stderr: "assay ctl journal follow: the reader was too slow\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, tt.stream) }))
			t.Cleanup(server.Close)
			var stdout, stderr bytes.Buffer
			args := append([]string{"ctl", "journal", "follow", "--institution", "one", "--control", server.URL}, tt.flags...)
			code := run(t.Context(), args, nil, nil, &stdout, &stderr)
			if code != tt.code || stdout.String() != tt.stdout || !strings.Contains(stderr.String(), tt.stderr) {
				t.Errorf("got %d, stdout %q, stderr %q, want %d, %q, %q", code, stdout.String(), stderr.String(), tt.code, tt.stdout, tt.stderr)
			}
		})
	}
}
