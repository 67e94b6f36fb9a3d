package mockserver_test

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/assay/mockserver"
)

// secured starts a server with HTTPS for 127.0.0.1 and example.com. It returns the
// transport of a client that trusts it, and the file of its certificate.
func secured(t *testing.T, cfg mockserver.Config) (*mockserver.Server, *http.Transport, string) {
	t.Helper()
	lender := httptest.NewTLSServer(nil) // has a certificate, and a client that trusts it
	defer lender.Close()
	cfg.TLS = &tls.Config{Certificates: lender.TLS.Certificates, MinVersion: tls.VersionTLS12}
	file := filepath.Join(t.TempDir(), "cert.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: lender.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	transport := lender.Client().Transport.(*http.Transport).Clone()
	transport.ForceAttemptHTTP2 = true
	t.Cleanup(transport.CloseIdleConnections)
	return started(t, cfg), transport, file
}

func TestHTTP2(t *testing.T) {
	t.Parallel()
	s, transport, _ := secured(t, mockserver.Config{ControlAddr: "127.0.0.1:0"})
	tests := []struct {
		name, method, path, prefer string
		want                       int    // 0: the stream is reset before a response
		body                       string // part of it
		cut                        bool   // the stream is reset in the body
	}{
		{"read", http.MethodGet, "/entities", "", 200, `"id"`, false},
		{"probe", http.MethodHead, "/entities", "", 200, "", false},
		{"problem", http.MethodGet, "/assessments/x", "", 404, "urn:assay:problem:", false},
		{"reset", http.MethodGet, "/entities", "fault=reset-before-commit", 0, "", false},
		{"truncated", http.MethodGet, "/entities", "fault=truncate", 200, `"id"`, true},
		{"without a body", http.MethodGet, "/entities", "fault=reset-after-headers", 200, "", true},
		{"slow", http.MethodGet, "/entities", "fault=slow, delay=20ms", 200, `"id"`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := http.NewRequestWithContext(t.Context(), tt.method, s.URL()+tt.path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Apikey", "API_KEY")
			r.Header.Set("Prefer", tt.prefer)
			response, err := transport.RoundTrip(r)
			if tt.want == 0 || err != nil {
				if tt.want != 0 || err == nil || !strings.Contains(err.Error(), "INTERNAL_ERROR") {
					t.Fatalf("got %v, %v, want status %d", response, err, tt.want)
				}
				return
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if response.StatusCode != tt.want || response.Proto != "HTTP/2.0" || !strings.Contains(string(body), tt.body) || (err != nil) != tt.cut {
				t.Errorf("got %s %s %s, %v", response.Proto, response.Status, body, err)
			}
		})
	}
}

// TestHTTP2Journal reads the version of a request from the journal.
func TestHTTP2Journal(t *testing.T) {
	t.Parallel()
	s, transport, _ := secured(t, mockserver.Config{})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/entities", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Apikey", "API_KEY")
	response, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	in, err := s.Institution("API_KEY")
	if err != nil {
		t.Fatal(err)
	}
	if e := in.Journal(mockserver.ExchangeFilter{}, 1).Entries[0].Request; e.Proto != "HTTP/2.0" || e.Host != r.URL.Host || e.URL != "/v5/entities" {
		t.Errorf("journal: got %+v", e)
	}
}

func TestHTTP2InNode(t *testing.T) {
	t.Parallel()
	s, _, certificate := secured(t, mockserver.Config{})
	got := node(t, `
		import http2 from 'node:http2';
		const fetched = await fetch(process.env.API + '/entities', { headers: { apikey: 'API_KEY' } });
		console.log('fetch', fetched.status);
		const { origin, pathname } = new URL(process.env.API);
		const session = http2.connect(origin);
		const stream = session.request({ ':path': pathname + '/entities', apikey: 'API_KEY' });
		stream.on('response', (headers) => console.log('http2', headers[':status']));
		stream.resume().on('end', () => session.close());`,
		"API="+s.URL(), "NODE_EXTRA_CA_CERTS="+certificate)
	if want := "fetch 200\nhttp2 200\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestWithoutHTTP2 leaves the choice to the TLS configuration.
func TestWithoutHTTP2(t *testing.T) {
	t.Parallel()
	lender := httptest.NewTLSServer(nil)
	defer lender.Close()
	s := started(t, mockserver.Config{TLS: &tls.Config{Certificates: lender.TLS.Certificates, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12}})
	conn := tls.Client(dial(t, s), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}})
	if err := conn.HandshakeContext(t.Context()); err != nil || conn.ConnectionState().NegotiatedProtocol != "http/1.1" {
		t.Errorf("got %q, %v, want http/1.1", conn.ConnectionState().NegotiatedProtocol, err)
	}
}

// TestClosesDuringAHandshake leaves no connection behind.
func TestClosesDuringAHandshake(t *testing.T) {
	t.Parallel()
	lender := httptest.NewTLSServer(nil)
	defer lender.Close()
	s := newServer(t, mockserver.Config{TLS: &tls.Config{Certificates: lender.TLS.Certificates, MinVersion: tls.VersionTLS12}})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	conn := dial(t, s)
	if _, err := conn.Write([]byte("\x16\x03\x01\x02\x00")); err != nil { // the beginning of a ClientHello
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if n, err := conn.Read(make([]byte, 1)); err == nil {
		t.Errorf("after Close: got %d bytes, want the end of the connection", n)
	}
}
