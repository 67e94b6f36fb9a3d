package mockserver_test

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/assay/mockserver"
)

const pageOrigin = "http://localhost:5173"

// answer is a response that was read to its end.
type answer struct {
	status int
	header http.Header
	length int64
	closes bool // the connection
	body   string
}

// sendRaw writes raw bytes, and returns the responses until the server closes.
func sendRaw(t *testing.T, conn net.Conn, raw, method string) (answers []answer) {
	t.Helper()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.WriteString(conn, raw) // the server may stop reading
	}()
	reader := bufio.NewReader(conn)
	for {
		response, err := http.ReadResponse(reader, &http.Request{Method: method})
		if err != nil {
			conn.Close()
			<-sent
			return answers
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			t.Fatalf("read the body: %v", err)
		}
		answers = append(answers, answer{response.StatusCode, response.Header, response.ContentLength, response.Close, string(body)})
	}
}

const (
	aHead  = "Host: x\r\napikey: API_KEY\r\nOrigin: " + pageOrigin + "\r\n"
	aCall  = "GET /v5/entities HTTP/1.1\r\n" + aHead + "\r\n"
	broken = "GET /v5/assessments/100% HTTP/1.1\r\n" + aHead + "\r\n"
)

// rejectedCases are requests that net/http answers without a handler.
func rejectedCases() []struct {
	name, raw string
	want      int
	detail    string
} {
	post := "POST /v5/assessments HTTP/1.1\r\n" + aHead + "Content-Type: application/json\r\n"
	get := func(head string) string { return "GET /v5/entities HTTP/1.1\r\n" + head + aHead + "\r\n" }
	return []struct {
		name, raw string
		want      int
		detail    string
	}{
		{"percent sign in the path", broken, 400, "malformed percent escape in the path \"/v5/assessments/100%\"; send a literal % as %25"},
		{"space in the path", "GET /v5/a b HTTP/1.1\r\n" + aHead + "\r\n", 400, "a space in the path"},
		{"path without a slash", "GET v5 HTTP/1.1\r\n" + aHead + "\r\n", 400, "begin it with a slash"},
		{"unknown version", "GET / HTTP/3.0\r\n" + aHead + "\r\n", 505, "unsupported version \"HTTP/3.0\""},
		{"malformed version", "GET / HTTP/x\r\n" + aHead + "\r\n", 400, "malformed version \"HTTP/x\""},
		{"HTTP/0.9", "GET /v5/entities\r\n" + aHead + "\r\n", 400, "malformed request line"},
		{"line without a colon", get("hello\r\n"), 400, "header line 1 has no colon"},
		{"space before the colon", get("X-A : 1\r\n"), 400, "malformed header name \"X-A \""},
		{"control character in a header", get("X-A: \x01\r\n"), 400, "control character in the value of the header \"X-A\""},
		{"two hosts", get("Host: y\r\n"), 400, "several Host headers"},
		{"70 KiB of headers", get("X: " + strings.Repeat("a", 70<<10) + "\r\n"), 431, "exceed the limit of 65536 bytes"},
		{"70 KiB of path", "GET /" + strings.Repeat("a", 70<<10) + " HTTP/1.1\r\n" + aHead + "\r\n", 431, "exceed the limit of 65536 bytes"},
		{"unknown transfer encoding", post + "Transfer-Encoding: gzip\r\n\r\n", 501, "unsupported Transfer-Encoding \"gzip\""},
		{"unknown expectation", post + "Expect: miracles\r\nContent-Length: 2\r\n\r\n{}", 417, "unsupported Expect \"miracles\""},
		{"two lengths", post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400, "malformed Content-Length \"1, 2\""},
		{"length that is no number", post + "Content-Length: two\r\n\r\n{}", 400, "malformed Content-Length \"two\""},
		{"empty line first", "\r\n" + aCall, 400, "an empty line before the request line"},
	}
}

// TestRejectedRequestsAreAnswered sends what net/http refuses before it calls a
// handler. Each gets what any other request gets, first or later on a connection.
func TestRejectedRequestsAreAnswered(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{})
	body := "POST /v5/assessments HTTP/1.1\r\n" + aHead + "Content-Type: application/json\r\n"
	before := map[string]string{
		"first": "", "after a call": aCall, "after a body": body + "Content-Length: 2\r\n\r\n{}",
		"after an unread body": "PUT /v5/entities HTTP/1.1\r\n" + aHead + "Content-Length: 100\r\n\r\n" + strings.Repeat("x", 100),
	}
	for _, tt := range rejectedCases() {
		for where, earlier := range before {
			if strings.HasPrefix(tt.raw, "\r\n") && where == "after a body" {
				continue // net/http skips an empty line after a POST
			}
			t.Run(tt.name+" "+where, func(t *testing.T) {
				t.Parallel()
				answers := sendRaw(t, dial(t, s), earlier+tt.raw, http.MethodGet)
				if want := min(len(earlier), 1) + 1; len(answers) != want {
					t.Fatalf("responses: got %d, want %d", len(answers), want)
				}
				checkRejection(t, s, answers[len(answers)-1], tt.want, tt.detail)
			})
		}
	}
}

// checkRejection checks the response, and its entry in the journal of the institution.
func checkRejection(t *testing.T, s *mockserver.Server, r answer, status int, detail string) {
	t.Helper()
	var problem struct {
		Status       int
		Type, Detail string
	}
	if err := json.Unmarshal([]byte(r.body), &problem); err != nil || r.status != status || problem.Status != status || !strings.Contains(problem.Detail, detail) {
		t.Errorf("got %d %s, want the problem %d that says %q", r.status, r.body, status, detail)
	}
	if h := r.header; h.Get("Content-Type") != "application/problem+json" || h.Get("Access-Control-Allow-Origin") != pageOrigin || h.Get("Date") == "" || !r.closes {
		t.Errorf("got %v, close %v", h, r.closes)
	}
	in, err := s.Institution("API_KEY")
	if err != nil {
		t.Fatal(err)
	}
	entry := in.Journal(mockserver.ExchangeFilter{ID: r.header.Get("X-Request-Id")}, 0)
	if entry.Count != 1 || entry.Entries[0].Response.Status != status || entry.Entries[0].Problem != problem.Detail || entry.Entries[0].Response.Body.Text != r.body {
		t.Errorf("journal: got %+v", entry)
	}
	if encoded, err := json.Marshal(entry); err != nil || strings.Contains(string(encoded), "API_KEY") {
		t.Errorf("got the key in %s", encoded)
	}
}

// TestRejectedPreflight is the question of a browser before the page's request; it
// must be answered like any other preflight.
func TestRejectedPreflight(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{})
	raw := "OPTIONS /v5/assessments/100% HTTP/1.1\r\nHost: x\r\nOrigin: " + pageOrigin + "\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: apikey\r\n\r\n"
	answers := sendRaw(t, dial(t, s), raw, http.MethodOptions)
	if len(answers) != 1 || answers[0].status != http.StatusNoContent || !strings.Contains(answers[0].header.Get("Access-Control-Allow-Headers"), "apikey") || answers[0].body != "" {
		t.Errorf("got %+v, want a preflight that is allowed", answers)
	}
}

func TestRejectedHead(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{})
	answers := sendRaw(t, dial(t, s), strings.Replace(broken, "GET", "HEAD", 1), http.MethodHead)
	if len(answers) != 1 || answers[0].status != http.StatusBadRequest || answers[0].body != "" || answers[0].length == 0 {
		t.Errorf("got %+v, want 400 without a body", answers)
	}
}

// TestRejectedWithoutARequestLine is of no institution, and of no method.
func TestRejectedWithoutARequestLine(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{})
	for raw, detail := range map[string]string{"hello\r\n\r\n": `malformed request line "hello"`, "\x16\x03\x01\x00\x05hello\r\n\r\n": "use http://"} {
		answers := sendRaw(t, dial(t, s), raw, http.MethodGet)
		if len(answers) != 1 || answers[0].status != http.StatusBadRequest || !strings.Contains(answers[0].body, strings.ReplaceAll(detail, `"`, `\"`)) {
			t.Fatalf("%q: got %+v, want 400 that says %q", raw, answers, detail)
		}
		id := answers[0].header.Get("X-Request-Id")
		if found := s.Strays(mockserver.ExchangeFilter{ID: id}, 0); found.Count != 1 || found.Entries[0].Request.Method != "" || found.Entries[0].Request.URL != "" {
			t.Errorf("%q: got %+v", raw, found)
		}
		if x, err := s.Explain(id); err != nil || !strings.Contains(strings.Join(x.Words, " "), "no request line of HTTP") {
			t.Errorf("%q: got %+v, %v", raw, x, err)
		}
	}
}

// TestRejectedAfterAChunkedBody waits for the first response, as clients do.
func TestRejectedAfterAChunkedBody(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{})
	for range 50 { // the server may read the first byte before or after it is done
		conn := dial(t, s)
		chunked := "POST /v5/assessments HTTP/1.1\r\n" + aHead + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
		if _, err := io.WriteString(conn, chunked); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		answers := sendRaw(t, conn, broken, http.MethodGet)
		if len(answers) != 1 {
			t.Fatalf("got %d responses, want 1", len(answers))
		}
		checkRejection(t, s, answers[0], http.StatusBadRequest, "100%")
	}
}

func TestRejectedOverTLS(t *testing.T) {
	t.Parallel()
	lender := httptest.NewTLSServer(nil) // has a certificate
	defer lender.Close()
	s := started(t, mockserver.Config{TLS: &tls.Config{Certificates: lender.TLS.Certificates, MinVersion: tls.VersionTLS12}})
	secured := tls.Client(dial(t, s), &tls.Config{InsecureSkipVerify: true})
	answers := sendRaw(t, secured, aCall+broken, http.MethodGet)
	if len(answers) != 2 || answers[0].status != http.StatusOK {
		t.Fatalf("got %v", answers)
	}
	checkRejection(t, s, answers[1], http.StatusBadRequest, "100%")
	answers = sendRaw(t, dial(t, s), aCall, http.MethodGet)
	if len(answers) != 1 {
		t.Fatalf("plain HTTP: got %d responses, want 1", len(answers))
	}
	checkRejection(t, s, answers[0], http.StatusBadRequest, "use https://")
}

// TestControlPlaneRejects answers like for any other refusal.
func TestControlPlaneRejects(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{ControlAddr: "127.0.0.1:0"})
	conn, err := net.DialTimeout("tcp", strings.TrimPrefix(s.ControlURL(), "http://"), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	answers := sendRaw(t, conn, "GET /control/v1/institutions/100% HTTP/1.1\r\nHost: localhost\r\n\r\n", http.MethodGet)
	if len(answers) != 1 || answers[0].header.Get("Content-Type") != "application/problem+json" || !strings.Contains(answers[0].body, "as %25") {
		t.Errorf("got %+v, want a problem", answers)
	}
}

// TestConnectionsThatEndEarly answers what is a request, and nothing else.
func TestConnectionsThatEndEarly(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{})
	for raw, want := range map[string]string{"": "", "GET /v5/entities HTTP/1.1\r\nHost: x\r\n": "incomplete headers"} {
		conn := dial(t, s).(*net.TCPConn)
		if _, err := io.WriteString(conn, raw); err != nil {
			t.Fatal(err)
		}
		if err := conn.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(conn); err != nil || !strings.Contains(string(got), want) || want == "" && len(got) != 0 {
			t.Errorf("%q: got %q, %v, want %q", raw, got, err, want)
		}
	}
	if got := s.Strays(mockserver.ExchangeFilter{}, 0); got.Count != 1 {
		t.Errorf("journal: got %+v, want one entry", got)
	}
}
