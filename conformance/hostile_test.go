package conformance_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/assay/conformance"
	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/report"
	"example.com/assay/mockserver"
)

// Bounds that hold whatever a target does.
const (
	maxHeapGrowth = 64 << 20
	maxReport     = 16 << 20
	maxRun        = 5 * time.Second
)

// attack is something that a target can do to whoever asks it.
type attack struct {
	name string
	when func(*http.Request) bool
	send func(*victim)
	want []report.Verdict
	hint string   // that the verdict's first reason gives
	only []string // requirements, if the others would meet the attack in the same way
	slow bool     // every request takes as long as it may
}

const (
	head    = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
	headers = head + "Content-Type: application/json\r\n"
)

func attacks() []attack {
	notRun := []report.Verdict{report.NotRun}
	doubted := []report.Verdict{report.Nonconformant, report.Inconclusive}
	anyOf := append(doubted, notRun...) // a canary asks for no more than what looks like JSON
	var all []attack
	// What is no answer to begin with ends a scenario with its first call; each
	// operation is called for one of these.
	everyCall := []string{"AUT-01", "CAN-01", "CAN-02", "CAN-12", "CRT-01", "LST-01", "OUT-01"}
	for name, send := range bareAttacks() {
		slow := strings.Contains(name, "slow")
		all = append(all, attack{name: name + ", from the start", when: always, send: send, want: anyOf, slow: slow})
		all = append(all, attack{name: name + ", after the canary", when: afterCanary, send: send, want: doubted, slow: slow, only: everyCall})
	}
	for name, send := range jsonAttacks() {
		all = append(all, attack{name: name + ", after the canary", when: afterCanary, send: send, want: doubted})
	}
	for name, send := range readAttacks() {
		all = append(all, attack{name: name + ", on reads", when: onReads, send: send, want: doubted, only: []string{"GET-01", "GET-03", "GET-04", "CAN-04", "CAN-05", "CAN-07", "CAN-12"}})
	}
	for name, send := range listAttacks() {
		all = append(all, attack{name: name + ", on lists", when: onLists, send: send, want: doubted, only: []string{"LST-01", "LST-02", "LST-03", "CRT-03", "OUT-01"}})
	}
	all = append(all,
		attack{name: "200 for everything", when: always, send: answer("[]"), want: doubted},
		attack{name: "429 for ever", when: afterCanary, send: tooMany, want: doubted},
		attack{name: "429 from the start", when: always, send: tooMany, want: notRun, hint: "429"},
		attack{name: "a flood after a cancel's 204", when: onCancels, send: flood204, want: doubted},
	)
	slices.SortFunc(all, func(a, b attack) int { return strings.Compare(a.name, b.name) })
	return all
}

// bareAttacks are answers that are none.
func bareAttacks() map[string]func(*victim) {
	block := strings.Repeat("x", 64<<10)
	bomb := zipped(500)
	return map[string]func(*victim){
		"endless body": func(v *victim) { v.send(head + "\r\n"); v.flood(block) },
		"endless chunks": func(v *victim) {
			v.send(head + "Transfer-Encoding: chunked\r\n\r\n")
			v.flood("10000\r\n" + block + "\r\n")
		},
		"gzip bomb":               func(v *victim) { v.send(headers+"Content-Encoding: gzip\r\n\r\n", bomb) },
		"slow-drip headers":       func(v *victim) { v.send(head); v.drip("X-A: b\r\n") },
		"slow-drip body":          func(v *victim) { v.send(headers + "\r\n["); v.drip(" ") },
		"slow silence":            func(v *victim) { v.linger() },
		"10,000 headers":          func(v *victim) { v.send(head, manyHeaders(10_000), "\r\n[]") },
		"endless headers":         func(v *victim) { v.send(head); v.flood(manyHeaders(1000)) },
		"endless header":          func(v *victim) { v.send(head + "X-Long: "); v.flood(block) },
		"endless interim answers": func(v *victim) { v.flood("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n") },
		"invalid UTF-8":           func(v *victim) { v.send(headers+"\r\n", "{\"id\":\"\xff\xfe\xc3\x28\"}\xff") },
		"HTML": func(v *victim) {
			v.send(head, "Content-Type: text/html\r\n\r\n<!doctype html><title>Hello</title><script>alert(1)</script>")
		},
		"binary":                  func(v *victim) { v.send(headers+"\r\n", strings.Repeat("\x00\x01\x1b[2J\x7f", 1000)) },
		"no HTTP at all":          func(v *victim) { v.send("\x00\x16\x03\x01 220 smtp.example ESMTP\r\n") },
		"too long Content-Length": func(v *victim) { v.send(headers + "Content-Length: 1000\r\n\r\n[]") },
		"huge Content-Length":     func(v *victim) { v.send(headers + "Content-Length: 9223372036854775807\r\n\r\n[]") },
		"too short Content-Length": func(v *victim) {
			v.send(headers + "Content-Length: 1\r\n\r\n[{\"id\":\"497f6eca-6276-4993-bfeb-53cbbbba6f08\"}]")
		},
		"two Content-Lengths": func(v *victim) { v.send(headers + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]") },
		"connection reset in the body": func(v *victim) {
			v.send(headers + "Content-Length: 1000\r\n\r\n[{\"id\":")
			v.reset()
		},
		"connection reset at once": func(v *victim) { v.reset() },
		"redirect loop": func(v *victim) {
			v.send("HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: " + v.request.URL.Path + "\r\n\r\n")
		},
		"redirect to a control character": func(v *victim) {
			v.send("HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: http://\x1b[2J" + strings.Repeat("a", 30_000) + "\r\n\r\n")
		},
	}
}

const anID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"

// fill is an array of a thing, as long as a body may be.
func fill(one string) string {
	return "[" + strings.Repeat(one+",", client.MaxBody/(len(one)+1)-2) + one + "]"
}

// jsonAttacks are answers that are JSON, of a kind that is hard on a reader.
func jsonAttacks() map[string]func(*victim) {
	return map[string]func(*victim){
		"deeply nested arrays":  answer(strings.Repeat("[", 50_000) + strings.Repeat("]", 50_000)),
		"deeply nested objects": answer(strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000)),
		"many empty objects":    answer(fill("{}")),
		"many small values":     answer(fill("1")),
		"duplicate names":       answer(`{"id":1,"id":"` + anID + `","results":[{"id":"a","id":{}}],"results":[{"id":[]}]}`),
		"values of other types": answer(`{"id":{"a":[]},"workflow_instance_id":{"a":1},"workflow_state":[{}],"results":[{"id":"` + anID + `","workflow_state":{}}]}`),
		"a huge number":         answer(`{"id":"` + anID + `","count":1e999999999,"limit":` + strings.Repeat("9", 100_000) + `,"results":[]}`),
		"a huge ID":             answer(`{"id":"` + strings.Repeat("7", 300_000) + `"}`),
		"an ID that is a path":  answer(`{"id":"../../x?y#z","results":[{"id":"../..//x%2f\r\nHost: evil"}]}`),
		"control characters":    answer(`{"id":"\u001b[2J\u0000\u202e","workflow_state":"\u001b]0;x\u0007","results":[{"id":"\u001b[31m"}]}`),
		"null":                  answer("null"),
		"nothing":               answer(""),
		"an empty object":       answer("{}"),
	}
}

// readAttacks are records that are hard on a reader.
func readAttacks() map[string]func(*victim) {
	heavy := fill(`{"a":{}}`)
	return map[string]func(*victim){
		"a deep record":         answer(`{"id":"` + anID + `","a":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}"),
		"a heavy record":        answer(`{"id":"` + anID + `","x":` + heavy[:300_000] + `{}}]}`),
		"many names":            answer("{" + strings.TrimSuffix(numbered(`"name%d":{},`, 30_000), ",") + "}"),
		"values of other types": answer(`{"id":{"a":[]},"workflow_instance_id":{"a":1},"workflow_state":[{}],"outcome_id":[1]}`),
		"null":                  answer("null"),
	}
}

// listAttacks are lists that are hard on a reader.
func listAttacks() map[string]func(*victim) {
	return map[string]func(*victim){
		"a cursor without end":  endlessCursor(""),
		"a heavy cursor":        endlessCursor(strings.Repeat("x", 900_000)),
		"an offset without end": endlessOffset,
		"a huge cursor":         answer(`{"items":[{"id":"` + anID + `"}],"next":"` + strings.Repeat("c", 500_000) + `"}`),
		"a list of strangers":   answer("[" + strings.TrimSuffix(numbered(`{"id":"497f6eca-6276-4993-bfeb-%012d"},`, 18_000), ",") + "]"),
	}
}

func answer(body string) func(*victim) {
	return func(v *victim) { v.send(headers, fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)), body) }
}

func tooMany(v *victim) {
	v.send("HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: 0\r\n\r\n")
}

func flood204(v *victim) {
	v.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
	v.flood(strings.Repeat("x", 64<<10))
}

// endlessCursor is a list of which each page names another.
func endlessCursor(ballast string) func(*victim) {
	return func(v *victim) {
		answer(fmt.Sprintf(`{"items":[{"id":"497f6eca-6276-4993-bfeb-%012d"}],"next_cursor":"c%d","x":%q}`, v.number, v.number, ballast))(v)
	}
}

func endlessOffset(v *victim) {
	offset, _ := strconv.Atoi(v.request.URL.Query().Get("offset"))
	answer(fmt.Sprintf(`{"results":[{"id":"497f6eca-6276-4993-bfeb-%012d"}],"count":999999999,"limit":1,"offset":%d}`, offset, offset))(v)
}

func manyHeaders(n int) string { return numbered("X-Header-%d: abcdefgh\r\n", n) }

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// zipped is a gzip stream of n MiB: parts of it may follow each other.
func zipped(n int) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(make([]byte, 1<<20)) // a buffer takes everything
	w.Close()
	return strings.Repeat(b.String(), n)
}

// TestHostileTargets does not run beside other tests: it measures the heap.
func TestHostileTargets(t *testing.T) { //nolint:paralleltest // see above
	for _, a := range attacks() { //nolint:paralleltest // see above
		t.Run(a.name, func(t *testing.T) {
			server := startHostile(t, a.when, a.send)
			growth := watchHeap(t)
			began := time.Now()
			o := hostileOptions(a.slow)
			o.Selection.Only = a.only
			r := run(t, server.target(), o)
			checkBounds(t, growth(), time.Since(began), r)
			checkClear(t, r)
			if !slices.Contains(a.want, r.Verdict) {
				t.Errorf("verdict: got %s, want one of %v", r.Verdict, a.want)
			}
			if !strings.Contains(r.Reasons[0].Hint, a.hint) {
				t.Errorf("hint: got %q, want one with %q", r.Reasons[0].Hint, a.hint)
			}
		})
	}
}

// TestHostileTLS is about targets that speak TLS, or do not, in a way that makes it
// pointless to go on.
func TestHostileTLS(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	silent := startHostileOver(t, always, answer("[]"), func(c net.Conn) net.Conn {
		_, _ = io.Copy(io.Discard, c) // takes the handshake's first half and says nothing
		return c
	})
	unknown := httptest.NewUnstartedServer(http.NotFoundHandler())
	unknown.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	unknown.StartTLS()
	t.Cleanup(unknown.Close)
	for name, test := range map[string]struct {
		address, hint string
		timeout       time.Duration
	}{
		"a server without TLS":    {plain.Listener.Addr().String(), "TLS", 5 * time.Second},
		"an unknown authority":    {unknown.Listener.Addr().String(), "--ca-file", 5 * time.Second},
		"a handshake without end": {silent.listener.Addr().String(), "in time", 100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := hostileOptions(false)
			o.Timeout, o.Deadline = test.timeout, 20*time.Second
			r := run(t, conformance.Target{BaseURL: "https://" + test.address + "/v5", APIKey: "key"}, o)
			checkClear(t, r)
			if r.Verdict != report.NotRun || !strings.Contains(r.Reasons[0].Hint, test.hint) {
				t.Errorf("got verdict %s and hint %q, want could-not-run with %q", r.Verdict, r.Reasons[0].Hint, test.hint)
			}
		})
	}
}

// TestNoConnectionIsLeft: a run closes what it has opened, while the target lives on.
func TestNoConnectionIsLeft(t *testing.T) {
	t.Parallel()
	mock, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(mock)
	var open sync.WaitGroup
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed, http.StateHijacked:
			open.Done()
		default:
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	run(t, conformance.Target{BaseURL: server.URL + "/v5", APIKey: mock.Credentials().Key}, hostileOptions(false))
	closed := make(chan struct{})
	go func() {
		open.Wait()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(3 * time.Second):
		t.Error("connections are open after the run, want none")
	}
}

func hostileOptions(slow bool) conformance.Options {
	timeout := 2 * time.Second
	if slow {
		timeout = 60 * time.Millisecond
	}
	return conformance.Options{
		AllowCancel: true, Timeout: timeout, VisibilityTimeout: 20 * time.Millisecond, Settle: 20 * time.Millisecond, Deadline: maxRun / 4, UnavailableTimeout: maxRun / 8,
		Selection: conformance.Selection{Strict: true}, Seed: 1,
	}
}

// watchHeap samples the heap until the function it returns is called, which
// returns by how much it has grown at most.
func watchHeap(t *testing.T) (growth func() uint64) {
	t.Helper()
	runtime.GC()
	base, peak := heap(), uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(2 * time.Millisecond)
		defer ticker.Stop()
		for {
			peak = max(peak, heap())
			select {
			case <-stop:
				return
			case <-ticker.C:
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		return peak - min(base, peak)
	}
}

// heap is how many bytes of memory objects take, dead ones that are not yet
// collected included.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func checkBounds(t *testing.T, growth uint64, took time.Duration, r *report.Report) {
	t.Helper()
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %.1f MiB of heap, %s, a report of %.1f MiB, %d requests", r.Verdict, float64(growth)/(1<<20), took.Round(time.Millisecond), float64(len(data))/(1<<20), r.Run.Requests)
	if growth > maxHeapGrowth {
		t.Errorf("heap: grew by %d MiB, want at most %d", growth>>20, maxHeapGrowth>>20)
	}
	if took > maxRun {
		t.Errorf("the run took %s, want at most %s", took, maxRun)
	}
	if len(data) > maxReport {
		t.Errorf("report: got %d bytes, want at most %d", len(data), maxReport)
	}
}

// checkClear wants to be told why, and not by a defect of the suite's own.
func checkClear(t *testing.T, r *report.Report) {
	t.Helper()
	if len(r.Reasons) == 0 || r.Reasons[0].Text == "" {
		t.Fatal("the report gives no reason for its verdict")
	}
	if r.Verdict == report.NotRun && r.Reasons[0].Hint == "" {
		t.Error("the report gives no hint at what to do")
	}
	for _, sc := range r.Scenarios {
		if sc.Outcome != report.Passed && sc.Reason == "" {
			t.Errorf("%q: %s without a reason", sc.Name, sc.Outcome)
		}
		if strings.Contains(sc.Reason, "defect of the suite") || strings.Contains(sc.Reason, "runtime error") || strings.Contains(sc.Reason, "panic") {
			t.Errorf("%q: %s", sc.Name, sc.Reason)
		}
	}
}
