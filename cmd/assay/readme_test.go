package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// notRunHere are the commands of the documents that this test cannot run, by how
// they begin, and who runs them instead.
func notRunHere() map[string]string {
	return map[string]string{
		"make ":                "this test is itself a part of make test; .ci/run runs make check",
		"cd conformance && go": "it fetches the godog command; .ci/godog runs this very line, in make check",
		"docker ":              "it needs a container engine; .ci/static builds the same binary, in make check",
	}
}

// TestDocumentsAreTrue runs every command that the documents show, in their order,
// a mock and a folder for each document, and compares what comes out.
func TestDocumentsAreTrue(t *testing.T) {
	t.Parallel()
	for _, path := range documents(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			s := newSession(t)
			for _, b := range blocksOf(t, readDocument(t, path)) {
				if s.keep(b); b.language != "console" {
					continue
				}
				examples := examplesOf(t, b)
				for i, e := range examples {
					asked := i+1 < len(examples) && examples[i+1].command == "echo $?"
					s.try(e, asked)
				}
			}
		})
	}
}

// TestNothingElseIsLeftOut keeps the list of commands that are not run short.
func TestNothingElseIsLeftOut(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, path := range documents(t) {
		all.WriteString(readDocument(t, path))
	}
	for beginning := range notRunHere() {
		if !strings.Contains(all.String(), "$ "+beginning) {
			t.Errorf("no document has a command %q: expected none, or no entry for it", beginning)
		}
	}
}

// session is a terminal in which the commands of one document are run. The address
// of its mock is 127.0.0.1:8080 in the document.
type session struct {
	t      *testing.T
	folder string
	env    []string
	mock   *running
	code   int // of the last command
}

func newSession(t *testing.T) *session {
	t.Helper()
	return &session{t: t, folder: t.TempDir()}
}

var fileName = regexp.MustCompile(`^# ([a-z][a-z.-]*\.(?:yaml|txt))\n`)

// keep writes a block that begins with the name of a file, as a comment, to that
// file.
func (s *session) keep(b block) {
	m := fileName.FindStringSubmatch(b.text)
	if m == nil {
		return
	}
	if err := os.WriteFile(filepath.Join(s.folder, m[1]), []byte(b.text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// try runs a command, and expects it to succeed unless the document goes on to ask
// for its exit code.
func (s *session) try(e example, asked bool) {
	s.t.Helper()
	for beginning := range notRunHere() {
		if strings.HasPrefix(e.command, beginning) {
			return
		}
	}
	output, err := s.run(e.command)
	switch {
	case err != nil:
		s.t.Errorf("line %d: $ %s\n%v", e.line, e.command, err)
	case !asked && s.code != 0:
		s.t.Errorf("line %d: $ %s\nended with %d\n%s", e.line, e.command, s.code, output)
	case !printed(e.output, output):
		s.t.Errorf("line %d: $ %s\nprinted\n%s\nexpected\n%s", e.line, e.command, output, strings.Join(e.output, "\n"))
	}
	if e.command == "echo $?" && strings.Join(e.output, "\n") != strings.TrimSpace(output) {
		s.t.Errorf("line %d: exit code: got %s, expected %s", e.line, output, e.output)
	}
}

func (s *session) run(command string) (string, error) {
	if command == "echo $?" {
		defer func() { s.code = 0 }()
		return strconv.Itoa(s.code) + "\n", nil
	}
	if variable, ok := strings.CutPrefix(command, "export "); ok {
		s.env = append(s.env, variable)
		return "", nil
	}
	words := splitShell(s.t, s.here(command))
	if len(words) > 3 && strings.Join(words[:3], " ") == "go run ./cmd/assay" {
		words = append([]string{"assay"}, words[3:]...)
	}
	switch {
	case words[0] == "curl":
		return s.curl(words)
	case words[0] == "assay" && words[1] == "mock" && words[len(words)-1] != "help":
		return s.startMock(words[2:])
	case words[0] == "assay":
		return s.assay(words[1:])
	}
	return "", errors.New("expected curl, assay, export or echo $?; see notRunHere for others")
}

const documented = ":8080"

// here puts the port of the mock in the place of the document's.
func (s *session) here(command string) string {
	if s.mock == nil {
		return command
	}
	return strings.ReplaceAll(command, documented, s.port())
}

func (s *session) port() string {
	address := strings.TrimSuffix(s.mock.base, "/v5")
	return address[strings.LastIndex(address, ":"):]
}

// controlLine is where a mock says where its control plane is: at the default
// address in the document.
var controlLine = regexp.MustCompile(`(?m)^The control plane is at (\S+),`)

// startMock starts another mock, and stops the one before.
func (s *session) startMock(args []string) (string, error) {
	if s.mock != nil {
		s.mock.stop()
		<-s.mock.code
	}
	for i, arg := range args {
		if full := filepath.Join(s.folder, arg); filepath.Ext(arg) != "" && exists(full) {
			args[i] = full
		}
	}
	s.mock = startMock(s.t, args...)
	if m := controlLine.FindStringSubmatch(s.mock.after); m != nil {
		s.env = append(s.env, "ASSAY_CONTROL="+m[1])
	}
	banner := strings.Join(s.mock.banner, "\n") + fmt.Sprintf("\nListening on %s until interrupted.\n%s\n", s.mock.base, s.mock.after)
	return strings.ReplaceAll(banner, s.port(), documented), nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// assay runs the command as a process of its own, in the folder of the session.
func (s *session) assay(args []string) (string, error) {
	cmd := exec.CommandContext(s.t.Context(), "assay", args...)
	cmd.Dir, cmd.Env = s.folder, append([]string{}, s.env...) // nothing of the test's own
	output, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return "", err
	}
	s.code = cmd.ProcessState.ExitCode()
	if s.mock == nil {
		return string(output), nil
	}
	return strings.ReplaceAll(string(output), s.port(), documented), nil
}

// curl prints what curl would: with -i the head, and else the body only.
func (s *session) curl(words []string) (string, error) {
	answer := strings.ReplaceAll(sendCurl(s.t, words), "\r\n", "\n")
	head, body, _ := strings.Cut(answer, "\n\n")
	if !slices.Contains(words, "-i") {
		return body, nil
	}
	status, headers, _ := strings.Cut(head, "\n")
	code, err := strconv.Atoi(strings.TrimSpace(status))
	return fmt.Sprintf("HTTP/1.1 %d %s\n%s\n\n%s", code, http.StatusText(code), headers, body), err
}
