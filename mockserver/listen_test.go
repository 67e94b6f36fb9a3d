package mockserver_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/assay/mockserver"
)

func started(t *testing.T, cfg mockserver.Config) *mockserver.Server {
	t.Helper()
	s := newServer(t, cfg)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func dial(t *testing.T, s *mockserver.Server) net.Conn {
	t.Helper()
	return dialTo(t, s.Addr().String())
}

func dialTo(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// exchange sends raw bytes, and returns the status of what comes back.
func exchange(t *testing.T, conn net.Conn, raw string) int {
	t.Helper()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.WriteString(conn, raw) // the server may stop reading, which is its right
	}()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("read the response: %v", err)
	}
	defer response.Body.Close()
	conn.Close()
	<-sent
	return response.StatusCode
}

func TestLimitsOfAConnection(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{})
	line := "GET " + guideAssessment + " HTTP/1.1\r\nHost: x\r\napikey: API_KEY\r\n"
	post := "POST /v5/assessments HTTP/1.1\r\nHost: x\r\napikey: API_KEY\r\nContent-Type: application/json\r\n"
	tests := []struct {
		name, raw string
		want      int
	}{
		{"as usual", line + "\r\n", 200},
		{"60 KiB of headers", line + "X: " + strings.Repeat("a", 60<<10) + "\r\n\r\n", 200},
		{"70 KiB of headers", line + "X: " + strings.Repeat("a", 70<<10) + "\r\n\r\n", 431},
		{"70 KiB of path", "GET /" + strings.Repeat("a", 70<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", 431},
		{"many headers", line + strings.Repeat("X: a\r\n", 20_000) + "\r\n", 431},
		{"a body of 3 MiB", post + fmt.Sprintf("Content-Length: %d\r\n\r\n", 3<<20) + strings.Repeat(" ", 3<<20), 413},
		{"a chunked body of 3 MiB", post + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("10000\r\n"+strings.Repeat(" ", 0x10000)+"\r\n", 48) + "0\r\n\r\n", 413},
		{"a promise of 200 MB", post + "Content-Length: 200000000\r\n\r\n", 413},
		{"a body for a cancel of 3 MiB", strings.Replace(post, "/v5/assessments", guideAssessment+"/cancel-workflow", 1) + fmt.Sprintf("Content-Length: %d\r\n\r\n", 3<<20), 413},
		{"a bad key with a promise of 200 MB", strings.Replace(post, "API_KEY", "X", 1) + "Content-Length: 200000000\r\n\r\n", 401},
		{"no host", "GET / HTTP/1.1\r\n\r\n", 400},
		{"half an escape in the path", "GET /v5/assessments/% HTTP/1.1\r\nHost: x\r\napikey: API_KEY\r\n\r\n", 400},
		{"no HTTP", "hello\r\n\r\n", 400},
		{"two lengths", post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := exchange(t, dial(t, s), tt.raw); got != tt.want {
				t.Errorf("status: got %d, want %d", got, tt.want)
			}
		})
	}
}

func TestCloseIsQuickAndFinal(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	if s.Addr() != nil || s.URL() != "" || s.Close() != nil {
		t.Error("before Start: got an address, or an error of Close")
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err == nil {
		t.Error("a second Start: got no error")
	}
	idle, unfinished := dial(t, s), dial(t, s)
	if _, err := io.WriteString(idle, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(idle), nil)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("healthz: got %v, %v", response, err)
	}
	defer response.Body.Close()
	body := "POST /v5/assessments HTTP/1.1\r\nHost: x\r\napikey: API_KEY\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
	if _, err := io.WriteString(unfinished, body); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(unfinished).ReadString('\n'); err != nil || !strings.Contains(line, "100") {
		t.Fatalf("a request in flight: got %q, %v, want 100 Continue", line, err)
	}
	begin := time.Now()
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if took := time.Since(begin); took > time.Second {
		t.Errorf("close took %s, want less than a second", took)
	}
	if conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.Addr().String()); err == nil {
		conn.Close()
		t.Error("after Close: got a connection")
	}
	if err := s.Close(); err != nil {
		t.Errorf("close again: %v", err)
	}
}

func TestShutdownWaitsAsLongAsItMay(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	conn := dial(t, s)
	if _, err := io.WriteString(conn, "POST /v5/assessments HTTP/1.1\r\nHost: x\r\napikey: API_KEY\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("shutdown with a request in flight: got %v, want %v", err, context.Canceled)
	}
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

func TestAddressInUse(t *testing.T) {
	t.Parallel()
	first := started(t, mockserver.Config{})
	second := newServer(t, mockserver.Config{Addr: first.Addr().String()})
	if err := second.Start(); err == nil || second.URL() != "" {
		t.Errorf("an address in use: got %v, URL %q, want an error and none", err, second.URL())
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	lender := httptest.NewTLSServer(nil) // has a certificate, and a client that trusts it
	defer lender.Close()
	s := started(t, mockserver.Config{TLS: &tls.Config{Certificates: lender.TLS.Certificates, MinVersion: tls.VersionTLS12}})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/entities", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("apikey", "API_KEY")
	client := lender.Client()
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK || !strings.HasPrefix(s.URL(), "https://") {
		t.Errorf("%s: got %s, want 200", s.URL(), response.Status)
	}
}

func TestWhatStandsAroundTheAPI(t *testing.T) {
	t.Parallel()
	got := newServer(t, mockserver.Config{}).StageNames()
	if want := []string{"journal", "recover", "cors"}; !slices.Equal(got, want) {
		t.Errorf("stages, from the outside in: got %v, want %v", got, want)
	}
}

// TestContentLengthIsRight reads a list over a connection, where a wrong length
// cuts the body or breaks the next response.
func TestContentLengthIsRight(t *testing.T) {
	t.Parallel()
	for _, shape := range []string{"token-page", "offset-page", "array"} {
		conn := dial(t, started(t, mockserver.Config{Settings: map[string]string{"list-shape": shape}}))
		reader := bufio.NewReader(conn)
		for _, path := range []string{"/v5/assessments?limit=3", "/v5/assessments?offset=1000", "/v5/entities?limit=1", "/v5/assessments"} {
			if _, err := io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: x\r\napikey: API_KEY\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			response, err := http.ReadResponse(reader, nil)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			if err != nil || int64(len(body)) != response.ContentLength || !json.Valid(body) {
				t.Errorf("%s %s: got %d bytes, %v, want %d of JSON: %s", shape, path, len(body), err, response.ContentLength, body)
			}
		}
	}
}
