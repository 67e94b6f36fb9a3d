package mockserver_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"example.com/assay/mockserver"
)

// node runs a script, an ES module, and returns its output. Its variables are added to
// those of the test.
func node(t *testing.T, script string, env ...string) string {
	t.Helper()
	path, err := exec.LookPath("node")
	switch {
	case err == nil:
	case os.Getenv("CI") != "": //nolint:forbidigo // how it differs from a developer's machine
		t.Fatal("Node.js not found; .ci/run installs it")
	default:
		t.Skip("Node.js not found; install it to run this test")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, path, "--input-type=module", "--eval", script)
	command.Env = append(command.Environ(), env...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, &complaints)
	}
	return string(out)
}

func TestRegionListenersServeNodeFetch(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{RegionAddrs: map[string]string{"us": "127.0.0.1:0", "EU": "127.0.0.1:0"}})
	got := node(t, `
		for (const url of [process.env.API, process.env.EU, process.env.US])
			for (const apikey of ['API_KEY', 'US_API_KEY']) {
				const answer = await fetch(url + '/entities', { headers: { apikey } });
				console.log(answer.status, (await answer.json()).detail ?? '');
			}`,
		"API="+s.URL(), "EU="+s.RegionURL("eu"), "US="+s.RegionURL("us"))
	us := strings.TrimSuffix(strings.TrimPrefix(s.RegionURL("us"), "http://"), "/v5")
	for i, want := range []string{"200", "401 the API key is for the region us,", "200", "401 the API key is for the region us,",
		`401 the API key is for the region eu, but the host "` + us + `" belongs to us`, "200"} {
		if line := strings.Split(got, "\n")[i]; !strings.HasPrefix(line, want) {
			t.Errorf("call %d: got %q, want %q", i+1, line, want)
		}
	}
}

// TestRegionListenersReject sends what net/http rejects before any handler sees it.
func TestRegionListenersReject(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{RegionAddrs: map[string]string{"us": "127.0.0.1:0"}})
	conn := dialTo(t, strings.TrimSuffix(strings.TrimPrefix(s.RegionURL("us"), "http://"), "/v5"))
	if got := exchange(t, conn, "GET /% HTTP/1.1\r\nHost: x\r\napikey: US_API_KEY\r\n\r\n"); got != http.StatusBadRequest {
		t.Errorf("status: got %d, want 400", got)
	}
	in, err := s.Institution("US_API_KEY")
	if err != nil {
		t.Fatal(err)
	}
	if found := in.Journal(mockserver.ExchangeFilter{Status: http.StatusBadRequest}, 1); found.Count != 1 {
		t.Errorf("journal of the institution: got %d entries, want 1", found.Count)
	}
}

func TestRegionURL(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{RegionAddrs: map[string]string{"us": "127.0.0.1:0"}})
	if got := s.RegionURL("us") + s.RegionURL("ap"); got != "" {
		t.Errorf("before Start: got %q, want nothing", got)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	port := s.URL()[strings.LastIndex(s.URL(), ":"):]
	for region, want := range map[string]string{"ap": "http://api.ap.localhost" + port, "eu": s.URL()} {
		if got := s.RegionURL(region); got != want {
			t.Errorf("region %s: got %s, want %s", region, got, want)
		}
	}
	us := s.RegionURL("us") + "/entities"
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, us, nil)
	if err != nil {
		t.Fatal(err)
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		t.Errorf("%s after Close: got %s, want no connection", us, response.Status)
	}
}

func TestRegionAddrsThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, addrs := range []map[string]string{{"": "127.0.0.1:0"}, {"u s": "127.0.0.1:0"}, {"us": "127.0.0.1:0", "US": "127.0.0.1:0"}} {
		if _, err := mockserver.New(mockserver.Config{RegionAddrs: addrs}); err == nil || !strings.Contains(err.Error(), "region address") {
			t.Errorf("%v: got %v, want an error about the region", addrs, err)
		}
	}
	first := started(t, mockserver.Config{})
	second := newServer(t, mockserver.Config{RegionAddrs: map[string]string{"us": first.Addr().String()}})
	if err := second.Start(); !errors.Is(err, mockserver.ErrRegion) || !strings.Contains(err.Error(), "region us") {
		t.Errorf("an address in use: got %v, want the error about the region", err)
	}
}
