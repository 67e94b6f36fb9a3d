package redact_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/internal/redact"
)

func TestNamed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"Apikey": true, "Api-Key": true, "X-Apikey": true, "X-Auth-Token": true, "X-Access-Token": true, "Authorization": true,
		"Proxy-Authorization": true, "Cookie": true, "Set-Cookie": true, "X-My-Secret": true, "X-Session-Id": true,
		"api_key": true, "access-token": true, "key": true, "TOKEN": true, "password": true,
		"Accept": false, "User-Agent": false, "Content-Type": false, "Host": false, "X-Request-Id": false, "Traceparent": false,
		"Idempotency-Key": false, "Sec-Websocket-Key": false, "Www-Authenticate": false, "Cache-Control": false, "Ké": false, "": false,
	} {
		if got := redact.Named(name); got != want {
			t.Errorf("%q: got %t, want %t", name, got, want)
		}
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	for value, want := range map[string][]string{
		"secret":             {"secret"},
		"Bearer secret":      {"Bearer secret", "secret"},
		"Basic dXNlcjpwYXNz": {"Basic dXNlcjpwYXNz", "dXNlcjpwYXNz", "user", "pass"},
		"Basic %":            {"Basic %", "%"},
	} {
		if diff := cmp.Diff(want, redact.Credentials(value)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", value, diff)
		}
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	secrets, safe := redact.Query("a=1&api%5Fkey=s%20t&b&token=%zz")
	if diff := cmp.Diff([]string{"s t", "%zz"}, secrets); diff != "" {
		t.Errorf("secrets (-want +got):\n%s", diff)
	}
	if want := "a=1&api%5Fkey=[redacted]&b&token=[redacted]"; safe != want {
		t.Errorf("got %q, want %q", safe, want)
	}
}
