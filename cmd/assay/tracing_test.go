package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTraceEndpoint(t *testing.T) {
	t.Parallel()
	const collector = "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318"
	tests := []struct {
		name, want, problem string
		env                 []string
	}{
		{name: "nothing set"},
		{name: "a collector", env: []string{collector}, want: "http://127.0.0.1:4318/v1/traces"},
		{name: "a collector below a path", env: []string{collector + "/otlp/"}, want: "http://127.0.0.1:4318/otlp/v1/traces"},
		{name: "for traces alone", env: []string{collector, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:1/x"}, want: "http://127.0.0.1:1/x"},
		{name: "switched off", env: []string{collector, "OTEL_SDK_DISABLED=true"}},
		{name: "no exporter", env: []string{collector, "OTEL_TRACES_EXPORTER=none"}},
		{name: "another exporter", env: []string{collector, "OTEL_TRACES_EXPORTER=zipkin"}, problem: `unsupported exporter "zipkin"`},
		{name: "another protocol", env: []string{collector, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}, problem: `unsupported protocol "grpc"; use http/protobuf`},
		{name: "no URL", env: []string{"OTEL_EXPORTER_OTLP_ENDPOINT=127.0.0.1:4318"}, problem: `invalid URL "127.0.0.1:4318/v1/traces"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := traceEndpoint(variablesOf(tt.env))
			if got != tt.want || (err == nil) != (tt.problem == "") || err != nil && !strings.Contains(err.Error(), tt.problem) {
				t.Errorf("got %q and the error %v, want %q and one with %q", got, err, tt.want, tt.problem)
			}
		})
	}
}

// TestMockSendsTraces runs a collector. Spans come at the latest when the mock
// stops; they continue the client's trace, and hold no key.
func TestMockSendsTraces(t *testing.T) {
	t.Parallel()
	sent := make(chan []byte, 100)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err == nil && r.URL.Path == "/v1/traces" {
			sent <- body
		}
	}))
	defer collector.Close()
	ctx, cancel := context.WithCancel(t.Context())
	out, stdout := io.Pipe()
	code := make(chan int, 1)
	go func() {
		env := []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL, "OTEL_SERVICE_NAME=my-mock"}
		code <- run(ctx, []string{"mock", "--listen", "127.0.0.1:0"}, env, nil, stdout, io.Discard)
		_ = stdout.Close()
	}()
	base := ""
	for scanner := bufio.NewScanner(out); base == "" && scanner.Scan(); {
		if url, found := strings.CutPrefix(scanner.Text(), "Listening on "); found {
			base = strings.TrimSuffix(url, " until interrupted.")
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	headers := []string{"apikey: API_KEY", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
	if _, err := roundTrip(http.MethodGet, base+"/entities", headers, "", nil); err != nil {
		t.Fatal(err)
	}
	cancel()
	if got := <-code; got != exitOK {
		t.Errorf("exit code: got %d, expected 0", got)
	}
	close(sent)
	all := bytes.Join(drain(sent), nil)
	for _, part := range []string{"listEntities", "my-mock", "\x0a\xf7\x65\x19\x16\xcd\x43\xdd\x84\x48\xeb\x21\x1c\x80\x31\x9c"} {
		if !bytes.Contains(all, []byte(part)) {
			t.Errorf("spans: expected %q in them, got %q", part, all)
		}
	}
	if bytes.Contains(all, []byte("API_KEY")) {
		t.Errorf("spans: expected no key in them, got %q", all)
	}
}

func drain(sent <-chan []byte) [][]byte {
	var all [][]byte
	for body := range sent {
		all = append(all, body)
	}
	return all
}
