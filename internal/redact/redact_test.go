package redact_test

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/assay/internal/redact"
)

func TestHide(t *testing.T) {
	t.Parallel()
	const key = `s3cr3t+/"key`
	s := redact.Of(key, "short")
	quoted := strings.Trim(strconv.Quote(key), `"`)
	tests := []struct {
		name, text string
		extent     redact.Extent
		want       string
	}{
		{"nothing", "plain words", redact.Whole, "plain words"},
		{"as it is", "a " + key + " b", redact.Whole, "a [redacted] b"},
		{"twice", key + key, redact.Whole, "[redacted][redacted]"},
		{"in capitals", strings.ToUpper(key), redact.Whole, "[redacted]"},
		{"escaped as in a URL", "?k=" + url.QueryEscape(key), redact.Whole, "?k=[redacted]"},
		{"escaped as in a URL twice", url.QueryEscape(url.QueryEscape(key)), redact.Whole, "[redacted]"},
		{"in JSON", `{"k":"` + quoted + `"}`, redact.Whole, `{"k":"[redacted]"}`},
		{"in JSON in JSON", strconv.Quote(quoted), redact.Whole, `"[redacted]"`},
		{"as code points", `\u0073\u0033\u0063\u0072\u0033\u0074\u002b\u002f\u0022\u006b\u0065\u0079`, redact.Whole, "[redacted]"},
		{"a part, of what was sent", "s3cr3t+ is no key", redact.Whole, "s3cr3t+ is no key"},
		{"a part, of pieces", "s3cr3t+ is cut", redact.Fragments, "[redacted] is cut"},
		{"too small a part", "s3cr3 is cut", redact.Fragments, "s3cr3 is cut"},
		{"what is too short to be told from words", "short", redact.Whole, "short"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := s.Hide(tt.text, tt.extent); got != tt.want {
				t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
			}
		})
	}
	if got := redact.Of("short").Hide("short", redact.Fragments); got != "short" {
		t.Errorf("no secret: got %q, want the text as it is", got)
	}
}

// TestWordsOfPathsStay: a key that has a word of the contract in it makes no secret
// of the word.
func TestWordsOfPathsStay(t *testing.T) {
	t.Parallel()
	s := redact.Of("my-assessments-key")
	if got := s.Hide("/v5/assessments", redact.Fragments); got != "/v5/assessments" {
		t.Errorf("got %q, want the path as it is", got)
	}
}

// TestNoFormIsLeft: whatever the secret, and whatever stands around it.
func TestNoFormIsLeft(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[!-~]{8,40}`).Draw(t, "secret")
		before, after := rapid.StringMatching(`[ -~]{0,9}`).Draw(t, "before"), rapid.StringMatching(`[ -~]{0,9}`).Draw(t, "after")
		s := redact.Of(secret)
		for form, text := range map[string]string{
			secret:                  before + secret + after,
			url.QueryEscape(secret): before + url.QueryEscape(secret) + after,
			core(secret, before):    base64.StdEncoding.EncodeToString([]byte(before + secret + after)),
		} {
			if got := s.Hide(text, redact.Whole); strings.Contains(got, form) {
				t.Fatalf("%q was made of %q, and still has %q", got, text, form)
			}
		}
	})
}

// core returns the digits of base64 that depend on the secret alone, where it comes
// after something else.
func core(secret, before string) string {
	shift := len(before) % 3
	encoded := base64.RawStdEncoding.EncodeToString([]byte("abc"[:shift] + secret))
	return encoded[(shift*8+5)/6 : (shift+len(secret))*8/6]
}

// TestKnownIsBounded: whoever sends ever other keys does not fill the memory.
func TestKnownIsBounded(t *testing.T) {
	t.Parallel()
	var known redact.Known
	for n := range 10_000 {
		key := "key-of-number-" + strconv.Itoa(n)
		known.Remember(key, redact.Of(key))
	}
	kept := 0
	for n := range 10_000 {
		if known.Of("key-of-number-"+strconv.Itoa(n)) != nil {
			kept++
		}
	}
	if kept == 0 || kept > 4096 || known.Of("key-of-number-9999") == nil {
		t.Errorf("got %d keys remembered, want the last and at most 4,096", kept)
	}
}
