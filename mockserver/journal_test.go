package mockserver_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver"
)

// institution makes an institution whose time stands still.
func institution(t testing.TB, s *mockserver.Server, name string, at time.Time) *mockserver.Institution {
	t.Helper()
	in, err := s.NewInstitution(mockserver.InstitutionOptions{Name: name, Clock: mockserver.ClockOptions{Mode: mockserver.ClockFrozen, At: at}})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// script is a conversation with the API that meets faults, refusals and changes
// of state.
func script(t *testing.T, s *mockserver.Server) *mockserver.Institution {
	t.Helper()
	in := institution(t, s, "script", newClock().Now())
	for _, f := range []mockserver.Fault{
		{Operation: "listEntities", Chance: 0.5, Status: 503},
		{Operation: "getAssessment", Every: 3, Fault: mockserver.FaultAnswer, Status: 429, RetryAfter: 7},
	} {
		if _, err := in.Arm(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := in.SetAwkward(true); err != nil {
		t.Fatal(err)
	}
	requests := []struct{ method, path, body string }{
		{"GET", guideAssessment, ""}, {"GET", "/v5/entities", ""}, {"GET", "/v5/entities?limt=3", ""},
		{"POST", "/v5/assessments", `{"entity_id":"8161163a-f227-466f-bc01-090a01e80165","template_id":"c6d67e98-83ea-49f0-8812-e4abae2b68bc"}`},
		{"POST", "/v5/assessments", `{"entityId":"8161163a-f227-466f-bc01-090a01e80165"}`}, {"GET", "/v5/assessments/nonsense", ""},
		{"POST", guideAssessment + "/cancel-workflow", ""}, {"GET", guideAssessment, ""}, {"POST", guideAssessment + "/cancel-workflow", ""},
		{"GET", "/v5/assessments?limit=2", ""}, {"GET", guideAssessment, ""}, {"DELETE", guideAssessment, ""}, {"GET", "/v5/nothing", ""},
	}
	for range 3 {
		for _, r := range requests {
			serve(s, request(r.method, r.path, in.Key(), r.body))
		}
		if _, err := in.Advance(90 * time.Second); err != nil {
			t.Fatal(err)
		}
	}
	return in
}

// TestJournalsRepeat shows that the same seed and the same requests make the same
// journal to the byte, whatever other institutions are asked.
func TestJournalsRepeat(t *testing.T) {
	t.Parallel()
	var journals [2][]byte
	for i := range journals {
		s := newServer(t, mockserver.Config{Seed: 42})
		for range i * 5 {
			do(s, http.MethodGet, "/v5/entities", "")
		}
		encoded, err := json.Marshal(script(t, s).Journal(mockserver.ExchangeFilter{Kind: mockserver.KindAny}, 0))
		if err != nil {
			t.Fatal(err)
		}
		journals[i] = encoded
	}
	if !bytes.Equal(journals[0], journals[1]) {
		t.Errorf("the journals differ:\n%s\n%s", journals[0], journals[1])
	}
	for kind, want := range map[mockserver.ExchangeKind]int{mockserver.KindExchange: 39, mockserver.KindControl: 6} {
		if n := bytes.Count(journals[0], []byte(`"kind":"`+kind+`"`)); n != want {
			t.Errorf("entries of the kind %s: got %d, want %d", kind, n, want)
		}
	}
}

// TestVerifyByEffect counts what changed something, not what was asked.
func TestVerifyByEffect(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	in := institution(t, s, "effect", newClock().Now())
	ask := func(method, path string) { serve(s, request(method, path, in.Key(), "")) }
	verify := func(name string, want bool) {
		t.Helper()
		v, err := in.VerifyCancelledOnce(guideID)
		if err != nil || v.OK != want {
			t.Errorf("%s: got %+v, %v, want OK %v", name, v, err, want)
		}
	}
	verify("nothing was asked", false)
	ask("GET", guideAssessment)
	ask("POST", guideAssessment+"/cancel-workflow")
	verify("nobody has looked", false)
	ask("GET", guideAssessment)
	verify("cancelled, and seen", true)
	ask("POST", guideAssessment+"/cancel-workflow")
	verify("a second cancel has no effect", true)
	three := 3
	v, err := in.Verify(mockserver.Expectation{Exactly: &three, Filter: mockserver.ExchangeFilter{Operation: "cancelWorkflow"}})
	if err != nil || v.OK || v.Results[0].Got != 2 || !strings.Contains(v.Results[0].Reason, "expected exactly 3, got 2") {
		t.Errorf("by count: got %+v, %v, want 2 rather than 3", v, err)
	}
}

// TestVerifyNeedsWhatWasLetGo fails rather than guess.
func TestVerifyNeedsWhatWasLetGo(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{JournalEntries: 3})
	in := institution(t, s, "bounded", newClock().Now())
	for range 5 {
		serve(s, request(http.MethodGet, guideAssessment, in.Key(), ""))
	}
	filter := mockserver.ExchangeFilter{Operation: "getAssessment"}
	count := func(n int) *int { return &n }
	tests := []struct {
		name        string
		expectation mockserver.Expectation
		ok          bool
		unknown     bool
	}{
		{"what is there is enough", mockserver.Expectation{AtLeast: count(3), Filter: filter}, true, false},
		{"there may have been more", mockserver.Expectation{AtLeast: count(4), Filter: filter}, false, true},
		{"exactly needs all", mockserver.Expectation{Exactly: count(3), Filter: filter}, false, true},
		{"too many are too many", mockserver.Expectation{AtMost: count(2), Filter: filter}, false, false},
		{"none needs all", mockserver.Expectation{Exactly: count(0), Filter: mockserver.ExchangeFilter{Operation: "cancelWorkflow"}}, false, true},
		{"after what was let go", mockserver.Expectation{Exactly: count(3), Filter: mockserver.ExchangeFilter{After: 2}}, true, false},
	}
	for _, tt := range tests {
		v, err := in.Verify(tt.expectation)
		if err != nil || v.OK != tt.ok || strings.Contains(v.Results[0].Reason, "cannot verify") != tt.unknown {
			t.Errorf("%s: got %+v, %v, want OK %v, unknown %v", tt.name, v, err, tt.ok, tt.unknown)
		}
	}
	if stats := in.Journal(filter, 1).Stats; stats.Entries != 3 || stats.Last != 5 || stats.Evicted != 2 {
		t.Errorf("stats: got %+v, want 3 of 5 kept", stats)
	}
}

// TestKeysAreNotKept looks for the key in everything that leaves a journal.
func TestKeysAreNotKept(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	in := institution(t, s, "secret", newClock().Now())
	key := in.Key()
	for _, r := range []*http.Request{
		request("GET", guideAssessment+"?apikey="+key+"&x="+key, key, ""),
		request("POST", "/v5/assessments?limit="+key, key, `{"entity_id":"`+key+`"}`),
		request("GET", "/v5/assessments?limit="+key, key, ""),
		request("GET", "/v5/"+key, key, ""),
	} {
		r.Header.Set("Authorization", "Bearer something-else")
		r.Header.Set("X-Note", "my key is "+key)
		serve(s, r)
	}
	stray := request("GET", "/v5/entities?apikey=another-secret", "unknown-secret-key", "")
	serve(s, stray)
	kept, err := json.Marshal([]any{in.Journal(mockserver.ExchangeFilter{}, 0), in.Archive(mockserver.ExchangeFilter{}), s.Strays(mockserver.ExchangeFilter{}, 0)})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 4; n++ {
		x, err := in.Explain(strconv.Itoa(n))
		if err != nil {
			t.Fatal(err)
		}
		kept = fmt.Appendf(kept, "%v %s", x.Words, x.Curl)
	}
	for _, secret := range []string{key, "something-else", "unknown-secret-key", "another-secret"} {
		if i := bytes.Index(kept, []byte(secret)); i >= 0 {
			t.Errorf("%s: got it in …%s…", secret, kept[max(0, i-120):min(len(kept), i+80)])
		}
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Settings: map[string]string{"second-cancel": "conflict", "error-body": "empty", "cancel-visibility": "30s"}})
	in := institution(t, s, "explained", newClock().Now())
	send := func(method, path, body string) string {
		return serve(s, request(method, path, in.Key(), body)).Header().Get("X-Request-Id")
	}
	cancel := guideAssessment + "/cancel-workflow"
	tests := []struct {
		name, id string
		want     []string
	}{
		{"a cancel", send("POST", cancel, ""), []string{"cancelWorkflow", "Active before, Cancelled after", "cancel-visibility open; here it is set to 30s", "204 No Content with no body"}},
		{"a read that is late", send("GET", guideAssessment, ""), []string{"It had been cancelled at 2026-05-04T09:00:00Z", "cancel-visibility is 30s"}},
		{"a second cancel", send("POST", cancel, ""), []string{"is already cancelled", "second-cancel open; here it is set to conflict", "409 Conflict with no body", "changed nothing"}},
		{"a misspelt field", send("POST", "/v5/assessments", `{"entityId":"8161163a-f227-466f-bc01-090a01e80165"}`), []string{
			`did you mean "entity_id" by "entityId"?`, "/components/schemas/NewAssessment", "This would have worked: curl -i -X POST http://127.0.0.1:8080/v5/assessments",
		}},
		{"a misspelt path", send("GET", "/v5/assesments", ""), []string{`did you mean "/v5/assessments"?`, "no operation of the contract"}},
		{"an ignored filter", send("GET", "/v5/assessments?limt=2", ""), []string{`"limt" is not in the contract`, `did you mean "limit"?`}},
	}
	for _, tt := range tests {
		x, err := s.Explain(tt.id)
		if err != nil {
			t.Fatal(err)
		}
		words := strings.Join(x.Words, "\n")
		for _, want := range tt.want {
			if !strings.Contains(words, want) {
				t.Errorf("%s: got %s\nwant %q in it", tt.name, words, want)
			}
		}
	}
	if _, err := s.Explain("nothing"); err == nil {
		t.Error("an unknown ID: got an explanation, want an error")
	}
}

// TestJournalSeesTheAnswer compares what is kept with what the client got.
func TestJournalSeesTheAnswer(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	in := institution(t, s, "seen", newClock().Now())
	type answer struct {
		Status int
		Body   string
	}
	var sent, kept []answer
	for _, r := range []*http.Request{
		request("GET", guideAssessment, in.Key(), ""), request("HEAD", guideAssessment, in.Key(), ""), request("GET", "/v5/assessments", in.Key(), ""),
		request("OPTIONS", guideAssessment, in.Key(), ""), request("GET", "/v5/nothing", in.Key(), ""), request("POST", "/v5/assessments", in.Key(), "{"),
	} {
		w := serve(s, r)
		a := answer{w.Code, w.Body.String()}
		if r.Method == http.MethodHead { // a recorder keeps what a connection does not send
			a.Body = ""
		}
		sent = append(sent, a)
	}
	found := in.Journal(mockserver.ExchangeFilter{}, 0)
	for i := range found.Entries {
		e := found.Entries[len(found.Entries)-1-i]
		kept = append(kept, answer{e.Response.Status, e.Response.Body.Text})
	}
	if diff := cmp.Diff(sent, kept); diff != "" {
		t.Errorf("answers (-sent +kept):\n%s", diff)
	}
}
