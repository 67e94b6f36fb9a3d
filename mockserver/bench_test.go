package mockserver_test

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"example.com/assay/mockserver"
)

const guideAssessment = "/v5/assessments/497f6eca-6276-4993-bfeb-53cbbbba6f08"

// BenchmarkGet compares the mock with an echo handler that sends fixed bytes:
// the price of authentication, the contract and the state.
func BenchmarkGet(b *testing.B) {
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("bare-echo", func(b *testing.B) { measure(b, bareEcho(), guideAssessment) })
	b.Run("mock", func(b *testing.B) { measure(b, server, guideAssessment) })
}

// BenchmarkJournal is the price of the journal, in the process and over a
// connection, where it must not halve what the server gets done.
func BenchmarkJournal(b *testing.B) {
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		b.Fatal(err)
	}
	for name, h := range map[string]http.Handler{"with": server, "without": server.WithoutJournal()} {
		b.Run("in-process/"+name, func(b *testing.B) { measure(b, h, guideAssessment) })
		b.Run("connection/"+name, func(b *testing.B) { measureConnections(b, h, guideAssessment) })
	}
}

// measureConnections sends one request after another over each of a few
// connections.
func measureConnections(b *testing.B, h http.Handler, path string) {
	b.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	message := []byte("GET " + path + " HTTP/1.1\r\nHost: x\r\napikey: API_KEY\r\n\r\n")
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			b.Error(err)
			return
		}
		defer conn.Close()
		answer := make([]byte, 16<<10)
		for pb.Next() {
			if _, err := conn.Write(message); err != nil {
				b.Error(err)
				return
			}
			if n, err := conn.Read(answer); err != nil || !bytes.HasPrefix(answer[:n], []byte("HTTP/1.1 200")) {
				b.Errorf("got %q, %v, want 200", answer[:n], err)
				return
			}
		}
	})
}

// BenchmarkList does the same for a page of the list.
func BenchmarkList(b *testing.B) {
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("bare-echo", func(b *testing.B) { measure(b, bareEcho(), "/v5/assessments") })
	b.Run("mock", func(b *testing.B) { measure(b, server, "/v5/assessments") })
}

// BenchmarkNew is what a test pays that makes a server of its own.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := mockserver.New(mockserver.Config{}); err != nil {
			b.Fatal(err)
		}
	}
}

func bareEcho() http.Handler {
	e := echo.New()
	fixed := func(size int) echo.HandlerFunc {
		body := make([]byte, size)
		return func(c echo.Context) error { return c.Blob(http.StatusOK, "application/json", body) }
	}
	e.GET("/v5/assessments/:assessment_id", fixed(510))
	e.GET("/v5/assessments", fixed(12_900))
	return e
}

// sink takes a response as a connection does: the headers are its own, and what
// is written is gone.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header { return s.header }

func (s *sink) WriteHeader(status int) { s.status = status }

func (s *sink) Write(p []byte) (int, error) { return len(p), nil }

func measure(b *testing.B, h http.Handler, path string) {
	b.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("apikey", "API_KEY")
	w := &sink{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		w.status = 0
		h.ServeHTTP(w, r)
		if w.status != http.StatusOK {
			b.Fatalf("status: got %d, want 200", w.status)
		}
	}
}
