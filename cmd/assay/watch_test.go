package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver"
)

// watched is a watcher of a file in its own folder, with the contents that it passed
// to the server.
type watched struct {
	*watcher
	given  []string
	log    bytes.Buffer
	writes int64
}

func watchFile(t *testing.T, content string) *watched {
	t.Helper()
	w := &watched{}
	w.watcher = &watcher{
		file: filepath.Join(t.TempDir(), "mine.yaml"), served: []byte(content),
		logger: slog.New(slog.NewTextHandler(&w.log, nil)),
		reload: func(_ string, data []byte) (mockserver.Reloaded, error) {
			w.given = append(w.given, string(data))
			if strings.Contains(string(data), "broken") {
				return mockserver.Reloaded{}, errors.New("mine.yaml:1: unknown section")
			}
			return mockserver.Reloaded{Changed: []string{"Mine"}}, nil
		},
	}
	w.write(t, content)
	w.look()
	return w
}

// write gives the file another content and another date.
func (w *watched) write(t *testing.T, content string) {
	t.Helper()
	if err := os.WriteFile(w.file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	w.writes++
	date := time.Unix(1_700_000_000+w.writes, 0)
	if err := os.Chtimes(w.file, date, date); err != nil {
		t.Fatal(err)
	}
}

func (w *watched) looks(n int) {
	for range n {
		w.look()
	}
}

func TestWatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		do   func(t *testing.T, w *watched)
		want []string // what the server is given
		log  []string // what is logged, in order
	}{
		{name: "unchanged", do: func(t *testing.T, w *watched) { t.Helper(); w.looks(3) }},
		{
			name: "one reload per change", do: func(t *testing.T, w *watched) { t.Helper(); w.write(t, "two"); w.looks(5) },
			want: []string{"two"}, log: []string{"fixtures reloaded", "changed=[Mine]"},
		},
		{
			name: "no reload during writes", do: func(t *testing.T, w *watched) {
				t.Helper()
				for _, part := range []string{"t", "tw", "two", "two "} {
					w.write(t, part)
					w.look()
				}
				w.look()
			},
			want: []string{"two "},
		},
		{
			name: "a new date alone", do: func(t *testing.T, w *watched) {
				t.Helper()
				if err := os.Chtimes(w.file, time.Unix(1, 0), time.Unix(1, 0)); err != nil {
					t.Fatal(err)
				}
				w.looks(3)
			},
		},
		{
			name: "an invalid file is logged once", do: func(t *testing.T, w *watched) { t.Helper(); w.write(t, "broken"); w.looks(5) },
			want: []string{"broken"}, log: []string{"reload failed; still serving the previous fixtures", "mine.yaml:1: unknown section"},
		},
		{
			name: "repaired", do: func(t *testing.T, w *watched) {
				t.Helper()
				w.write(t, "broken")
				w.looks(2)
				w.write(t, "one")
				w.looks(2)
			},
			want: []string{"broken", "one"}, log: []string{"reload failed", "fixtures reloaded"},
		},
		{
			name: "missing and restored", do: func(t *testing.T, w *watched) {
				t.Helper()
				if err := os.Remove(w.file); err != nil {
					t.Fatal(err)
				}
				w.looks(5)
				w.write(t, "one")
				w.looks(2)
			},
			want: []string{"one"}, log: []string{"missing file", "fixtures reloaded"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := watchFile(t, "one")
			w.look()
			tt.do(t, w)
			if diff := cmp.Diff(tt.want, w.given); diff != "" {
				t.Errorf("what the server was given (-want +got):\n%s", diff)
			}
			rest := w.log.String()
			for _, part := range tt.log {
				_, after, found := strings.Cut(rest, part)
				if !found {
					t.Fatalf("log: got %s, want %q in this place", &w.log, part)
				}
				rest = after
			}
			if len(tt.log) > 0 && strings.Count(rest, "\n") > 1 {
				t.Errorf("log: got %s, want no more", &w.log)
			}
		})
	}
}

// TestMockWatches runs a whole mock: it serves the file, logs and ignores an invalid
// change, and serves a valid one.
func TestMockWatches(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mine.yaml")
	replace := func(content string) {
		t.Helper()
		if err := errors.Join(os.WriteFile(file+".new", []byte(content), 0o600), os.Rename(file+".new", file)); err != nil {
			t.Fatal(err)
		}
	}
	replace(watchedFixtures)
	base, log := startWatching(t, file)
	entities := func() string {
		t.Helper()
		answer, err := roundTrip(http.MethodGet, base+"/entities", []string{"apikey: my-key"}, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	if got := entities(); !strings.Contains(got, "Example Ltd") {
		t.Fatalf("at first: got %s", got)
	}
	replace(strings.Replace(watchedFixtures, "region", "regoin", 1))
	if line := awaitLine(t, log, "reload failed"); !strings.Contains(line, "mine.yaml:4") || !strings.Contains(line, "regoin") {
		t.Errorf("what is wrong: got %s, want the line and the word", line)
	}
	if got := entities(); !strings.Contains(got, "Example Ltd") {
		t.Errorf("after a broken file: got %s", got)
	}
	replace(strings.Replace(watchedFixtures, "Example Ltd", "Another Ltd", 1))
	awaitLine(t, log, "fixtures reloaded")
	if got := entities(); !strings.Contains(got, "Another Ltd") {
		t.Errorf("after a new file: got %s", got)
	}
}

const watchedFixtures = `institutions:
  - id: 11111111-1111-4111-8111-111111111111
    name: Mine
    region: eu
    starting_status: 22222222-2222-4222-8222-222222222222
    terminal_status: 33333333-3333-4333-8333-333333333333
keys:
  - value: my-key
    institution: 11111111-1111-4111-8111-111111111111
entities:
  - id: 44444444-4444-4444-8444-444444444444
    institution: 11111111-1111-4111-8111-111111111111
    name: Example Ltd
    type: company
`

// startWatching starts a mock, and returns its base URL and the lines of its log.
func startWatching(t *testing.T, file string) (base string, log <-chan string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, stdout := io.Pipe()
	logged, stderr := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		run(ctx, []string{"mock", "--listen", "127.0.0.1:0", "--fixtures", file, "--watch"}, nil, nil, stdout, stderr)
		_, _ = stdout.Close(), stderr.Close()
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	lines := make(chan string, 100)
	go func() {
		for scanner := bufio.NewScanner(logged); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	for scanner := bufio.NewScanner(out); base == "" && scanner.Scan(); {
		if url, found := strings.CutPrefix(scanner.Text(), "Listening on "); found {
			base = strings.TrimSuffix(url, " until interrupted.")
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	if base == "" {
		t.Fatal("the mock ended before it listened")
	}
	return base, lines
}

func awaitLine(t *testing.T, lines <-chan string, part string) string {
	t.Helper()
	late := time.After(patience)
	for {
		select {
		case line := <-lines:
			if strings.Contains(line, part) {
				return line
			}
		case <-late:
			t.Fatalf("no line with %q within %s", part, patience)
		}
	}
}
