package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.com/assay/internal/redact"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	const secret = `k"y/+\%&1`
	r := redact.New(redact.Secret{Name: "[$KEY]", Value: secret})
	quoted, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := json.Marshal(string(quoted))
	if err != nil {
		t.Fatal(err)
	}
	for name, written := range map[string]string{
		"as it is":                   secret,
		"in a query":                 url.QueryEscape(secret),
		"in a path":                  url.PathEscape(secret),
		"in a query twice":           url.QueryEscape(url.QueryEscape(secret)),
		"in small digits":            strings.ToLower(url.QueryEscape(secret)),
		"in a JSON string":           strings.TrimSuffix(string(quoted[1:]), `"`),
		"in JSON in a string":        string(twice[3 : len(twice)-3]),
		"in JSON as PHP writes it":   `k\"y\/+\\%&1`,
		"as code points":             `\u006b\u0022\u0079\u002f\u002b\u005c\u0025\u0026\u0031`,
		"as bytes of C":              `\x6b\x22\x79\x2f\x2b\x5c\x25\x26\x31`,
		"in HTML":                    html.EscapeString(secret),
		"as entities":                `&#107;&#34;&#x79;&#x2F;&#43;&#92;&#37;&amp;&#49;`,
		"in hexadecimal":             hex.EncodeToString([]byte(secret)),
		"in hexadecimal, capitals":   strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"in base64":                  base64.RawStdEncoding.EncodeToString([]byte(secret)),
		"in base64 of a URL":         base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"in base64, percent-encoded": url.QueryEscape(base64.RawStdEncoding.EncodeToString([]byte(secret))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := "before [$KEY] after [$KEY]"
			if diff := cmp.Diff(want, r.Text("before "+written+" after "+written)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", written, diff)
			}
		})
	}
}

func TestRedactKeysThatAreAlike(t *testing.T) {
	t.Parallel()
	r := redact.New(redact.Secret{Name: "[$A]", Value: "secret"}, redact.Secret{Name: "[$B]", Value: "secret-and-more"}, redact.Secret{Name: "[$C]", Value: "cret-and"}, redact.Secret{Name: "[$NONE]", Value: ""}, redact.Secret{Name: "[$TINY]", Value: "e"})
	for text, want := range map[string]string{
		"secret":                     "[$A]",
		"secret-and-more":            "[$B]",
		"secret-and-mor":             "[$A]-and-mor",
		"xcret-andx":                 "x[$C]x",
		"secretsecret-and-more-more": "[$A][$B]-more",
		"secre":                      "secre",
		"":                           "",
	} {
		if got := r.Text(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestRedactNothing(t *testing.T) {
	t.Parallel()
	var none *redact.Redactor
	for name, r := range map[string]*redact.Redactor{"nil": none, "zero": {}, "no keys": redact.New()} {
		if got := r.Text("text %41 &amp; \\u0041"); got != "text %41 &amp; \\u0041" {
			t.Errorf("%s: got %q, want the text as it is", name, got)
		}
		if got := r.Prefix([]byte("text"), 2); got != "te" {
			t.Errorf("%s: got %q, want the prefix te", name, got)
		}
	}
}

// TestRedactLeavesTheRest: what only looks like an escape stays.
func TestRedactLeavesTheRest(t *testing.T) {
	t.Parallel()
	r := redact.New(redact.Secret{Name: "[$KEY]", Value: "AAAA-BBBB"})
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z%\\&#;0-9 u"{}]{0,60}`).Draw(t, "text")
		if got := r.Text(text); got != text {
			t.Fatalf("got %q, want %q as it is", got, text)
		}
	})
}

// cores are the digits of base64 that depend on the secret alone.
func cores(secret string) []string {
	var all []string
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			text := encoding.EncodeToString([]byte("abc"[:before] + secret))
			all = append(all, text[(before*8+5)/6:(before+len(secret))*8/6])
		}
	}
	return all
}

// TestNoFormSurvives: whatever the secret, and whatever stands around it.
func TestNoFormSurvives(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[!-~]{8,46}`).Draw(t, "secret")
		around := func(name string) string { return rapid.StringMatching(`[ -~\n]{0,12}`).Draw(t, name) }
		before, after := around("before"), around("after")
		r := redact.New(redact.Secret{Name: "[$KEY]", Value: secret}, redact.Secret{Name: "[$OTHER]", Value: secret[:len(secret)-1]})
		quoted, err := json.Marshal(before + secret + after)
		if err != nil {
			t.Fatal(err)
		}
		entity := ""
		for i := range len(secret) {
			entity += fmt.Sprintf("&#%d;", secret[i])
		}
		for _, text := range []string{
			before + secret + after, url.QueryEscape(before + secret + after), before + url.PathEscape(secret) + after, string(quoted),
			base64.StdEncoding.EncodeToString([]byte(before + secret + after)), base64.URLEncoding.EncodeToString([]byte(before + secret + after)),
			hex.EncodeToString([]byte(before + secret + after)), before + entity + after,
		} {
			safe := r.Text(text)
			forms := append(cores(secret), secret, url.QueryEscape(secret), url.PathEscape(secret), hex.EncodeToString([]byte(secret)), entity, jsonText(secret))
			for _, form := range forms {
				if strings.Contains(safe, form) {
					t.Fatalf("%q was made of %q, and still has %q", safe, text, form)
				}
			}
			if !strings.Contains(safe, "[$KEY]") && !strings.Contains(safe, "[$OTHER]") {
				t.Fatalf("%q was made of %q, and names no key", safe, text)
			}
		}
	})
}

func jsonText(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		return err.Error()
	}
	return string(quoted[1 : len(quoted)-1])
}

// TestPrefixDividesNoSecret: wherever the cut is, it leaves no half of a secret.
func TestPrefixDividesNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "a-secret-of-some-length"
	r := redact.New(redact.Secret{Name: "[$KEY]", Value: secret})
	for _, written := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), `\u0061` + secret[1:]} {
		text := []byte(strings.Repeat(".", 50) + written + strings.Repeat("-", 1500) + strings.Repeat(written, 20))
		for n := 0; n < len(text); n += 3 {
			got := r.Prefix(text, n)
			if len(got) > n {
				t.Fatalf("prefix of %d bytes: got %d", n, len(got))
			}
			if strings.Contains(got, written[:12]) {
				t.Fatalf("prefix of %d bytes: got %q", n, got)
			}
		}
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("API_KEY1", `{"a":"%41PI_KEY1 \u0041PI_KEY1"}`, 3)
	f.Add(`\\\\%%%%`, `\\\\\\\\%25%25%25`, 1)
	f.Fuzz(func(t *testing.T, secret, text string, n int) {
		r := redact.New(redact.Secret{Name: "[$KEY]", Value: secret})
		safe := r.Text(text)
		if len(secret) >= 8 && !strings.Contains("[$KEY]", secret[:1]) && !strings.Contains(secret, "]") && strings.Contains(safe, secret) {
			t.Errorf("%q still holds %q", safe, secret)
		}
		if n >= 0 && n < 1<<20 && len(r.Prefix([]byte(text), n)) > n {
			t.Errorf("the prefix of %d bytes is longer", n)
		}
	})
}

func TestOtherCase(t *testing.T) {
	t.Parallel()
	r := redact.New(redact.Secret{Name: "[$KEY]", Value: "Se-Cret 1"})
	for _, text := range []string{"SE-CRET 1", "se-cret+1", "sE-%43ReT%201", `\u0073E-cRET 1`} {
		if got := r.Text("a " + text + " b"); got != "a [$KEY] b" {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	const long = "a-key-of-some-length"
	r := redact.New(redact.Secret{Name: "[redacted]", Value: `s3cr3t+/"key`}, redact.Secret{Name: "[redacted]", Value: long}, redact.Secret{Name: "[redacted]", Value: "my-assessments-key"})
	for text, want := range map[string]string{
		"plain words":              "plain words",
		`a s3cr3t+/"key b`:         "a [redacted] b",
		"s3cr3t+ is cut":           "[redacted] is cut",
		"s3cr3 is cut":             "s3cr3 is cut",
		"the end T%2B/%22KEY of":   "the end [redacted] of",
		long[:8] + "|" + long[12:]: "[redacted]|[redacted]",
		long[:7]:                   long[:7],
		"/v5/assessments":          "/v5/assessments",
	} {
		if got := r.Parts(text, "assessments"); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	var none *redact.Redactor
	if got := none.Parts("text"); got != "text" {
		t.Errorf("nil: got %q, want the text as it is", got)
	}
}

func TestKnownIsBounded(t *testing.T) {
	t.Parallel()
	var known redact.Known
	for n := range 10_000 {
		key := fmt.Sprintf("key-of-number-%d", n)
		known.Remember(key, redact.New(redact.Secret{Name: "k", Value: key}))
	}
	kept := 0
	for n := range 10_000 {
		if known.Of(fmt.Sprintf("key-of-number-%d", n)) != nil {
			kept++
		}
	}
	if kept == 0 || kept > 4096 || known.Of("key-of-number-9999") == nil {
		t.Errorf("got %d keys remembered, want the last and at most 4,096", kept)
	}
}
