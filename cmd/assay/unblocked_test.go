package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMockAnswersWithoutAReaderOfItsOutput gives a mock pipes that are full or
// closed. Each request writes a line to the log.
func TestMockAnswersWithoutAReaderOfItsOutput(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*testing.T, *os.File, *os.File){"full": fillPipe, "closed": closeReader} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Close()
			defer writer.Close()
			prepare(t, reader, writer)
			file := filepath.Join(t.TempDir(), "address")
			mock := exec.CommandContext(t.Context(), "assay", "mock", "--listen", "127.0.0.1:0", "--address-file", file)
			mock.Stdout, mock.Stderr = writer, writer
			if err := mock.Start(); err != nil {
				t.Fatal(err)
			}
			api := awaitAPI(t, file)
			for range 300 {
				refuseOrigin(t, api)
			}
			if err := mock.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := mock.Wait(); err != nil {
				t.Errorf("the mock ended with %v, want exit code 0", err)
			}
		})
	}
}

func fillPipe(t *testing.T, _, writer *os.File) {
	t.Helper()
	if err := writer.SetWriteDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := writer.Write([]byte("x")); err != nil {
			return
		}
	}
}

func closeReader(t *testing.T, reader, _ *os.File) {
	t.Helper()
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
}

func awaitAPI(t *testing.T, file string) string {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		if content, err := os.ReadFile(file); err == nil {
			line, _, _ := strings.Cut(string(content), "\n")
			return strings.TrimPrefix(line, "api ")
		}
	}
	t.Fatal("the mock did not start")
	return ""
}

func refuseOrigin(t *testing.T, api string) {
	t.Helper()
	answer, err := roundTrip(http.MethodGet, api+"/entities", []string{"apikey: API_KEY", "Origin: http://elsewhere.example"}, "", nil)
	if err != nil || !strings.HasPrefix(answer, "200\n") {
		t.Fatalf("got %q, %v, want 200", answer, err)
	}
}

// TestUnblockedWriterReportsWhatItDropped stops the reader, writes more than is held
// back, and reads again.
func TestUnblockedWriterReportsWhatItDropped(t *testing.T) {
	t.Parallel()
	reader, pipe := io.Pipe()
	w := newUnblockedWriter(pipe, func(w io.Writer, dropped int) { fmt.Fprintf(w, "dropped %d\n", dropped) })
	line := strings.Repeat("x", 1023) + "\n"
	const written = 3 * maxPending / 1024
	for range written {
		if n, err := io.WriteString(w, line); n != len(line) || err != nil {
			t.Fatalf("write: got %d, %v", n, err)
		}
	}
	read := make(chan []byte)
	go func() {
		content, _ := io.ReadAll(reader)
		read <- content
	}()
	w.close()
	<-w.ended
	pipe.Close()
	content := <-read
	reported := 0
	for _, report := range regexp.MustCompile(`dropped (\d+)\n`).FindAllSubmatch(content, -1) {
		n, err := strconv.Atoi(string(report[1]))
		if err != nil {
			t.Fatal(err)
		}
		reported += n
	}
	if dropped := written - bytes.Count(content, []byte(line)); dropped < written/3 || reported != dropped {
		t.Errorf("%d of %d lines are missing, %d reported, want at least a third, and all of them reported", dropped, written, reported)
	}
}
