package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Output is a format and where it goes: "" for standard output.
type Output struct {
	Format string
	Path   string
}

// Outputs is what --report asks for.
type Outputs []Output

// ParseOutputs reads "text,junit:FILE": formats with commas between them, each
// with a file, or without one for standard output. It looks whether the files'
// folders are there, since a run must not be lost for that at its end.
func ParseOutputs(text string) (Outputs, error) {
	var outputs Outputs
	for part := range strings.SplitSeq(text, ",") {
		output, err := parseOutput(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(outputs, func(o Output) bool { return o.Path == output.Path }) {
			return nil, fmt.Errorf("expected each report to go elsewhere, got %q for two", orStdout(output.Path))
		}
		outputs = append(outputs, output)
	}
	return outputs, nil
}

func parseOutput(part string) (Output, error) {
	name, path, hasPath := strings.Cut(part, ":")
	switch {
	case !slices.Contains(Formats(), name):
		return Output{}, fmt.Errorf("expected FORMAT or FORMAT:FILE with a format out of %s, got %q%s", strings.Join(Formats(), ", "), part, suggestion(name))
	case !hasPath:
		return Output{Format: name}, nil
	case path == "":
		return Output{}, fmt.Errorf("expected the name of a file after %q", part)
	}
	folder := filepath.Dir(path)
	if info, err := os.Stat(folder); err != nil {
		return Output{}, fmt.Errorf("expected a folder that is there for %q: %w; create it first", part, err)
	} else if !info.IsDir() {
		return Output{}, fmt.Errorf("expected a folder for %q, got the file %s", part, folder)
	}
	return Output{Format: name, Path: filepath.Clean(path)}, nil
}

// suggestion names the format that a typing error was most likely meant to be: of
// whose letters it has more than half.
func suggestion(name string) string {
	best, fewest := "", len(name)/2+1
	for _, candidate := range Formats() {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), candidate); d < fewest {
			best, fewest = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

func orStdout(path string) string {
	if path == "" {
		return "standard output"
	}
	return path
}

// HasText reports whether the text report goes to standard output, where each
// scenario can be told as it ends.
func (o Outputs) HasText() bool { return slices.Contains(o, Output{Format: "text"}) }

// Write writes every report, also after one that cannot be written. A file is
// there whole or not at all.
func (o Outputs) Write(stdout io.Writer, style Style, r *Report) error {
	var errs []error
	for _, output := range o {
		errs = append(errs, output.write(stdout, style, r))
	}
	return errors.Join(errs...)
}

func (o Output) write(stdout io.Writer, style Style, r *Report) error {
	switch {
	case o == Output{Format: "text"}:
		return writeSummary(stdout, style, r) // the scenarios were told as they ended
	case o.Path == "":
		return Write(stdout, o.Format, r)
	}
	return writeFile(o.Path, func(w io.Writer) error { return Write(w, o.Format, r) })
}

// reportMode lets others read a report, as the collectors of a CI service do who
// are often another user.
const reportMode = 0o644

// writeFile writes beside the file and then puts it in its place, so that nobody
// reads half of it. What is there and is no ordinary file, such as /dev/stderr or
// a pipe, is written to as it is.
func writeFile(path string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, b.Bytes(), reportMode)
	}
	if err := replaceFile(path, b.Bytes()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func replaceFile(path string, data []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // it is gone if all went well
	_, err = temporary.Write(data)
	if err := errors.Join(err, temporary.Chmod(reportMode), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
