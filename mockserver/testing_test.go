package mockserver_test

import (
	"net/http"
	"testing"

	"example.com/assay/mockserver"
)

// TestStart ends the server with the test.
func TestStart(t *testing.T) { //nolint:tparallel // the rest waits for the subtest
	t.Parallel()
	var url string
	t.Run("started", func(t *testing.T) {
		s := mockserver.Start(t, mockserver.Config{})
		url = s.URL() + "/entities"
		r := request(http.MethodGet, url, s.Credentials().Key, "")
		r.RequestURI = ""
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("got %s, want 200", response.Status)
		}
	})
	if response, err := http.Get(url); err == nil {
		_ = response.Body.Close()
		t.Error("the server outlives its test")
	}
}
