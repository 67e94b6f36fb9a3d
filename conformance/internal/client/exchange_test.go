package client_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/conformance/internal/client"
)

const secret = "S3cret-Key-0123"

func key() client.Key { return client.NewKey("$ASSAY_APIKEY", secret) }

func TestVariants(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, value string
		want        []string
	}{
		{"letters", "aB1", []string{"unknown-key-r", "aB1x", "Ab1", "aB"}},
		{"digits only", "123", []string{"unknown-key-r", "123x", "12"}},
		{"one character", "a", []string{"unknown-key-r", "ax", "A"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, v := range client.NewKey("$KEY", test.value).Variants("r") {
				got = append(got, client.Secret(v))
				if strings.Contains(v.Name(), test.value) && len(test.value) > 1 {
					t.Errorf("name: got %q, which tells the key", v.Name())
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("variants (-want +got):\n%s", diff)
			}
		})
	}
}

// TestKeyIsNotPrinted: not by any verb, and not as a part of something else.
func TestKeyIsNotPrinted(t *testing.T) {
	t.Parallel()
	call := client.Call{Key: key()}
	hidden := struct{ call client.Call }{call}
	for _, v := range []any{call, &call, hidden, []client.Key{key()}, map[string]client.Key{"k": key()}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			if got := sprintf(verb, v); strings.Contains(got, secret) {
				t.Errorf("%s: got %s", verb, got)
			}
		}
	}
}

func TestCurl(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		call client.Call
		want string // of the command, BASE for the server
	}{
		{"get", client.Call{Method: "GET", Path: "assessments", Key: key()}, `curl -i -H "apikey: $ASSAY_APIKEY" BASE/v5/assessments`},
		{"no key", client.Call{Method: "GET", Path: "entities", Key: client.NoKey}, `curl -i BASE/v5/entities`},
		{"cancel", client.Call{Method: "POST", Path: "assessments/1/cancel-workflow", Key: key()}, `curl -i -X POST -H "apikey: $ASSAY_APIKEY" BASE/v5/assessments/1/cancel-workflow`},
		{
			"body", client.Call{Method: "POST", Path: "assessments", Key: key(), ContentType: "application/json", Body: []byte(`{"a":"it's $HOME"}`)},
			`curl -i -X POST -H "apikey: $ASSAY_APIKEY" -H 'Content-Type: application/json' -d '{"a":"it'\''s $HOME"}' BASE/v5/assessments`,
		},
		{
			"query", client.Call{Method: "GET", Path: "assessments", Query: url.Values{"limit": {"2"}, "q": {"a b;`id`"}}, Key: key()},
			`curl -i -H "apikey: $ASSAY_APIKEY" 'BASE/v5/assessments?limit=2&q=a+b%3B%60id%60'`,
		},
		{
			"the key in the body", client.Call{Method: "POST", Path: "x", Key: key(), Body: []byte(secret)},
			`curl -i -X POST -H "apikey: $ASSAY_APIKEY" -d '[$ASSAY_APIKEY]' BASE/v5/x`,
		},
		{"an empty body", client.Call{Method: "POST", Path: "x", Key: client.NoKey, Body: []byte{}}, `curl -i -X POST -d '' BASE/v5/x`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, base := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
			e, err := c.Do(t.Context(), test.call)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.ReplaceAll(test.want, "BASE", base), e.Curl()); diff != "" {
				t.Errorf("command (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCurlInAShell has a shell read the command, with a curl that prints what it
// is given.
func TestCurlInAShell(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Fatalf("expected a shell, which is what the command is for, got none: %v", err)
	}
	dir := t.TempDir()
	stub := "#!/bin/sh\nfor argument; do printf '<%s>' \"$argument\"; done\n"
	if err := os.WriteFile(filepath.Join(dir, "curl"), []byte(stub), 0o700); err != nil {
		t.Fatal(err)
	}
	c, _ := serve(t, func(http.ResponseWriter, *http.Request) {})
	body := "it's \"$(id)\" `id` \\ $ASSAY_APIKEY\n;&|"
	keys := append([]client.Key{key()}, key().Variants("r")...)
	for _, k := range keys {
		e, err := c.Do(t.Context(), client.Call{Method: "POST", Path: "x;y'z", Key: k, ContentType: "a/b; c='d'", Body: []byte(body)})
		if err != nil {
			t.Fatal(err)
		}
		command := exec.CommandContext(t.Context(), shell, "-c", e.Curl())
		command.Env = []string{"PATH=" + dir + ":/usr/bin:/bin", "ASSAY_APIKEY=" + secret}
		got, err := command.CombinedOutput()
		want := "<-i><-X><POST><-H><apikey: " + client.Secret(k) + "><-H><Content-Type: a/b; c='d'><-d><" + body + "><" + e.URL + ">"
		if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", e.Curl(), err, diff)
		}
	}
}

func TestGot(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1000)
	for _, test := range []struct {
		name   string
		status int
		header http.Header
		body   string
		want   string
	}{
		{"no body", 204, nil, "", "204 No Content"},
		{"a body", 200, nil, `{"a":1}`, `200 OK with "{\"a\":1}"`},
		{"an odd status", 299, nil, "", "299"},
		{"a long body", 200, nil, long, `200 OK with "` + long[:300] + `"… (1000 bytes)`},
		{"the key", 200, nil, "key=" + secret, `200 OK with "key=[$ASSAY_APIKEY]"`},
		{"bytes", 200, nil, "\x1b[2J\xff", `200 OK with "\x1b[2J�"`},
		{"a redirect", 302, http.Header{"Location": {"https://elsewhere.example/" + secret}}, "", "302 Found to https://elsewhere.example/[$ASSAY_APIKEY] (redirects are not followed)"},
		{"a redirect of control characters", 302, http.Header{"Location": {"/\u202e"}}, "", `302 Found to "/\u202e" (redirects are not followed)`},
		{"compressed", 200, http.Header{"Content-Encoding": {"gzip"}}, "zip", `200 OK (compressed without a request for it, as gzip) with "zip"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				maps.Copy(w.Header(), test.header)
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.body))
			})
			e, err := c.Do(t.Context(), client.Call{Method: "GET", Path: "x", Key: key()})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, e.Got()); diff != "" {
				t.Errorf("in words (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(e.Got(), e.Brief().Got()); diff != "" {
				t.Errorf("in words, when brief (-whole +brief):\n%s", diff)
			}
		})
	}
}

// serve starts a server and returns a client for it, and the server's URL.
func serve(t *testing.T, handler http.HandlerFunc) (*client.Client, string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return newClient(t, server.URL+"/v5", nil), server.URL
}
