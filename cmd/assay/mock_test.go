package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/assay/internal/shell"
	"example.com/assay/mockserver"
)

// running is a mock that runs inside of the test.
type running struct {
	banner []string   // what it printed before it listened
	base   string     // the URL that it printed
	after  string     // the line that it printed then, about its control plane
	stop   func()     // tells it to stop
	code   <-chan int // what it returned
}

func startMock(t *testing.T, args ...string) *running {
	t.Helper()
	return startMockIn(t, nil, io.Discard, args...)
}

// startMockIn starts a mock with these variables, whose log goes to the writer.
func startMockIn(t *testing.T, env []string, log io.Writer, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		c := run(ctx, append([]string{"mock", "--listen", "127.0.0.1:0"}, args...), env, nil, in, log)
		_ = in.Close()
		code <- c
	}()
	r := &running{stop: cancel, code: code}
	t.Cleanup(cancel)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "Listening on "); ok {
			r.base = strings.TrimSuffix(url, " until interrupted.")
			if !strings.Contains(strings.Join(args, " "), "--control off") && lines.Scan() {
				r.after = lines.Text()
			}
			break
		}
		r.banner = append(r.banner, lines.Text())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	if r.base == "" {
		t.Fatalf("the mock ended with %d, and printed %q", <-code, r.banner)
	}
	return r
}

// Every command that the mock prints works as it is printed, one an operation.
func TestBannerCommands(t *testing.T) {
	t.Parallel()
	mock := startMock(t)
	statuses := map[string]string{"createAssessment": "201", "cancelWorkflow": "204"}
	sent := map[string]bool{}
	for _, line := range mock.banner {
		operation, command, _ := strings.Cut(line, " ")
		command = strings.TrimSpace(command)
		if !strings.HasPrefix(command, "curl ") {
			continue
		}
		words := splitShell(t, command)
		want := statuses[operation]
		if want == "" {
			want = "200"
		}
		sent[operation] = true
		if answer := sendCurl(t, words); !strings.HasPrefix(answer, want+"\n") {
			t.Errorf("%s\ngot %s\nexpected the status %s", line, answer, want)
		}
	}
	if len(sent) != 11 {
		t.Errorf("operations: got %v, want the 11 of the contract", sent)
	}
}

// A client that never finishes its request holds nothing up.
func TestStopsInTime(t *testing.T) {
	t.Parallel()
	mock := startMock(t)
	address := strings.TrimSuffix(strings.TrimPrefix(mock.base, "http://"), "/v5")
	stuck, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer stuck.Close()
	if _, err := io.WriteString(stuck, "POST /v5/assessments HTTP/1.1\r\nHost: "+address+
		"\r\napikey: API_KEY\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	mock.stop()
	select {
	case code := <-mock.code:
		if code != exitOK {
			t.Errorf("exit code: got %d, expected %d", code, exitOK)
		}
	case <-time.After(patience):
		t.Fatal("the mock did not stop")
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("stopping took %s, expected less than a second", took)
	}
}

func TestCurl(t *testing.T) {
	t.Parallel()
	const base = "http://127.0.0.1:8080/v5"
	tests := []struct {
		name   string
		sample mockserver.Sample
		cert   string
		want   string
	}{
		{
			name: "a read", sample: mockserver.Sample{Method: "GET", Path: "/v5/entities", Key: "API_KEY"},
			want: "curl -i http://127.0.0.1:8080/v5/entities -H 'apikey: API_KEY'",
		},
		{
			name: "a body", sample: mockserver.Sample{Method: "POST", Path: "/v5/assessments", Key: "it's", Body: `{"a":"b"}`},
			want: `curl -i -X POST http://127.0.0.1:8080/v5/assessments -H 'apikey: it'\''s' -H 'Content-Type: application/json' --data-raw '{"a":"b"}'`,
		},
		{
			name: "a certificate", sample: mockserver.Sample{Method: "GET", Path: "/v5/entities", Key: "k"}, cert: "my cert.pem",
			want: "curl -i --cacert 'my cert.pem' http://127.0.0.1:8080/v5/entities -H 'apikey: k'",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := curl(base, tt.sample, tt.cert); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestVerifyLine(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		credentials mockserver.Credentials
		want        string
	}{
		{
			name:        "everything",
			credentials: mockserver.Credentials{Key: "API_KEY", OtherKey: "OTHER_API_KEY", DeniedKey: "DENIED_API_KEY", OtherRegion: "us"},
			want: "ASSAY_APIKEY=API_KEY ASSAY_OTHER_APIKEY=OTHER_API_KEY ASSAY_DENIED_APIKEY=DENIED_API_KEY assay verify" +
				" --base-url http://127.0.0.1:8080/v5 --other-region-url http://api.us.localhost:8080/v5 --allow-cancel",
		},
		{
			name:        "one key",
			credentials: mockserver.Credentials{Key: "a key"},
			want:        "ASSAY_APIKEY='a key' assay verify --base-url http://127.0.0.1:8080/v5 --allow-cancel",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := verifyLine("http://127.0.0.1:8080/v5", "http://api.us.localhost:8080/v5", tt.credentials, ""); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestQuoteIsUndone(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"", "plain", "/v5/a-b_c.d:8,@%+", "it's", "a b", `"$HOME"`, "a\nb", "é", "--x=y", "#", "~", "{a}", "*"} {
		got := splitShell(t, shell.Quote(word)+" "+shell.Quote("next"))
		if len(got) != 2 || got[0] != word {
			t.Errorf("%q: quoted %s, and read back %q", word, shell.Quote(word), got)
		}
	}
}

// splitShell reads a line as a POSIX shell does that knows single quotes,
// backslashes, and nothing else. A character that means more to a shell fails
// the test.
func splitShell(t *testing.T, line string) []string {
	t.Helper()
	var words []string
	var word strings.Builder
	started, quoted := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'':
			quoted, started = !quoted, true
		case quoted:
			word.WriteByte(c)
		case c == '\\' && i+1 < len(line):
			i++
			word.WriteByte(line[i])
		case c == ' ' && started:
			words, started = append(words, word.String()), false
			word.Reset()
		case c == ' ':
		case strings.ContainsRune("\"$`!*?[]{}()<>|&;~#\n\t", rune(c)):
			t.Fatalf("%s: a shell reads more into %q", line, c)
		default:
			started = true
			word.WriteByte(c)
		}
	}
	if started {
		words = append(words, word.String())
	}
	return words
}

// sendCurl sends what curl would.
func sendCurl(t *testing.T, words []string) string {
	t.Helper()
	method, url, body := http.MethodGet, "", ""
	var headers []string
	for i := 1; i < len(words); i++ {
		switch words[i] {
		case "-i":
		case "-X":
			i++
			method = words[i]
		case "-H":
			i++
			headers = append(headers, words[i])
		case "-d", "--data-raw":
			i++
			body = words[i]
		default:
			url = words[i]
		}
	}
	answer, err := roundTrip(method, url, headers, body, nil)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}
