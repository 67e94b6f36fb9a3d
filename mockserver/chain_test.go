package mockserver_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/assay/mockserver"
)

// breaking is a connection that panics as soon as a body is written.
type breaking struct {
	*httptest.ResponseRecorder
	value any
}

func (b breaking) Write([]byte) (int, error) { panic(b.value) }

func TestPanicsAroundTheAPIAreCaught(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newServer(t, mockserver.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	s.ServeHTTP(breaking{httptest.NewRecorder(), "broken pipe"}, request(http.MethodGet, guideAssessment, "API_KEY", ""))
	if !strings.Contains(log.String(), "broken pipe") {
		t.Errorf("log: got %q, want the panic in it", &log)
	}
}

// TestAbortsPass leaves alone how a handler tells net/http to cut a connection.
func TestAbortsPass(t *testing.T) {
	t.Parallel()
	defer func() {
		if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // a panic's value, compared as net/http does
			t.Errorf("got %v, want the panic %v", p, http.ErrAbortHandler)
		}
	}()
	s := newServer(t, mockserver.Config{})
	s.ServeHTTP(breaking{httptest.NewRecorder(), http.ErrAbortHandler}, request(http.MethodGet, guideAssessment, "API_KEY", ""))
}
