package mockserver_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/assay/mockserver"
)

// encodings are the ways in which a key can stand in something else.
func encodings() map[string]func(string) string {
	each := func(format string) func(string) string {
		return func(key string) string {
			var b strings.Builder
			for _, c := range []byte(key) {
				fmt.Fprintf(&b, format, c)
			}
			return b.String()
		}
	}
	in64 := func(before string) func(string) string {
		return func(key string) string { return base64.StdEncoding.EncodeToString([]byte(before + key + ":x")) }
	}
	return map[string]func(string) string{
		"plain": func(key string) string { return key }, "capitals": strings.ToUpper, "small letters": strings.ToLower,
		"escaped": url.QueryEscape, "escaped whole": each("%%%02x"), "escaped twice": func(key string) string { return url.QueryEscape(each("%%%02X")(key)) },
		"JSON": each(`\u00%02x`), "base64": in64(""), "base64 after one": in64("a"), "base64 after two": in64("ab"),
	}
}

// places put a text somewhere into a request, some of them where it will be cut or
// taken apart.
func places() map[string]func(r *http.Request, text string, n int) {
	header := func(name, format string) func(*http.Request, string, int) {
		return func(r *http.Request, text string, _ int) { r.Header.Set(name, fmt.Sprintf(format, text)) }
	}
	target := func(format string) func(*http.Request, string, int) {
		return func(r *http.Request, text string, n int) {
			r.RequestURI = fmt.Sprintf(format, strings.Repeat("p", n%300)+url.PathEscape(text))
			if parsed, err := url.ParseRequestURI(r.RequestURI); err == nil {
				r.URL = parsed
			}
		}
	}
	body := func(format string) func(*http.Request, string, int) {
		return func(r *http.Request, text string, n int) {
			*r = *request(http.MethodPost, "/v5/assessments", r.Header.Get("apikey"), fmt.Sprintf(format, strings.Repeat("p", n)+text))
		}
	}
	preflight := func(name string) func(*http.Request, string, int) {
		return func(r *http.Request, text string, n int) {
			r.Method = http.MethodOptions
			r.Header.Set("Origin", "http://localhost:5173")
			r.Header.Set("Access-Control-Request-Method", "GET")
			r.Header.Set(name, strings.Repeat("p", n%200)+text)
		}
	}
	return map[string]func(*http.Request, string, int){
		"path": target("/v5/%s"), "ID": target("/v5/assessments/%s"), "longer path": target("/v5/assessments/%s/cancel-workflow"),
		"query": target("/v5/assessments?limit=%s"), "name in the query": target("/v5/assessments?%s=1"), "old key": target("/v5/assessments?api_key=%s"),
		"header": header("X-Note", "it is %s, indeed"), "another API's header": header("X-Api-Key", "%s"), "bearer": header("Authorization", "Bearer %s"), "origin": header("Origin", "http://%s.example"),
		"code": header("Prefer", "code=%s"), "preference": header("Prefer", "%s=503"), "fault": header("Prefer", "fault=%s"), "delay": header("Prefer", `delay="%s"`),
		"name of a header": func(r *http.Request, text string, _ int) { r.Header[http.CanonicalHeaderKey(text)] = []string{"1"} },
		"method":           func(r *http.Request, text string, _ int) { r.Method = text },
		"host":             func(r *http.Request, text string, _ int) { r.Host = text + ".example" },
		"body":             body(`{"entity_id":"%s"}`), "name in the body": body(`{"%s":1}`), "no JSON": body("%s"),
		"header of a preflight": preflight("Access-Control-Request-Headers"), "method of a preflight": preflight("Access-Control-Request-Method"), "origin of a preflight": preflight("Origin"),
	}
}

// told is everything that leaves a server about exchanges.
func told(t *rapid.T, s *mockserver.Server, in *mockserver.Institution, live *mockserver.JournalStream, log string) string {
	all := mockserver.ExchangeFilter{Kind: mockserver.KindAny}
	own, strays := in.Journal(all, 0), s.Strays(all, 0)
	parts := []any{own, strays, in.Archive(all)}
	for n := range own.Entries {
		x, err := in.Explain(strconv.Itoa(n + 1))
		if err != nil {
			t.Fatal(err)
		}
		event, err := live.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, x, event)
	}
	for _, e := range strays.Entries {
		x, err := s.Explain(e.ID)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, x)
	}
	encoded, err := json.Marshal(parts)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded) + log
}

// leaked returns the longest part of the key in the text, as it is or unescaped.
func leaked(text, key string) string {
	readings := []string{text, text}
	for range 2 {
		readings = append(readings, unescape(readings[len(readings)-1]))
	}
	longest := ""
	for _, reading := range readings {
		reading = strings.ToLower(reading)
		for from := range key {
			for to := from + len(longest) + 1; to <= len(key) && strings.Contains(reading, strings.ToLower(key[from:to])); to++ {
				longest = key[from:to]
			}
		}
	}
	return longest
}

// unescape takes the escapes of URLs and of JSON out of a text.
func unescape(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		for prefix, width := range map[string]int{"%": 3, `\u00`: 6} {
			if i+width > len(text) || !strings.HasPrefix(text[i:], prefix) {
				continue
			}
			if c, err := strconv.ParseUint(text[i+width-2:i+width], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += width
			}
		}
		if i < len(text) {
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// TestNoPartOfAKeyIsKept sends keys anywhere in any form, and looks for what is
// left of them in everything that is told of the request: no part that is worth
// the name, wherever texts were cut or taken apart.
func TestNoPartOfAKeyIsKept(t *testing.T) {
	t.Parallel()
	shared := newServer(t, mockserver.Config{})
	forms, spots := encodings(), places()
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.StringMatching(`[A-Za-z7-9][A-Za-z7-9_/+=.~-]{6,40}[A-Za-z7-9]`).Draw(t, "key")
		form := rapid.SampledFrom(sortedNames(forms)).Draw(t, "form")
		place := rapid.SampledFrom(sortedNames(spots)).Draw(t, "place")
		n := rapid.IntRange(0, 250).Draw(t, "before")
		if strings.Contains(place, "body") {
			n += rapid.SampledFrom([]int{0, 0, 0, 64<<10 - 250}).Draw(t, "long before") // around where bodies are cut
		}
		known := rapid.Bool().Draw(t, "known")
		var log bytes.Buffer
		s, in := serverWithKey(t, shared, key, &log)
		live := in.Follow(mockserver.ExchangeFilter{Kind: mockserver.KindAny})
		defer live.Close()
		sent := key
		if !known {
			sent += "x" // which nobody has
		}
		r := request(http.MethodGet, guideAssessment, sent, "")
		spots[place](r, forms[form](sent), n)
		if rapid.IntRange(0, 9).Draw(t, "twice") == 0 {
			r.Header.Add("apikey", sent)
		}
		serveAnyway(s, r)
		least := 8
		if len(sent) < 16 {
			least = 6
		}
		text := told(t, s, in, live, log.String())
		if part := leaked(text, sent); len(part) >= least {
			at := strings.Index(strings.ToLower(text), strings.ToLower(part))
			t.Errorf("got %q of the key %q, in …%s…", part, sent, text[max(0, at-100):min(len(text), max(0, at)+100)])
		}
		for name, encode := range forms {
			if encoded := encode(sent); strings.HasPrefix(name, "base64") && strings.Contains(text, encoded[2:len(encoded)-6]) {
				t.Errorf("%s: got %s in %s", name, encoded, text)
			}
		}
	})
}

// TestWordsAreNoSecrets leaves a URL and what is told of it readable, though the
// key has a word of it.
func TestWordsAreNoSecrets(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	w := serve(s, request(http.MethodGet, "/v5/assesments?apikey=x", "my-assessments-key", ""))
	x, err := s.Explain(w.Header().Get("X-Request-Id"))
	if err != nil {
		t.Fatal(err)
	}
	if words := strings.Join(x.Words, " "); x.Entry.Request.URL != "/v5/assesments?apikey=[redacted]" || strings.Count(words, "[redacted]") != 1 {
		t.Errorf("got %q, %s, want the key alone redacted", x.Entry.Request.URL, words)
	}
	r := request(http.MethodGet, "/v5/assessments/outcome", "my-assessments-key", "")
	r.Header.Set("Origin", "https://assessments.example")
	s.ServeHTTP(httptest.NewRecorder(), r)
	for _, e := range s.Strays(mockserver.ExchangeFilter{Text: "outcome"}, 0).Entries {
		if !strings.Contains(fmt.Sprint(e.Notes), "https://assessments.example") {
			t.Errorf("got %v, want the origin as it is", e.Notes)
		}
	}
}

func serveAnyway(s *mockserver.Server, r *http.Request) {
	defer func() { _ = recover() }() // a connection may be cut
	serve(s, r)
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func serverWithKey(t *rapid.T, shared *mockserver.Server, key string, log *bytes.Buffer) (*mockserver.Server, *mockserver.Institution) {
	fixtures := strings.Replace(string(fixturesOf(alpha())), alpha().key(), strconv.Quote(key), 1)
	s, err := mockserver.New(mockserver.Config{Fixtures: []byte(fixtures), Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))}.ShareContract(shared))
	if err != nil {
		t.Fatal(err)
	}
	in, err := s.Institution(alphaID)
	if err != nil {
		t.Fatal(err)
	}
	return s, in
}

// TestAnswersHideKeys sends a key in unusual places: a refusal quotes what was sent, and
// answers end up in logs of clients and in screenshots.
func TestAnswersHideKeys(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: []byte(strings.Replace(string(fixturesOf(alpha())), alpha().key(), "A-Secret-Key-1", 1)), Settings: map[string]string{"malformed-id": "bad-request"}})
	const key = "A-Secret-Key-1"
	for _, r := range []*http.Request{
		request(http.MethodGet, "/v5/assessments?limit="+key, key, ""),
		request(http.MethodGet, "/v5/assessments?"+key+"=1", key, ""),
		request(http.MethodGet, "/v5/assessments?apikey="+key+"&limit=0", key, ""),
		request(http.MethodGet, "/v5/assessments?page_token="+key, key, ""),
		request(http.MethodGet, "/v5/assessments/"+key, key, ""),
		request(http.MethodGet, "/v5/nothing/"+key, key, ""),
		request(http.MethodGet, "/v5/assessments/A%2DSecret%2DKey%2D1", key, ""),
		request(key, "/v5/assessments", key, ""),
		request(http.MethodPost, "/v5/assessments", key, `{"entity_id":"`+key+`"}`),
		request(http.MethodPost, "/v5/assessments", key, `{"`+key+`":1}`),
		request(http.MethodPost, "/v5/assessments", key, key),
		request(http.MethodPost, "/v5/tasks/search", key, `{"filter_model":{"`+key+`":{}}}`),
		request(http.MethodGet, "/v5/audit-sentinel/events/export?metadata="+key, key, ""),
	} {
		if w := serve(s, r); w.Code < 400 && !strings.Contains(r.URL.RawQuery, key+"=1") || strings.Contains(w.Body.String(), key) || strings.Contains(w.Body.String(), "Secret") {
			t.Errorf("%s %s: got %d %s, want a refusal without the key", r.Method, r.URL, w.Code, w.Body)
		}
	}
}
