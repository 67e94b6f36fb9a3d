package conformance_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"example.com/assay/conformance"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// markedKeys can be told from everything else, and are hard to write down.
func markedKeys() map[string]string {
	return map[string]string{
		"hexadecimal":        "5ec2e7ab1e0ddba11c0ffee0deadbeef5ec2e7ab1e0ddb",
		"URL and JSON signs": `Mark+/7"\<&>%41'~Key-9f3c1b=`,
		"base64 of its own":  "c2VjcmV0Pz8/fn5+c2VjcmV0Pj4+",
	}
}

// writings lists how the key can be written, apart from what the suite knows of that.
func writings(key string) []string {
	percent, escaped := "", ""
	for i := range len(key) {
		percent += fmt.Sprintf("%%%02x", key[i])
		escaped += fmt.Sprintf(`\u%04x`, key[i])
	}
	all := []string{
		key, url.QueryEscape(key), url.PathEscape(key), percent, strings.ToUpper(percent), escaped,
		jsonOf(key, true), jsonOf(key, false), jsonOf(jsonOf(key, true), false), html.EscapeString(key),
		hex.EncodeToString([]byte(key)), strings.ToUpper(hex.EncodeToString([]byte(key))),
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			all = append(all, encoding.EncodeToString([]byte("abc"[:before]+key+"xyz")))
		}
	}
	return all
}

// traces is what of the writings must not be found: of base64, the part that
// depends on the key alone.
func traces(key string) []string {
	all := writings(key)[:12]
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			text := encoding.EncodeToString([]byte("abc"[:before] + key))
			all = append(all, text[(before*8+5)/6:len(text)-1])
		}
	}
	return all
}

func jsonOf(s string, forHTML bool) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(forHTML)
	if err := encoder.Encode(s); err != nil {
		return err.Error()
	}
	text := strings.TrimSuffix(b.String(), "\n")
	return text[1 : len(text)-1]
}

// echo answers with the key that it was sent wherever there is room for it.
type echo struct {
	mock http.Handler
	key  string
}

func (h echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	recorder := httptest.NewRecorder()
	h.mock.ServeHTTP(recorder, r)
	for i, text := range writings(h.key) {
		w.Header().Set(fmt.Sprintf("X-Echo-%d", i), text)
	}
	w.Header().Set("Content-Type", "application/json; key="+url.QueryEscape(h.key))
	w.Header().Set("X-"+hex.EncodeToString([]byte(h.key)), "a name")
	w.WriteHeader(recorder.Code)
	if recorder.Code != http.StatusNoContent {
		_, _ = w.Write(h.inflate(recorder.Body.Bytes()))
	}
}

// inflate adds the key to each object, as a name and as a value.
func (h echo) inflate(body []byte) []byte {
	var object map[string]any
	if err := json.Unmarshal(body, &object); err != nil {
		return append(body, strings.Join(writings(h.key), " ")...)
	}
	object["echo"], object[h.key], object[hex.EncodeToString([]byte(h.key))] = writings(h.key), h.key, 1
	return marshalled(object)
}

// vandal answers like the mock, with the key in place of what the suite talks
// about in its own words.
func vandal(mock http.Handler, key string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		mock.ServeHTTP(recorder, r)
		body := recorder.Body.String()
		agent := r.Header.Get("User-Agent")
		switch {
		case strings.Contains(agent, "; canary"):
		case r.Method == http.MethodPost && strings.Contains(agent, "own IDs"):
			body = replaceField(body, "id", key)
		case r.Method == http.MethodGet:
			body = replaceField(body, "workflow_state", "Active "+key)
			body = replaceField(body, "outcome_id", base64.StdEncoding.EncodeToString([]byte("x"+key)))
			body = strings.Replace(body, `"items"`, `"`+jsonOf(key, true)+`"`, 1)
		}
		if recorder.Code == http.StatusNotFound {
			w.Header().Set("Location", "https://elsewhere.example/?k="+key)
			recorder.Code = http.StatusFound
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(recorder.Code)
		if recorder.Code != http.StatusNoContent {
			_, _ = w.Write([]byte(body))
		}
	})
}

func replaceField(body, name, value string) string {
	var object map[string]any
	if json.Unmarshal([]byte(body), &object) != nil || object[name] == nil {
		return body
	}
	object[name] = value
	return string(marshalled(object))
}

func marshalled(object map[string]any) []byte {
	data, err := json.Marshal(object)
	if err != nil {
		return []byte(err.Error())
	}
	return data
}

// asMock lets the marked key stand for the mock's own.
func asMock(t *testing.T, key string) http.Handler {
	t.Helper()
	mock, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("apikey") == key {
			r.Header.Set("apikey", mock.Credentials().Key)
		}
		mock.ServeHTTP(w, r)
	})
}

func TestKeyNeverLeaks(t *testing.T) {
	t.Parallel()
	for name, key := range markedKeys() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := asMock(t, key)
			for kind, handler := range map[string]http.Handler{"echo": echo{mock, key}, "vandal": vandal(mock, key)} {
				t.Run(kind, func(t *testing.T) {
					t.Parallel()
					server := httptest.NewServer(handler)
					t.Cleanup(server.Close)
					checkArtefacts(t, conformance.Target{BaseURL: server.URL + "/v5", APIKey: key}, key)
				})
			}
		})
	}
}

// TestKeyNeverLeaksFromErrors is about what the standard library says, and what a
// transport does that panics with the request.
func TestKeyNeverLeaksFromErrors(t *testing.T) {
	t.Parallel()
	key := markedKeys()["URL and JSON signs"]
	for kind, answer := range map[string]string{
		"malformed answer": key + "\r\n\r\n",
		"malformed header": "HTTP/1.1 200 OK\r\n" + key + "\r\n\r\n",
		"malformed status": "HTTP/1.1 " + key + "\r\n\r\n",
		"malformed length": "HTTP/1.1 200 OK\r\nContent-Length: " + key + "\r\n\r\n",
		"malformed chunk":  "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + key + "\r\n\r\n",
		"redirect":         "HTTP/1.1 302 Found\r\nLocation: http://[" + key + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			server := startHostile(t, always, func(v *victim) { v.send(answer) })
			target := server.target()
			target.APIKey = key
			checkArtefacts(t, target, key)
		})
	}
	t.Run("panic", func(t *testing.T) {
		t.Parallel()
		checkArtefacts(t, conformance.Target{BaseURL: "http://127.0.0.1/v5", APIKey: key, Transport: panicking{asMock(t, key)}}, key)
	})
}

// panicking panics with the whole request, but for the canary's.
type panicking struct{ handler http.Handler }

func (p panicking) RoundTrip(r *http.Request) (*http.Response, error) {
	if afterCanary(r) {
		panic(fmt.Sprintf("%v", r))
	}
	recorder := httptest.NewRecorder()
	p.handler.ServeHTTP(recorder, r)
	return recorder.Result(), nil
}

// checkArtefacts makes a run and looks for the key in everything that comes of it.
func checkArtefacts(t *testing.T, target conformance.Target, key string) {
	t.Helper()
	ledger := filepath.Join(t.TempDir(), "ledger")
	var mu sync.Mutex
	var progress []report.Scenario
	o := hostileOptions(false)
	o.Ledger, o.Header = ledger, http.Header{"Authorization": {"Bearer " + key + "-of-a-gateway"}}
	o.Progress = func(sc report.Scenario) {
		mu.Lock()
		defer mu.Unlock()
		progress = append(progress, sc)
	}
	r := run(t, target, o)
	artefacts := map[string]string{"the report as Go prints it": fmt.Sprintf("%+v", r), "the progress": fmt.Sprintf("%+v", progress)}
	for _, format := range report.Formats() {
		var b strings.Builder
		if err := report.Write(&b, format, r); err != nil {
			t.Errorf("write %s: %v", format, err)
		}
		artefacts[format], artefacts[format+", entities read"] = b.String(), html.UnescapeString(b.String())
	}
	data, err := os.ReadFile(ledger)
	if err != nil {
		t.Fatal(err)
	}
	artefacts["the ledger"] = string(data)
	for i, sc := range r.Scenarios {
		for _, a := range sc.Attachments {
			artefacts[fmt.Sprintf("attachment %d", i)] = string(a.Data)
		}
	}
	if len(r.Canaries) == 0 || r.Run.Requests == 0 {
		t.Errorf("got %d requests, want a run that has something to leak", r.Run.Requests)
	}
	for name, text := range artefacts {
		findTraces(t, name, text, key)
	}
}

func findTraces(t *testing.T, name, text, key string) {
	t.Helper()
	for i, trace := range traces(key) {
		if at := strings.Index(text, trace); at >= 0 {
			t.Errorf("%s: the key, written as %q (no. %d), in: …%s…", name, trace, i, text[max(0, at-200):min(len(text), at+len(trace)+50)])
		}
	}
}
