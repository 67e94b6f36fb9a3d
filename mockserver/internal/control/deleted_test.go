package control_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/assay/mockserver"
	"example.com/assay/mockserver/internal/control"
)

// TestDeleteEndsWaits deletes an institution while its journal is followed and waited
// for.
func TestDeleteEndsWaits(t *testing.T) {
	t.Parallel()
	p := newPlane(t, mockserver.Config{})
	server := httptest.NewServer(p)
	defer server.Close()
	p.want(201, "POST", "/institutions", `{"name":"w"}`)
	get := func(path string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+control.BasePath+"/institutions/w/journal"+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := server.Client().Do(r)
		if err != nil {
			t.Error(err)
			return nil
		}
		return response
	}
	stream := get("/events")
	defer stream.Body.Close()
	first := make([]byte, len(": the journal"))
	if _, err := io.ReadFull(stream.Body, first); err != nil {
		t.Fatal(err)
	}
	polled := make(chan string)
	go func() {
		response := get("/wait?timeout=1m")
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		polled <- response.Status + string(body)
		if err != nil {
			t.Error(err)
		}
	}()
	p.want(204, "DELETE", "/institutions/w", "")
	rest, err := io.ReadAll(stream.Body)
	if err != nil || !strings.HasSuffix(string(rest), "event: ended\ndata: {\"reason\":\"the institution was deleted\"}\n\n") {
		t.Errorf("the stream: got %q, %v, want that it has ended", rest, err)
	}
	if got := <-polled; !strings.HasPrefix(got, "404") {
		t.Errorf("the wait: got %s, want 404", got)
	}
	p.want(404, "GET", "/institutions/w/journal/wait", "")
}
