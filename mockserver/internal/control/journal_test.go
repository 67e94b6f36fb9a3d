package control_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver"
	"example.com/assay/mockserver/internal/control"
	"example.com/assay/mockserver/internal/fault"
)

// mock is a mock with its control plane, and an institution of its own.
type mock struct {
	plane
	api *mockserver.Server
	own string // path of the institution
	key string
}

func newMock(t *testing.T, cfg mockserver.Config) mock {
	t.Helper()
	s, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.ControlHandler()
	if err != nil {
		t.Fatal(err)
	}
	in, err := s.NewInstitution(mockserver.InstitutionOptions{Name: "own", Clock: mockserver.ClockOptions{Mode: mockserver.ClockFrozen}})
	if err != nil {
		t.Fatal(err)
	}
	return mock{plane{t, h}, s, "/institutions/own", in.Key()}
}

// ask sends a request to the API, and returns its ID.
func (m mock) ask(method, path string, headers ...string) string {
	m.t.Helper()
	r := httptest.NewRequest(method, "/v5"+path, http.NoBody)
	r.RemoteAddr, r.Host = "127.0.0.1:40000", "127.0.0.1:8080"
	r.Header.Set("apikey", m.key)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	m.api.ServeHTTP(w, r)
	return w.Header().Get("X-Request-Id")
}

// TestJournalByHTTP finds, waits for, verifies and explains.
func TestJournalByHTTP(t *testing.T) {
	t.Parallel()
	m := newMock(t, mockserver.Config{Seed: 1<<63 + 1})
	cancelled := m.ask("POST", "/assessments/"+guideID+"/cancel-workflow")
	m.ask("GET", "/assessments/"+guideID)
	m.ask("GET", "/assessments?limit=500")
	stray := m.ask("GET", "/entities", "apikey", "unknown")

	found := m.want(200, "GET", m.own+"/journal?operation=cancelWorkflow&effective=true&status=204", "")
	entries := list(t, found["entries"])
	if found["count"] != 1.0 || len(entries) != 1 || entries[0]["id"] != cancelled || entries[0]["seed"] != "9223372036854775809" {
		t.Errorf("found: got %v, want the cancel", found)
	}
	if found := m.want(200, "GET", m.own+"/journal?limit=1", ""); found["count"] != 3.0 || len(list(t, found["entries"])) != 1 {
		t.Errorf("found: got %v, want 1 of 3", found)
	}
	if found := m.want(200, "GET", "/journal?refused=true", ""); found["count"] != 1.0 || list(t, found["entries"])[0]["id"] != stray {
		t.Errorf("strays: got %v, want the one without a good key", found)
	}
	awaited := m.want(200, "GET", m.own+"/journal/wait?state=Cancelled&operation=getAssessment&timeout=1m", "")
	if awaited["timed_out"] != false || len(list(t, awaited["entries"])) != 1 {
		t.Errorf("awaited: got %v, want the reading", awaited)
	}
	if awaited := m.want(200, "GET", m.own+"/journal/wait?status=418&timeout=1ms", ""); awaited["timed_out"] != true {
		t.Errorf("awaited: got %v, want that it took too long", awaited)
	}
	verdict := m.want(200, "POST", m.own+"/journal/verify", `{"expect":[
		{"operation":"cancelWorkflow","assessment_id":"`+guideID+`","effective":true,"exactly":1},
		{"operation":"getAssessment","assessment_id":"`+guideID+`","state":"Cancelled","then":true}]}`)
	if verdict["ok"] != true {
		t.Errorf("verdict: got %v, want it met", verdict)
	}
	for _, ref := range []string{m.own + "/journal/explain/1", m.own + "/journal/explain/" + cancelled, "/explain/" + cancelled} {
		if x := m.want(200, "GET", ref, ""); x["id"] != cancelled || !strings.Contains(x["curl"].(string), "cancel-workflow") {
			t.Errorf("%s: got %v, want the cancel", ref, x)
		}
	}
	if log, ok := m.want(200, "GET", m.own+"/journal/har", "")["log"].(map[string]any); !ok || len(list(t, log["entries"])) != 3 {
		t.Errorf("HAR: got %v, want 3 entries", log)
	}
	m.want(204, "DELETE", m.own+"/journal", "")
	if found := m.want(200, "GET", m.own+"/journal", ""); found["count"] != 0.0 {
		t.Errorf("emptied: got %v, want nothing", found)
	}
}

// TestChangesByHTTP makes each change by the control plane. Every operation of its
// document that changes an institution is in the journal under its name, and keeps
// the document.
func TestChangesByHTTP(t *testing.T) {
	t.Parallel()
	m := newMock(t, mockserver.Config{})
	m.want(200, "PATCH", m.own+"/settings", `{"values":{"second-cancel":"conflict"}}`)
	m.want(200, "DELETE", m.own+"/settings", "")
	m.want(201, "POST", m.own+"/assessments", `{"template_id":"603754e5-8931-4690-aace-7eacbac83ca8"}`)
	m.want(200, "POST", m.own+"/assessments/"+guideID+"/finish", "")
	m.want(200, "POST", m.own+"/assessments/"+guideID+"/force-error", `{}`)
	m.want(200, "POST", m.own+"/assessments/"+guideID+"/cancel", "")
	m.want(200, "POST", m.own+"/clock/advance", `{"by":"1h"}`)
	m.want(200, "POST", m.own+"/clock/run", "")
	m.want(200, "POST", m.own+"/clock/freeze", "")
	m.want(201, "POST", m.own+"/faults", `{"status":503}`)
	m.want(204, "DELETE", m.own+"/faults/fault-1", "")
	m.want(201, "POST", m.own+"/faults", `{"status":503}`)
	m.want(204, "DELETE", m.own+"/faults", "")
	m.want(201, "POST", m.own+"/snapshots", `{"name":"s"}`)
	m.want(200, "POST", m.own+"/restore", `{"snapshot":"s"}`)
	var got []string
	for _, e := range list(t, m.want(200, "GET", m.own+"/journal?kind=control&brief=true", "")["entries"]) {
		got = append([]string{e["operation"].(string)}, got...)
		if control := e["control"].(map[string]any); control["by"] != "http" || e["request"] != nil {
			t.Errorf("got %v, want a change by http", e)
		}
	}
	m.want(200, "POST", m.own+"/reset", "")
	got = append(got, list(t, m.want(200, "GET", m.own+"/journal?kind=any", "")["entries"])[0]["operation"].(string))
	want := []string{
		"changeSettings", "resetSettings", "addAssessment", "finishAssessment", "forceError", "cancelAssessment", "advanceClock",
		"runClock", "freezeClock", "armFault", "disarmFault", "armFault", "disarmFaults", "restoreSnapshot", "resetInstitution",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
	doc, err := control.Load()
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			named[op.OperationID] = true
		}
	}
	for _, operation := range got {
		if !named[operation] {
			t.Errorf("%s: got an operation that the document does not have", operation)
		}
	}
	x := m.want(200, "GET", m.own+"/journal/explain/1", "")
	if words := fmt.Sprint(x["words"]); !strings.Contains(words, "the control plane made the institution what it was at the beginning") || x["curl"] != "" {
		t.Errorf("explained: got %v, want the reset", x)
	}
	m.want(200, "GET", "/journal?kind=any", "")
	m.want(400, "GET", m.own+"/journal?kind=exchanges", "")
}

func list(t *testing.T, v any) []map[string]any {
	t.Helper()
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var objects []map[string]any
	if err := json.Unmarshal(encoded, &objects); err != nil {
		t.Fatal(err)
	}
	return objects
}

func TestInvalidJournalCalls(t *testing.T) {
	t.Parallel()
	m := newMock(t, mockserver.Config{})
	for _, tt := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", m.own + "/journal?opration=x", "", 400, "opration"},
		{"GET", m.own + "/journal?status=abc", "", 400, "status"},
		{"GET", m.own + "/journal?limit=5000", "", 400, "limit"},
		{"GET", m.own + "/journal/wait?timeout=2h", "", 400, "up to 1m0s"},
		{"GET", m.own + "/journal/explain/17", "", 404, "it has none yet"},
		{"GET", m.own + "/journal/explain/abc", "", 404, "may have been evicted"},
		{"GET", "/explain/17", "", 404, "X-Request-Id"},
		{"POST", m.own + "/journal/verify", `{"expect":[]}`, 400, "expect"},
		{"POST", m.own + "/journal/verify", `{"expect":[{"exactly":1,"at_least":1}]}`, 400, "use one or the other"},
		{"POST", m.own + "/faults", `{"fault":"trunkate"}`, 400, "fault"},
		{"POST", m.own + "/faults", `{"operation":"cancelWorkflows","status":503}`, 400, "did you mean"},
		{"DELETE", m.own + "/faults/fault-9", "", 404, "armed fault"},
		{"GET", "/institutions/none/journal", "", 404, "institution"},
	} {
		w := m.call(tt.method, tt.path, tt.body)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%s %s: got %d %s, want %d and %q", tt.method, tt.path, w.Code, w.Body, tt.status, tt.want)
		}
	}
}

// TestFaultsByHTTP arms, strikes, lists and disarms.
func TestFaultsByHTTP(t *testing.T) {
	t.Parallel()
	m := newMock(t, mockserver.Config{})
	armed := m.want(201, "POST", m.own+"/faults", `{"operation":"getAssessment","first":1,"status":429,"retry_after":5,"delay":{"from":"1ms","to":"2ms"}}`)
	if armed["id"] != "fault-1" || armed["fault"] != "answer" {
		t.Errorf("armed: got %v, want fault-1, an answer", armed)
	}
	m.ask("GET", "/assessments/"+guideID)
	m.ask("GET", "/assessments/"+guideID)
	if found := m.want(200, "GET", m.own+"/journal?fault=fault-1&status=429", ""); found["count"] != 1.0 {
		t.Errorf("struck: got %v, want one", found)
	}
	w := m.call("GET", m.own+"/faults", "")
	if !strings.Contains(w.Body.String(), `"matched":2,"triggered":1`) {
		t.Errorf("faults: got %s, want 2 matched, 1 triggered", w.Body)
	}
	m.want(204, "DELETE", m.own+"/faults/fault-1", "")
	m.want(201, "POST", m.own+"/faults", `{"delay":{"median":"1ms","sigma":0.5}}`)
	m.want(204, "DELETE", m.own+"/faults", "")
	if w := m.call("GET", m.own+"/faults", ""); strings.TrimSpace(w.Body.String()) != "[]" {
		t.Errorf("faults: got %s, want none", w.Body)
	}
	if w := m.call("GET", "/faults", ""); strings.Count(w.Body.String(), `"name"`) != len(fault.Kinds()) {
		t.Errorf("kinds: got %s, want %d", w.Body, len(fault.Kinds()))
	}
}

// TestJournalInPages goes through a journal that grows meanwhile, without headers
// and bodies.
func TestJournalInPages(t *testing.T) {
	t.Parallel()
	m := newMock(t, mockserver.Config{})
	for range 5 {
		m.ask("GET", "/entities", "X-Probe", "here")
	}
	for _, test := range []struct {
		offset string
		want   []float64
	}{{"0", []float64{5, 4}}, {"2", []float64{3, 2}}, {"4", []float64{1}}, {"9", []float64{}}} {
		m.ask("GET", "/entities")
		found := m.want(200, "GET", m.own+"/journal?brief=true&before=6&limit=2&offset="+test.offset, "")
		got := []float64{}
		for _, e := range list(t, found["entries"]) {
			got = append(got, e["number"].(float64))
			if text := fmt.Sprint(e); strings.Contains(text, "X-Probe") || strings.Contains(text, "text:") {
				t.Errorf("offset %s: got %s, want neither headers nor bodies", test.offset, text)
			}
		}
		if !cmp.Equal(got, test.want) || found["count"] != 5.0 {
			t.Errorf("offset %s: got %v of %v, want %v of 5", test.offset, got, found["count"], test.want)
		}
	}
	whole := m.want(200, "GET", m.own+"/journal?before=2", "")
	if text := fmt.Sprint(whole); !strings.Contains(text, "X-Probe") || !strings.Contains(text, "text:") {
		t.Errorf("got %s, want headers and bodies without brief", text)
	}
}

// TestExchangesWithoutAnAnswer are listed, too.
func TestExchangesWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	m := newMock(t, mockserver.Config{})
	func() {
		defer func() { _ = recover() }() // the connection is cut
		m.ask("POST", "/assessments/"+guideID+"/cancel-workflow", "Prefer", "fault=commit-then-reset")
	}()
	found := m.want(200, "GET", m.own+"/journal?fault=commit-then-reset", "")
	entries := list(t, found["entries"])
	if len(entries) != 1 || entries[0]["response"].(map[string]any)["aborted"] != true {
		t.Errorf("got %v, want one that was cut off", found)
	}
	x := m.want(200, "GET", m.own+"/journal/explain/1", "")
	if words := x["words"].([]any); words[len(words)-1] != "The client got no response: the connection was cut." {
		t.Errorf("got %v, want that there was no answer", words)
	}
}

// followed opens the stream of the mock's journal, and returns a function that reads
// on until a line with the prefix.
func followed(t *testing.T, m mock, query, lastEventID string) func(prefix string) string {
	t.Helper()
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a stream that lacks something would be waited for
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+control.BasePath+m.own+"/journal/events"+query, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if lastEventID != "" {
		r.Header.Set("Last-Event-ID", lastEventID)
	}
	response, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || got != "text/event-stream" {
		t.Fatalf("got %s %q, want a stream of events", response.Status, got)
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	return func(prefix string) string {
		for lines.Scan() {
			if rest, ok := strings.CutPrefix(lines.Text(), prefix); ok {
				return rest
			}
		}
		t.Fatalf("the stream ended before %q: %v", prefix, lines.Err())
		return ""
	}
}

// TestStreamsResumeWithoutGaps: a reader that connects again gets every entry that it
// has not seen, however many, and hears of it if the journal was emptied meanwhile.
func TestStreamsResumeWithoutGaps(t *testing.T) {
	t.Parallel()
	const waiting = 2_345
	m := newMock(t, mockserver.Config{})
	for range waiting {
		m.ask("GET", "/entities")
	}
	for name, next := range map[string]func(string) string{
		"by the query": followed(t, m, "?after=2&brief=true", ""), "by the header": followed(t, m, "?brief=true", "2"),
		"the query first": followed(t, m, "?after=2&brief=true", "2000"),
	} {
		for want := 3; want <= waiting; want++ {
			if id := next("id: "); id != strconv.Itoa(want) {
				t.Fatalf("%s: got number %s, want %d", name, id, want)
			}
		}
	}
	ahead := followed(t, m, "", strconv.Itoa(waiting+1))
	if event, id := ahead("event: "), ahead("id: "); event != "reset" || id != "1" {
		t.Errorf("a number that is not there yet: got %s and number %s, want a reset and all from 1 on", event, id)
	}
}

// TestJournalLive reads the stream of a running server.
func TestJournalLive(t *testing.T) {
	t.Parallel()
	m := newMock(t, mockserver.Config{})
	m.ask("GET", "/entities")
	next := followed(t, m, "?after=0&brief=true", "")
	if id, data := next("id: "), next("data: "); id != "1" || !strings.Contains(data, `"operation":"listEntities"`) || strings.Contains(data, `"text"`) {
		t.Errorf("what was there: got %s %s, want number 1, and no body", id, data)
	}
	m.ask("POST", "/assessments/"+guideID+"/cancel-workflow")
	if id, data := next("id: "), next("data: "); id != "2" || !strings.Contains(data, `"effective":true`) {
		t.Errorf("what came: got %s %s, want the cancel", id, data)
	}
	m.want(204, "DELETE", m.own+"/journal", "")
	if event := next("event: "); event != "reset" {
		t.Errorf("after it was emptied: got %s, want a reset", event)
	}
	m.ask("GET", "/entities")
	if id := next("id: "); id != "1" {
		t.Errorf("after it was emptied: got number %s, want 1", id)
	}
}

// TestStreamsAreBounded refuses one too many, and takes another once one has
// ended.
func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	m := newMock(t, mockserver.Config{})
	server := httptest.NewServer(m)
	defer server.Close()
	open := func() *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+control.BasePath+"/journal/events", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
	var first *http.Response
	for n := range 64 {
		response := open()
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Fatalf("stream %d: got %s, want 200", n+1, response.Status)
		}
		if n == 0 {
			first = response
		}
	}
	refused := open()
	refused.Body.Close()
	if refused.StatusCode != http.StatusConflict {
		t.Errorf("one too many: got %s, want 409", refused.Status)
	}
	first.Body.Close()
	for {
		again := open()
		again.Body.Close()
		if again.StatusCode == http.StatusOK {
			return
		}
	}
}
