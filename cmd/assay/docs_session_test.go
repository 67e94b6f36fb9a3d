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
	"time"
)

// session is a terminal in which the commands of one document are run. The address
// of its mock is 127.0.0.1:8080 in the document, that of its control plane
// 127.0.0.1:8081.
type session struct {
	t      *testing.T
	folder string
	env    []string
	mock   *running
	log    logLines // of the mock
	code   int      // of the last command
}

func newSession(t *testing.T) *session {
	t.Helper()
	return &session{t: t, folder: t.TempDir(), log: make(logLines, 1000)}
}

// logLines takes a log, a line a message. What is more than it holds is let go.
type logLines chan string

func (l logLines) Write(line []byte) (int, error) {
	select {
	case l <- string(line):
	default:
	}
	return len(line), nil
}

var fileName = regexp.MustCompile(`^(?:#|//) ([a-z][a-z_./-]*\.(?:yaml|txt|go))\n`)

// keep writes a block that begins with the name of a file, as a comment, to that
// file.
func (s *session) keep(b block) {
	m := fileName.FindStringSubmatch(b.text)
	if m == nil {
		return
	}
	name := filepath.Join(s.folder, m[1])
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(b.text), 0o600)); err != nil {
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
	words, env := splitShell(s.t, s.here(command)), s.env
	for variable.MatchString(words[0]) {
		words, env = words[1:], append(slices.Clone(env), words[0])
	}
	if len(words) > 3 && strings.Join(words[:3], " ") == "go run ./cmd/assay" {
		words = append([]string{"assay"}, words[3:]...)
	}
	switch {
	case words[0] == "curl":
		return s.curl(words)
	case words[0] == "sed":
		return "", s.edit(words[1:])
	case words[0] == "go" && words[1] == "test":
		return s.goTest(words)
	case words[0] == "assay" && words[1] == "mock" && words[len(words)-1] != "help":
		return s.startMock(words[2:], env)
	case words[0] == "assay":
		return s.assay(words[1:], env)
	}
	return "", errors.New("unknown command; use curl, sed, assay, go test, export or echo $?, or see notRunHere")
}

var variable = regexp.MustCompile(`^[A-Z_]+=`)

// The ports of the documents.
const (
	documented        = ":8080"
	documentedControl = ":8081"
)

// here puts the ports of the mock in the place of the document's.
func (s *session) here(command string) string {
	if s.mock == nil {
		return command
	}
	return strings.NewReplacer(documented, s.port(), documentedControl, s.controlPort()).Replace(command)
}

// there puts the ports of the document in the place of the mock's.
func (s *session) there(output string) string {
	if s.mock == nil {
		return output
	}
	return strings.NewReplacer(s.port(), documented, s.controlPort(), documentedControl).Replace(output)
}

func (s *session) port() string {
	address := strings.TrimSuffix(s.mock.base, "/v5")
	return address[strings.LastIndex(address, ":"):]
}

func (s *session) controlPort() string {
	if m := controlLine.FindStringSubmatch(s.mock.after); m != nil {
		return m[1][strings.LastIndex(m[1], ":"):]
	}
	return documentedControl
}

// controlLine is where a mock says where its control plane is: at the default
// address in the document.
var controlLine = regexp.MustCompile(`(?m)^Control plane: (\S+) `)

// edit replaces a text in a file that a mock watches, and waits until the mock
// serves what the file has then.
func (s *session) edit(args []string) error {
	if len(args) != 3 || args[0] != "-i" || strings.Count(args[1], "/") != 3 {
		return fmt.Errorf("sed: expected -i s/OLD/NEW/ FILE, got %q", args)
	}
	parts, name := strings.Split(args[1], "/"), filepath.Join(s.folder, args[2])
	before, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := os.WriteFile(name, []byte(strings.ReplaceAll(string(before), parts[1], parts[2])), 0o600); err != nil {
		return err
	}
	for late := time.After(patience); ; {
		select {
		case line := <-s.log:
			if strings.Contains(line, "fixtures reloaded") {
				return nil
			}
		case <-late:
			return fmt.Errorf("sed: expected a mock to serve %s anew within %s, got none", args[2], patience)
		}
	}
}

// startMock starts another mock, and stops the one before.
func (s *session) startMock(args, env []string) (string, error) {
	if s.mock != nil {
		s.mock.stop()
		<-s.mock.code
	}
	for i, arg := range args {
		full := filepath.Join(s.folder, arg)
		if filepath.Ext(arg) != "" && exists(full) || i > 0 && args[i-1] == "--address-file" {
			args[i] = full
		}
	}
	s.mock = startMockIn(s.t, env, s.log, args...)
	if m := controlLine.FindStringSubmatch(s.mock.after); m != nil {
		s.env = append(s.env, "ASSAY_CONTROL="+m[1])
	}
	banner := strings.Join(s.mock.banner, "\n") + fmt.Sprintf("\nListening on %s until interrupted.\n%s\n", s.mock.base, s.mock.after)
	return s.there(banner), nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// assay runs the command as a process of its own, in the folder of the session.
func (s *session) assay(args, env []string) (string, error) {
	cmd := exec.CommandContext(s.t.Context(), "assay", args...)
	cmd.Dir, cmd.Env = s.folder, append([]string{}, env...) // nothing of the test's own
	output, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return "", err
	}
	s.code = cmd.ProcessState.ExitCode()
	return s.there(string(output)), nil
}

// goTest runs the Go tests in a folder of the document, as a module of its own that
// requires this one.
func (s *session) goTest(words []string) (string, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return "", err
	}
	last := len(words) - 1
	folder := filepath.Join(s.folder, words[last])
	words[last] = "."
	module := "module example.com/assay/" + filepath.Base(folder)
	requirement := "\nrequire example.com/assay v0.0.0\nreplace example.com/assay => " + root + "\n"
	file := strings.Replace(readDocument(s.t, "../../go.mod"), "module example.com/assay", module, 1) + requirement
	err = errors.Join(
		os.WriteFile(filepath.Join(folder, "go.mod"), []byte(file), 0o600),
		os.WriteFile(filepath.Join(folder, "go.sum"), []byte(readDocument(s.t, "../../go.sum")), 0o600))
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(s.t.Context(), words[0], words[1:]...)
	cmd.Dir = folder
	output, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, output)
	}
	return string(output), err
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
