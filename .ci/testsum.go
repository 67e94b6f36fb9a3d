// Command testsum reads what `go test -json` prints, shows the part of it that
// a person wants to read, and counts the tests. Its last line, which it also
// writes to the file that it is given, is "N passed, N failed". Without a third
// argument, -race, a line before it says that the race detector was off.
//
// It fails if a test or a package failed, and if there was no test at all.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// event is what go doc test2json describes.
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
}

// summary is what the events say, taken together.
type summary struct {
	passed, failed, skipped int
	output                  map[string][]string // by package and test
	failedIn                map[string]int      // tests that failed, by package
}

func main() {
	if len(os.Args) != 2 && (len(os.Args) != 3 || os.Args[2] != "-race") {
		fmt.Fprintln(os.Stderr, "usage: go test [-race] -json ./... | testsum FILE [-race]")
		os.Exit(2)
	}
	s := &summary{output: map[string][]string{}, failedIn: map[string]int{}}
	err := s.read(os.Stdin, os.Stdout)
	line := fmt.Sprintf("%d passed, %d failed\n", s.passed, s.failed)
	if len(os.Args) == 2 {
		line = "WARNING: the tests ran without the race detector\n" + line
	}
	fmt.Printf("%d skipped\n%s", s.skipped, line)
	if err == nil {
		err = write(os.Args[1], line)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		os.Exit(1)
	}
	if s.failed > 0 || s.passed == 0 {
		os.Exit(1)
	}
}

func write(name, line string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(line), 0o644)
}

// read takes every event. A line that is none is shown as it is.
func (s *summary) read(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil || e.Action == "" {
			fmt.Fprintln(out, lines.Text())
			continue
		}
		s.take(e, out)
	}
	return lines.Err()
}

func (s *summary) take(e event, out io.Writer) {
	key := e.Package + "\x00" + e.Test
	switch {
	case e.Action == "build-output":
		fmt.Fprint(out, e.Output)
	case e.Action == "output" && e.Test == "":
		// The package's own lines: its verdict, and what ran before any test.
		if !strings.HasPrefix(e.Output, "PASS\n") && !strings.Contains(e.Output, "[no test files]") {
			fmt.Fprint(out, e.Output)
		}
	case e.Action == "output":
		s.output[key] = append(s.output[key], e.Output)
	case e.Test == "":
		s.endPackage(e, out)
	case e.Action == "fail":
		s.failed++
		s.failedIn[e.Package]++
		s.show(key, out)
	case e.Action == "pass":
		s.passed++
		delete(s.output, key)
	case e.Action == "skip":
		s.skipped++
		s.show(key, out)
	}
}

// endPackage counts a package that failed outside of any test, as one that does
// not build, and shows the tests that it left unfinished.
func (s *summary) endPackage(e event, out io.Writer) {
	if e.Action != "fail" {
		return
	}
	if s.failedIn[e.Package] == 0 {
		s.failed++
	}
	for _, key := range slices.Sorted(maps.Keys(s.output)) {
		if strings.HasPrefix(key, e.Package+"\x00") {
			s.show(key, out)
		}
	}
}

func (s *summary) show(key string, out io.Writer) {
	for _, line := range s.output[key] {
		fmt.Fprint(out, line)
	}
	delete(s.output, key)
}
